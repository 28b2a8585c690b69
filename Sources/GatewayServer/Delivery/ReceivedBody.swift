import NIOCore
import WebhookVerification

/// The bytes of a body as they were received, without their framing.
struct ReceivedBody: DeliveryBody {
    let buffer: ByteBuffer

    func withBytes<Result>(_ use: (Span<UInt8>) -> Result) -> Result { use(buffer.readableBytesUInt8Span) }
}
