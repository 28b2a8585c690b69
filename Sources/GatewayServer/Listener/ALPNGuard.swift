import NIOCore

/// Refuses a TLS client that offers protocols by ALPN of which we speak none (R-TLS-05, RFC 7301 section 3.2).
///
/// The TLS library would go on without an agreed protocol; an attacker could use that to have another protocol's bytes
/// read as ours. Stands in front of TLS until the ClientHello is there, then leaves the pipeline. A client that offers
/// nothing passes.
final class ALPNGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var received = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        received.writeBuffer(&incoming)
        switch ClientHello.offer(received.readableBytesUInt8Span) {
        case .incomplete: return
        case .refused:
            var alert = context.channel.allocator.buffer(capacity: 7)
            // A fatal no_application_protocol alert (120) in a TLS 1.2 record.
            alert.writeBytes([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x78])
            context.writeAndFlush(wrapOutboundOut(alert), promise: nil)
            context.close(promise: nil)
        case .passed:
            context.fireChannelRead(NIOAny(received))
            received = ByteBuffer()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
    }
}
