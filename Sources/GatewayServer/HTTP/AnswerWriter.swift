import AuditLog
import HTTPCodec
import NIOCore
import WebhookVerification

/// Serialises answers: strict HTTP/1.1, one Content-Length, `Date`, no product version (R-H1-44).
enum AnswerWriter {
    /// What an answer needs to know of the connection it goes to.
    struct Framing {
        /// Whether the connection lives on.
        let keepAlive: Bool
        /// Whether the request was HEAD: the body is left out, its length stays.
        let isHead: Bool
    }

    /// Appends an answer in our words.
    static func write(
        _ answer: OwnAnswer,
        requestID: UUIDv7,
        framing: Framing,
        date: inout HTTPDateLine,
        seconds: Int,
        into output: inout HeadOutput
    ) {
        try? HeadWriter.writeStatusLine(answer.status, into: &output)
        date.write(unixSeconds: seconds, into: &output)
        writeRequestID(requestID, into: &output)
        if let challenge = answer.challenge { return write(challenge, framing: framing, into: &output) }
        switch answer.form {
        case .json: output.put("Content-Type: application/json\r\n")
        case .text: output.put("Content-Type: text/plain; charset=utf-8\r\n")
        }
        output.put("Cache-Control: no-store\r\n")
        if let seconds = answer.retryAfter {
            output.put("Retry-After: ")
            output.putInteger(seconds)
            output.put("\r\n")
        }
        if !answer.allow.isEmpty {
            output.put("Allow: ")
            for (index, method) in answer.allow.enumerated() {
                if index > 0 { output.put(", ") }
                output.put(method)
            }
            output.put("\r\n")
        }
        if answer.isDuplicate { output.put("Postern-Duplicate: 1\r\n") }
        if !framing.keepAlive { output.put("Connection: close\r\n") }
        HeadWriter.writeContentLength(bodyLength(answer), into: &output)
        HeadWriter.writeEnd(into: &output)
        if !framing.isHead { writeBody(answer, requestID: requestID, into: &output) }
    }

    /// Appends an upstream's response: status and body kept, hop-by-hop fields and Set-Cookie dropped (R-FWD-15).
    static func write(
        _ response: borrowing UpstreamResponse,
        requestID: UUIDv7,
        framing: Framing,
        date: inout HTTPDateLine,
        seconds: Int,
        into output: inout HeadOutput
    ) {
        try? HeadWriter.writeStatusLine(response.status, into: &output)
        date.write(unixSeconds: seconds, into: &output)
        writeRequestID(requestID, into: &output)
        for field in response.head.fields where response.head.isRelayed(field) && !isRequestID(field, response.head) {
            try? HeadWriter.writeField(field, of: response.head, into: &output)
        }
        if !framing.keepAlive { output.put("Connection: close\r\n") }
        if response.status != 204, response.status != 304 {
            HeadWriter.writeContentLength(response.body.readableBytes, into: &output)
        }
        HeadWriter.writeEnd(into: &output)
        if !framing.isHead { output.put(response.body.readableBytesSpan) }
    }

    /// `X-Request-Id: UUID CRLF`.
    static func writeRequestID(_ id: UUIDv7, into output: inout HeadOutput) {
        output.put("X-Request-Id: ")
        writeUUID(id, into: &output)
        output.put("\r\n")
    }

    /// The 36 characters of an id.
    static func writeUUID(_ id: UUIDv7, into output: inout HeadOutput) {
        output.putHex(id.high >> 32, digits: 8)
        output.put(byte: UInt8(ascii: "-"))
        output.putHex(id.high >> 16, digits: 4)
        output.put(byte: UInt8(ascii: "-"))
        output.putHex(id.high, digits: 4)
        output.put(byte: UInt8(ascii: "-"))
        output.putHex(id.low >> 48, digits: 4)
        output.put(byte: UInt8(ascii: "-"))
        output.putHex(id.low, digits: 12)
    }

    private static func isRequestID(_ field: HTTPField, _ head: ResponseHead) -> Bool {
        field.name.length == 12
            && head.withBytes(of: field.name) { name in
                let expected: StaticString = "x-request-id"
                for index in 0..<12
                where name.unsafeLoad(fromByteOffset: index, as: UInt8.self) | 0x20
                    != (expected.utf8Start + index).pointee | 0x20
                { return false }
                return true
            }
    }

    private static let refusedStart: StaticString = #"{"success":false,"error":""#
    private static let refusedEnd: StaticString = #"","requestId":""#
    private static let acceptedStart: StaticString = #"{"success":true,"message":""#
    private static let end: StaticString = #""}"#

    private static func bodyLength(_ answer: OwnAnswer) -> Int {
        switch answer.form {
        case .text: answer.text.utf8CodeUnitCount
        case .json:
            (answer.status < 300 ? acceptedStart : refusedStart).utf8CodeUnitCount + answer.text.utf8CodeUnitCount
                + refusedEnd.utf8CodeUnitCount + 36 + end.utf8CodeUnitCount
        }
    }

    private static func writeBody(_ answer: OwnAnswer, requestID: UUIDv7, into output: inout HeadOutput) {
        guard case .json = answer.form else {
            output.put(answer.text)
            return
        }
        output.put(answer.status < 300 ? acceptedStart : refusedStart)
        output.put(answer.text)
        output.put(refusedEnd)
        writeUUID(requestID, into: &output)
        output.put(end)
    }
}
