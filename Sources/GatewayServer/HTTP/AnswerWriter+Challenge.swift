import HTTPCodec
import WebhookVerification

extension AnswerWriter {
    /// What follows status, date and request id in the answer to a handshake.
    ///
    /// Reflected text is never to be taken for a page: its type is written, and sniffing forbidden.
    static func write(_ answer: ChallengeAnswer, framing: Framing, into output: inout HeadOutput) {
        switch answer.mediaType {
        case .none: break
        case .text: output.put("Content-Type: text/plain; charset=utf-8\r\n")
        case .json: output.put("Content-Type: application/json\r\n")
        }
        output.put("X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n")
        if let field = answer.field {
            output.put(field.name)
            output.put(": ")
            output.put(field.value)
            output.put("\r\n")
        }
        if !framing.keepAlive { output.put("Connection: close\r\n") }
        if answer.status != 204 { HeadWriter.writeContentLength(answer.body.count, into: &output) }
        HeadWriter.writeEnd(into: &output)
        if !framing.isHead { output.put(answer.body) }
    }
}
