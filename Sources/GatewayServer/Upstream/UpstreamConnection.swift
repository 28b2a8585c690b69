import HTTPCodec
import NIOCore
import NIOSSL

/// One connection to an upstream: sends a request, reads the response, and is used again only if that was clean.
///
/// At most one exchange at a time, at most one copy of a request ever (R-FWD-11). Reused only when the response was
/// complete, keep-alive, and nothing followed it (R-FWD-12). Owned by one event loop.
final class UpstreamConnection: DeadlineHolder, ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case connecting
        case idle
        case head
        case body
        case closed
    }

    private let pool: UpstreamPool
    private var context: ChannelHandlerContext?
    private var phase = Phase.connecting
    private var exchange: (any UpstreamExchange)?
    private var method = HTTPMethod.post
    private var hasSent = false
    private var hasReceived = false
    private var totalDeadline: Int64 = DeadlineWheel.never
    private var pending = ByteBuffer()
    private var parser = ResponseHeadParser()
    private var head = ResponseHead()
    private var chunks: ChunkedBodyDecoder?
    private var remaining = 0
    private var body = ByteBuffer()

    init(pool: UpstreamPool) { self.pool = pool }

    /// Whether a request can be sent on it now.
    var isIdle: Bool { phase == .idle }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// The connection is up (and its TLS handshake done): it may be used.
    func becameReady() {
        phase = .idle
        pool.wheel.cancel(self)
    }

    /// Sends one request; the exchange hears of its end exactly once.
    func send(_ exchange: any UpstreamExchange, now: Int64) {
        guard phase == .idle, let context else {
            exchange.upstreamFinished(.notSent(.reset))
            return
        }
        self.exchange = exchange
        phase = .head
        hasSent = true
        hasReceived = false
        let deadlines = pool.target.deadlines
        totalDeadline = now &+ deadlines.total
        pool.wheel.set(self, at: min(now &+ deadlines.firstByte, totalDeadline))
        method = exchange.requestMethod
        switch exchange.takeRequest() {
        case .joined(let buffer): context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        case .parts(let first, let second):
            context.write(wrapOutboundOut(first), promise: nil)
            context.writeAndFlush(wrapOutboundOut(second), promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        switch phase {
        case .connecting, .closed: return
        case .idle:
            // Bytes nobody asked for: whatever they are, they must not answer the next request.
            close()
        case .head, .body:
            if !hasReceived {
                hasReceived = true
                pool.wheel.set(self, at: totalDeadline)
            }
            if pending.readableBytes == 0 {
                pending = incoming
            } else {
                pending.writeBuffer(&incoming)
            }
            read()
        }
    }

    private func read() {
        if phase == .head {
            switch parser.parse(&pending, requestMethod: method, into: &head) {
            case .needMoreBytes: return
            case .refused(let refusal): return fail(.badResponse(refusal))
            case .head: startBody()
            }
        }
        if phase == .body { readBody() }
    }

    private func startBody() {
        phase = .body
        body = ByteBuffer()
        chunks = nil
        remaining = 0
        switch head.framing {
        case .none: break
        case .contentLength(let length):
            if length > pool.target.responseMax { return fail(.responseTooLarge) }
            remaining = length
        case .chunked: chunks = ChunkedBodyDecoder(bodyLimit: pool.target.responseMax)
        case .untilClose: remaining = -1
        }
    }

    private func readBody() {
        switch head.framing {
        case .none: complete()
        case .contentLength:
            if body.readableBytes == 0, pending.readableBytes >= remaining {
                body = pending.readSlice(length: remaining) ?? ByteBuffer()
                remaining = 0
            } else {
                let count = min(remaining, pending.readableBytes)
                if var part = pending.readSlice(length: count) { body.writeBuffer(&part) }
                remaining -= count
            }
            if remaining == 0 { complete() }
        case .chunked:
            switch chunks?.decode(&pending, into: &body) {
            case .needMoreBytes: return
            case .complete: complete()
            case .refused(.bodyTooLarge): fail(.responseTooLarge)
            case .refused(let refusal): fail(.badResponse(refusal))
            case nil: fail(.reset)
            }
        case .untilClose:
            body.writeBuffer(&pending)
            pending.clear()
            if body.readableBytes > pool.target.responseMax { fail(.responseTooLarge) }
        }
    }

    private func complete() {
        let isClean = head.keepAlive && pending.readableBytes == 0
        let response = UpstreamResponse(status: head.status, head: head, body: body)
        body = ByteBuffer()
        pending = ByteBuffer()
        let exchange = self.exchange
        self.exchange = nil
        if isClean {
            phase = .idle
            pool.giveBack(self)
        } else {
            close()
        }
        exchange?.upstreamFinished(.response(response))
        // Relayed by now: the head's memory is used for the next response.
        head.releaseBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if phase == .body, case .untilClose = head.framing { return complete() }
        fail(.reset)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed, phase == .idle { close() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error is NIOSSLError || error is BoringSSLError ? .tls : .reset)
    }

    override func deadlineReached(now: Int64) {
        switch phase {
        case .head, .body: fail(hasReceived ? .totalTimeout : .firstByteTimeout)
        case .idle: close()
        // What waits for the handshake hears of it when the channel has closed.
        case .connecting: context?.close(promise: nil)
        case .closed: break
        }
    }

    /// An idle connection is closed after a while, before the upstream does it under a request.
    func waitIdle(until deadline: Int64) { pool.wheel.set(self, at: deadline) }

    /// Ends an idle connection.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        pool.wheel.cancel(self)
        pool.forget(self)
        context?.close(promise: nil)
    }

    private func fail(_ failure: UpstreamFailure) {
        let exchange = self.exchange
        self.exchange = nil
        close()
        exchange?.upstreamFinished(hasSent ? .unknown(failure) : .notSent(failure))
    }
}
