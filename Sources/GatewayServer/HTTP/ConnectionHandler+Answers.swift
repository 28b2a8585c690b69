import HTTPCodec
import NIOCore
import WebhookVerification

/// Answers in order, and the lingering close.
extension ConnectionHandler {
    func respond(_ answer: Answer) {
        guard phase == .answering else { return }
        if case .own(let own) = answer, case .close = own.connection { keepAlive = false }
        if inputClosed || loop.isDraining { keepAlive = false }
        guard send(answer) else { return }
        if !isWritable {
            phase = .flushing
            loop.wheel.set(self, at: GatewayClock.monotonic() &+ limits.writeDeadline)
            return
        }
        answerTaken()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if phase == .flushing, isWritable { answerTaken() }
        context.fireChannelWritabilityChanged()
    }

    private func answerTaken() {
        guard keepAlive else { return linger() }
        nextRequest()
        if hasHeldRead {
            hasHeldRead = false
            context?.read()
        }
        if pending.readableBytes > 0 { process() }
    }

    func refuse(_ refusal: HTTPRefusal) {
        let reason = DenialReason(codec: refusal.reason)
        keepAlive = false
        let answer = delivery.refuse(reason, refusal.detail, head: request.isMethodKnown ? request : nil)
        if send(.own(answer)) { linger() }
    }

    func refuse(_ reason: DenialReason, _ detail: StaticString) {
        keepAlive = false
        let answer = delivery.refuse(reason, detail, head: nil)
        if send(.own(answer)) { linger() }
    }

    /// Sends an answer; `false` where the connection has ended by that, and with it everything about it.
    func send(_ answer: Answer) -> Bool {
        guard let context, phase != .closed else { return false }
        // The request is answered now: should the write fail at once, nothing is left to record.
        phase = .answering
        let framing = AnswerWriter.Framing(keepAlive: keepAlive, isHead: isHead)
        let seconds = Int(GatewayClock.now().seconds)
        var capacity = 512
        if case .relayed(let response) = answer {
            capacity += response.body.readableBytes + response.head.bytes.readableBytes
        }
        var buffer = loop.allocator.buffer(capacity: capacity)
        var date = loop.date
        buffer.writeHead(capacity: capacity) { output in
            switch answer {
            case .own(let own):
                AnswerWriter.write(
                    own,
                    requestID: delivery.requestID,
                    framing: framing,
                    date: &date,
                    seconds: seconds,
                    into: &output
                )
            case .relayed(let response):
                AnswerWriter.write(
                    response,
                    requestID: delivery.requestID,
                    framing: framing,
                    date: &date,
                    seconds: seconds,
                    into: &output
                )
            }
        }
        loop.date = date
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        return !hasEnded
    }

    private var hasEnded: Bool { phase == .closed }

    /// Closing at once would reset the connection and lose the answer while the sender is still sending (R-H1-43): stop
    /// sending, drop what comes for a while, then close.
    func linger() {
        guard let context, phase != .closed else { return }
        phase = .lingering
        giveBudgetBack()
        lingered = pending.readableBytes
        pending = ByteBuffer()
        body = ByteBuffer()
        if inputClosed { return close() }
        loop.wheel.set(self, at: GatewayClock.monotonic() &+ ConnectionLimits.lingerDeadline)
        context.close(mode: .output, promise: nil)
    }
}
