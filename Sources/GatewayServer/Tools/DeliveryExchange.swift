import HTTPCodec
import NIOCore
import NIOSSL

/// One connection of a `DeliveryClient`.
///
/// Writes the request when it is up, reads one answer and, where the answer says so, the end of the connection. Owned by
/// its event loop.
final class DeliveryExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case head
        case body
        case end
        case done
    }

    /// Most bytes of an answer that are read.
    private static let bodyMax = 2 << 20

    private let request: [UInt8]
    private let promise: EventLoopPromise<DeliveryAnswer>
    private var phase = Phase.head
    private var parser = ResponseHeadParser()
    private var head = ResponseHead()
    private var pending = ByteBuffer()
    private var framing = Framing.length(0)
    private var body = ByteBuffer()

    /// How the end of the answer's body is found.
    private enum Framing {
        case length(Int)
        case chunked(ChunkedBodyDecoder)
        case untilClose
    }

    init(_ request: [UInt8], promise: EventLoopPromise<DeliveryAnswer>) {
        self.request = request
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        // Held back by the TLS handler until the handshake is complete and the certificate was checked.
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: request)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        pending.writeBuffer(&incoming)
        advance()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if phase == .body, case .untilClose = framing {
            succeed()
        } else if phase == .end {
            succeed()
        } else {
            fail("the connection ended before the answer was complete")
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A gateway that closes without TLS's own goodbye has still closed.
        if phase == .end, let error = error as? NIOSSLError, case .uncleanShutdown = error { return }
        fail("the connection failed: \(error)")
        context.close(promise: nil)
    }

    private func advance() {
        if phase == .head { readHead() }
        if phase == .body, readBody() {
            phase = .end
            if head.keepAlive, pending.readableBytes == 0 { succeed() }
        }
        if phase == .end, pending.readableBytes > 0 { fail("bytes follow the answer") }
    }

    private func readHead() {
        switch parser.parse(&pending, requestMethod: .post, into: &head) {
        case .needMoreBytes: return
        case .refused(let refusal): return fail("the answer is not valid HTTP: \(refusal.detail)")
        case .head: break
        }
        switch head.framing {
        case .none: framing = .length(0)
        case .contentLength(let length) where length <= DeliveryExchange.bodyMax: framing = .length(length)
        case .contentLength: return fail("an answer of at most 2 MiB was expected")
        case .chunked: framing = .chunked(ChunkedBodyDecoder(bodyLimit: DeliveryExchange.bodyMax))
        case .untilClose: framing = .untilClose
        }
        phase = .body
    }

    /// Takes what is there of the body; whether it is complete.
    private func readBody() -> Bool {
        switch framing {
        case .length(let length):
            guard var part = pending.readSlice(length: length) else { return false }
            body.writeBuffer(&part)
            return true
        case .chunked(var decoder):
            let outcome = decoder.decode(&pending, into: &body)
            framing = .chunked(decoder)
            if case .refused(let refusal) = outcome { fail("the answer is not valid HTTP: \(refusal.detail)") }
            return outcome == .complete
        case .untilClose:
            body.writeBuffer(&pending)
            if body.readableBytes > DeliveryExchange.bodyMax { fail("an answer of at most 2 MiB was expected") }
            return false
        }
    }

    private func succeed() {
        phase = .done
        promise.succeed(DeliveryAnswer(head, body: Array(body.readableBytesView)))
    }

    private func fail(_ sentence: String) {
        guard phase != .done else { return }
        phase = .done
        promise.fail(DeliveryFault(sentence))
    }
}
