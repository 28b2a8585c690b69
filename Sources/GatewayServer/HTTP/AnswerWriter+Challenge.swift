import HTTPCodec
import NIOCore
import WebhookVerification

extension AnswerWriter {
    /// What follows status, date and request id in the answer to a handshake.
    ///
    /// Reflected text is never to be taken for a page: its type is written, and sniffing forbidden.
    static func write(_ answer: ChallengeAnswer, framing: Framing, into buffer: inout ByteBuffer) {
        switch answer.mediaType {
        case .none: break
        case .text: buffer.writeStaticString("Content-Type: text/plain; charset=utf-8\r\n")
        case .json: buffer.writeStaticString("Content-Type: application/json\r\n")
        }
        buffer.writeStaticString("X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n")
        if let field = answer.field {
            buffer.writeString(field.name)
            buffer.writeStaticString(": ")
            buffer.writeBytes(field.value)
            buffer.writeStaticString("\r\n")
        }
        if !framing.keepAlive { buffer.writeStaticString("Connection: close\r\n") }
        if answer.status != 204 { HeadWriter.writeContentLength(answer.body.count, into: &buffer) }
        HeadWriter.writeEnd(into: &buffer)
        if !framing.isHead { buffer.writeBytes(answer.body) }
    }
}
