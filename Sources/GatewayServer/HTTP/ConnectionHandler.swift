import AuditLog
import HTTPCodec
import NIOCore
import NIOSSL
import NIOTLS
import WebhookVerification

/// HTTP/1.1 on one connection of a sender: heads, bodies, deadlines, answers in order, and the lingering close.
///
/// One request at a time; pipelined bytes wait. What a request means is the `DeliveryHandler`'s business. After an
/// ambiguous request nothing that follows it is parsed (R-H1-01, R-H1-39). Owned by one event loop.
final class ConnectionHandler: DeadlineHolder, ChannelDuplexHandler, DeliveryResponder {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// The TLS handshake is under way.
        case handshake
        /// The PROXY header is expected.
        case proxyHeader
        /// Between requests, or inside a head.
        case head
        case body
        /// The answer is being made.
        case answering
        /// The sender has to take the answer before anything else happens.
        case flushing
        /// The answer is sent; the rest of the body is read and dropped, then the next head follows.
        case skipping
        /// The last answer is sent; what still comes is dropped.
        case lingering
        case closed
    }

    let loop: LoopContext
    let limits: ConnectionLimits
    let delivery: DeliveryHandler
    private var info: ConnectionInfo
    var context: ChannelHandlerContext?
    var phase: Phase
    private let demandsProxyHeader: Bool
    private let proxyPeers: IPNetworkSet
    private let limiter: ConnectionLimiter
    private var admission: ConnectionLimiter.Admission?
    let budget: BodyBudget

    var pending = ByteBuffer()
    private var parser: RequestHeadParser
    var request = RequestHead()
    var body = ByteBuffer()
    var bodyMax = 0
    var remaining = 0
    /// Whether the body was there with its head, so that it need not be fed to the MAC in pieces.
    var isWhole = false
    /// What the body has taken of the budget.
    var budgeted = 0
    var chunks: ChunkedBodyDecoder?
    private var requestCount = 0
    var lingered = 0
    var keepAlive = false
    var isHead = false
    var inputClosed = false
    var hasHeldRead = false
    private var isProcessing = false
    var isWritable = true

    init(loop: LoopContext, listener: ListenerContext, peer: IPAddress?, port: UInt16) {
        self.loop = loop
        limits = listener.limits
        let info = ConnectionInfo(peer: peer, port: port, resolver: listener.resolver)
        self.info = info
        delivery = DeliveryHandler(loop: loop, info: info)
        parser = RequestHeadParser(limits: listener.limits.http)
        demandsProxyHeader = listener.proxyPeers != nil
        proxyPeers = listener.proxyPeers ?? .empty
        limiter = listener.limiter
        budget = listener.budget
        phase = listener.isTLS ? .handshake : .head
        super.init()
        if demandsProxyHeader, !listener.isTLS { phase = .proxyHeader }
        delivery.attach(self)
    }

    // MARK: the connection

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelActive(context: ChannelHandlerContext) {
        loop.metrics.connectionsAccepted &+= 1
        guard let admission = limiter.admit(info.peer) else {
            loop.metrics.connectionsRejected &+= 1
            phase = .closed
            context.close(promise: nil)
            return
        }
        self.admission = admission
        loop.add(self)
        let deadline = phase == .handshake ? limits.handshakeDeadline : limits.headDeadline
        loop.wheel.set(self, at: GatewayClock.monotonic() &+ deadline)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ended()
        self.context = nil
    }

    func ended() {
        switch phase {
        case .body: delivery.abandon(.httpFraming, "connection closed inside the body")
        case .head where parser.hasBegun || pending.readableBytes > 0:
            delivery.abandon(.httpFraming, "connection closed inside the head")
        default: break
        }
        phase = .closed
        giveBudgetBack()
        loop.wheel.cancel(self)
        loop.remove(self)
        if let admission { limiter.release(admission) }
        admission = nil
        pending = ByteBuffer()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as ChannelEvent where event == .inputClosed: inputEnded()
        case let event as TLSUserEvent:
            if case .handshakeCompleted = event { handshakeCompleted() }
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if phase == .handshake {
            loop.metrics.handshakeFailures &+= 1
            loop.recorder.connectionFailed(info, time: GatewayClock.now())
        }
        close()
    }

    private func handshakeCompleted() {
        guard phase == .handshake, let context else { return }
        let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
        info = info.encrypted(tls.map { $0.tlsVersion == .tlsv13 ? .tls13 : .tls12 } ?? .clear)
        delivery.update(info)
        phase = .head
        loop.wheel.set(self, at: GatewayClock.monotonic() &+ limits.headDeadline)
    }

    /// The sender will send nothing more: what is complete is answered, what is not is refused.
    private func inputEnded() {
        inputClosed = true
        switch phase {
        case .head:
            if parser.hasBegun || pending.readableBytes > 0 {
                refuse(.httpFraming, "connection closed inside the head")
            } else {
                close()
            }
        case .body: refuse(.httpFraming, "connection closed inside the body")
        case .handshake, .proxyHeader, .skipping, .lingering: close()
        case .answering, .flushing, .closed: break
        }
    }

    /// Ends the connection when its exchange has ended; at once where none is under way.
    func drain() {
        keepAlive = false
        switch phase {
        case .head where !parser.hasBegun && pending.readableBytes == 0: close()
        case .handshake, .proxyHeader, .skipping, .lingering: close()
        case .head, .body, .answering, .flushing, .closed: break
        }
    }

    /// Lets go of a replaced snapshot between two requests.
    func forgetOldKeys() { delivery.forgetOldKeys() }

    /// Whether a request is under way, or its answer is being sent.
    var isBusy: Bool {
        switch phase {
        case .body, .answering, .flushing: true
        case .head: parser.hasBegun
        case .handshake, .proxyHeader, .skipping, .lingering, .closed: false
        }
    }

    func close() {
        guard let context else { return }
        if phase == .body || (phase == .head && parser.hasBegun) { ended() }
        phase = .closed
        context.close(promise: nil)
    }

    override func deadlineReached(now: Int64) {
        loop.metrics.limitHits &+= 1
        switch phase {
        case .handshake:
            loop.metrics.handshakeFailures &+= 1
            loop.recorder.connectionFailed(info, time: GatewayClock.now())
            close()
        case .proxyHeader: close()
        case .head where !parser.hasBegun && pending.readableBytes == 0: close()
        case .head: refuse(.httpTimeout, "head not complete within the deadline")
        case .body: refuse(.httpTimeout, "body not complete within the deadline")
        case .skipping, .lingering, .answering, .flushing: close()
        case .closed: break
        }
    }

    // MARK: reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        switch phase {
        case .closed, .handshake: return
        case .lingering:
            lingered += incoming.readableBytes
            if lingered > ConnectionLimits.lingerBytesMax { close() }
        case .proxyHeader, .head, .body, .answering, .flushing, .skipping:
            if pending.readableBytes == 0 {
                pending = incoming
            } else {
                pending.writeBuffer(&incoming)
            }
            process()
        }
    }

    /// While an answer is being made, pipelined bytes are held up to a bound and then left in the socket.
    func read(context: ChannelHandlerContext) {
        if phase == .answering || phase == .flushing, pending.readableBytes > ConnectionLimits.pipelinedBytesMax {
            hasHeldRead = true
        } else {
            context.read()
        }
    }

    func process() {
        // An answer given at once leads back here for the next pipelined request: a loop, not a recursion.
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while advance() {}
    }

    /// One step; `false` when more bytes or an answer are needed.
    private func advance() -> Bool {
        switch phase {
        case .proxyHeader: readProxyHeader()
        case .head: readHead()
        case .body: readBody()
        case .skipping: skipBody()
        case .handshake, .answering, .flushing, .lingering, .closed: false
        }
    }

    private func readProxyHeader() -> Bool {
        guard let peer = info.peer, proxyPeers.contains(peer) else {
            loop.metrics.handshakeFailures &+= 1
            loop.recorder.connectionFailed(info, time: GatewayClock.now())
            close()
            return false
        }
        switch ProxyProtocolV2Parser().parse(&pending) {
        case .needMoreBytes: return false
        case .refused:
            loop.metrics.handshakeFailures &+= 1
            loop.recorder.connectionFailed(info, time: GatewayClock.now())
            close()
            return false
        case .local: break
        case .proxied(let source, _):
            switch source {
            case .ipv4(let address, let port):
                info = info.proxied(peer: IPAddress(v4: address), port: port)
            case .ipv6(let high, let low, let port):
                info = info.proxied(peer: IPAddress(high: high, low: low), port: port)
            }
        }
        delivery.update(info)
        phase = .head
        return pending.readableBytes > 0
    }

    private func readHead() -> Bool {
        guard pending.readableBytes > 0 else { return false }
        let isNew = !parser.hasBegun
        switch parser.parse(&pending, into: &request) {
        case .needMoreBytes:
            if isNew { loop.wheel.set(self, at: GatewayClock.monotonic() &+ limits.headDeadline) }
            return false
        case .refused(let refusal):
            refuse(refusal)
            return false
        case .head: return headComplete()
        }
    }

    private func headComplete() -> Bool {
        requestCount += 1
        let framing = request.framing
        let expectsContinue = request.expectsContinue
        keepAlive = request.keepAlive && requestCount < limits.requestsMax && !loop.isDraining
        isHead = request.method == .head
        var announced: Int?
        switch framing {
        case .none: announced = 0
        case .contentLength(let length): announced = length
        case .contentLengthTooLarge: announced = .max
        case .chunked: announced = nil
        }
        remaining = announced ?? 0
        chunks = nil
        isWhole = announced.map { pending.readableBytes >= $0 } ?? false
        switch delivery.begin(&request, announced: announced, body: isWhole ? .complete : .arriving) {
        case .answer(let answer): answerEarly(answer, framing, expectsContinue)
        case .readBody(let max):
            if announced == nil { chunks = ChunkedBodyDecoder(limits: limits.http, bodyLimit: max) }
            bodyMax = max
            phase = .body
            guard isWhole || takeBudget(announced ?? max) else {
                refuse(.limitConcurrency, "too many bodies are being received")
                return false
            }
            if expectsContinue, pending.readableBytes == 0 { sendContinue() }
            if remaining > pending.readableBytes || chunks != nil {
                loop.wheel.set(self, at: GatewayClock.monotonic() &+ limits.bodyDeadline)
            }
        }
        return phase != .answering && phase != .flushing
    }

    /// The head is refused before its body was read: the connection lives on only if the body can be read to its end.
    private func answerEarly(_ answer: OwnAnswer, _ framing: BodyFraming, _ expectsContinue: Bool) {
        var isKept = false
        if case .keep = answer.connection, keepAlive {
            isKept = pending.readableBytes >= remaining || (!expectsContinue && remaining <= bodySkipMax)
        }
        if case .chunked = framing, expectsContinue { isKept = false }
        // R-H1-28, contract: a method that is not allowed and announced a body ends the connection.
        if answer.status == 405, framing != .none { isKept = false }
        keepAlive = isKept
        guard send(.own(answer)) else { return }
        guard isKept else { return linger() }
        if case .chunked = framing {
            chunks = ChunkedBodyDecoder(limits: limits.http, bodyLimit: bodySkipMax)
        }
        phase = .skipping
        loop.wheel.set(self, at: GatewayClock.monotonic() &+ limits.bodyDeadline)
    }

    func nextRequest() {
        chunks = nil
        phase = .head
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        loop.wheel.set(self, at: GatewayClock.monotonic() &+ limits.idleDeadline)
    }

}
