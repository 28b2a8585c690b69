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
        into buffer: inout ByteBuffer
    ) {
        try? HeadWriter.writeStatusLine(answer.status, into: &buffer)
        date.write(unixSeconds: seconds, into: &buffer)
        writeRequestID(requestID, into: &buffer)
        if let challenge = answer.challenge { return write(challenge, framing: framing, into: &buffer) }
        switch answer.form {
        case .json: buffer.writeStaticString("Content-Type: application/json\r\n")
        case .text: buffer.writeStaticString("Content-Type: text/plain; charset=utf-8\r\n")
        }
        buffer.writeStaticString("Cache-Control: no-store\r\n")
        if let seconds = answer.retryAfter {
            buffer.writeStaticString("Retry-After: ")
            HeadWriter.writeInteger(seconds, into: &buffer)
            buffer.writeStaticString("\r\n")
        }
        if !answer.allow.isEmpty {
            buffer.writeStaticString("Allow: ")
            for (index, method) in answer.allow.enumerated() {
                if index > 0 { buffer.writeStaticString(", ") }
                buffer.writeBytes(method)
            }
            buffer.writeStaticString("\r\n")
        }
        if answer.isDuplicate { buffer.writeStaticString("Postern-Duplicate: 1\r\n") }
        if !framing.keepAlive { buffer.writeStaticString("Connection: close\r\n") }
        HeadWriter.writeContentLength(bodyLength(answer), into: &buffer)
        HeadWriter.writeEnd(into: &buffer)
        if !framing.isHead { writeBody(answer, requestID: requestID, into: &buffer) }
    }

    /// Appends an upstream's response: status and body kept, hop-by-hop fields and Set-Cookie dropped (R-FWD-15).
    static func write(
        _ response: borrowing UpstreamResponse,
        requestID: UUIDv7,
        framing: Framing,
        date: inout HTTPDateLine,
        seconds: Int,
        into buffer: inout ByteBuffer
    ) {
        try? HeadWriter.writeStatusLine(response.status, into: &buffer)
        date.write(unixSeconds: seconds, into: &buffer)
        writeRequestID(requestID, into: &buffer)
        for field in response.head.fields where response.head.isRelayed(field) && !isRequestID(field, response.head) {
            try? HeadWriter.writeField(field, of: response.head, into: &buffer)
        }
        if !framing.keepAlive { buffer.writeStaticString("Connection: close\r\n") }
        if response.status != 204, response.status != 304 {
            HeadWriter.writeContentLength(response.body.readableBytes, into: &buffer)
        }
        HeadWriter.writeEnd(into: &buffer)
        if !framing.isHead { buffer.writeImmutableBuffer(response.body) }
    }

    /// `X-Request-Id: UUID CRLF`.
    static func writeRequestID(_ id: UUIDv7, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("X-Request-Id: ")
        writeUUID(id, into: &buffer)
        buffer.writeStaticString("\r\n")
    }

    static func writeUUID(_ id: UUIDv7, into buffer: inout ByteBuffer) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 36) { bytes in
            var position = 0
            for index in 0..<16 {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    bytes[position] = 0x2d
                    position &+= 1
                }
                let word = index < 8 ? id.high : id.low
                let byte = UInt8(truncatingIfNeeded: word >> UInt64(56 &- (index & 7) &* 8))
                bytes[position] = digit(byte >> 4)
                bytes[position &+ 1] = digit(byte & 15)
                position &+= 2
            }
            return 36
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 &+ value : 0x57 &+ value }

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
            (answer.isDuplicate ? acceptedStart : refusedStart).utf8CodeUnitCount + answer.text.utf8CodeUnitCount
                + refusedEnd.utf8CodeUnitCount + 36 + end.utf8CodeUnitCount
        }
    }

    private static func writeBody(_ answer: OwnAnswer, requestID: UUIDv7, into buffer: inout ByteBuffer) {
        guard case .json = answer.form else {
            buffer.writeStaticString(answer.text)
            return
        }
        buffer.writeStaticString(answer.isDuplicate ? acceptedStart : refusedStart)
        buffer.writeStaticString(answer.text)
        buffer.writeStaticString(refusedEnd)
        writeUUID(requestID, into: &buffer)
        buffer.writeStaticString(end)
    }
}
