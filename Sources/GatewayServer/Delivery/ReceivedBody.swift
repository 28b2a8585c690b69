import NIOCore
import WebhookVerification

/// The bytes of a body as they were received, without their framing.
final class ReceivedBody: DeliveryBody {
    let buffer: ByteBuffer

    init(buffer: ByteBuffer) { self.buffer = buffer }

    func withBytes(_ use: (Span<UInt8>) -> Void) {
        let buffer = self.buffer
        use(buffer.readableBytesUInt8Span)
    }
}
