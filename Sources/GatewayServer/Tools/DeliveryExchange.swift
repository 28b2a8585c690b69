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
    private var remaining = 0

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
        if phase == .end {
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
        if phase == .body, pending.readableBytes >= remaining {
            body = pending.readBytes(length: remaining) ?? []
            phase = .end
            if head.keepAlive, pending.readableBytes == 0 { succeed() }
        }
        if phase == .end, pending.readableBytes > 0 { fail("bytes follow the answer") }
    }

    private var body: [UInt8] = []

    private func readHead() {
        switch parser.parse(&pending, requestMethod: .post, into: &head) {
        case .needMoreBytes: return
        case .refused(let refusal): return fail("the answer is not valid HTTP: \(refusal.detail)")
        case .head: break
        }
        switch head.framing {
        case .none: remaining = 0
        case .contentLength(let length) where length <= DeliveryExchange.bodyMax: remaining = length
        case .contentLength, .chunked, .untilClose:
            return fail("an answer of at most 2 MiB with Content-Length was expected")
        }
        phase = .body
    }

    private func succeed() {
        phase = .done
        promise.succeed(DeliveryAnswer(head, body: body))
    }

    private func fail(_ sentence: String) {
        guard phase != .done else { return }
        phase = .done
        promise.fail(DeliveryFault(sentence))
    }
}
