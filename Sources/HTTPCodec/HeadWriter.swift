internal import NIOCore

/// Appends heads to a buffer and checks every byte on the way out: the check at the exit is the one that counts.
///
/// Each function writes a whole line or nothing: after an error the buffer is as before. Values are trimmed by nobody:
/// a value with whitespace at its ends is refused like one with CR, LF, NUL or another control character.
package enum HeadWriter {
    /// What must not leave the gateway.
    package enum Violation: Error, Sendable, Equatable {
        /// The method is not 1*tchar.
        case method
        /// The target is empty or holds a byte outside 0x21 to 0x7E.
        case target
        /// The name is not 1*tchar.
        case fieldName
        /// The value holds CR, LF, NUL, another control character except HTAB, or whitespace at its ends.
        case fieldValue
        /// The status is not 100 or 200 to 599; 101 is never sent (R-H1-36).
        case status
    }

    /// Appends `method SP target SP HTTP/1.1 CR LF`.
    package static func writeRequestLine(
        method: RawSpan,
        target: RawSpan,
        into output: inout HeadOutput
    ) throws(Violation) {
        guard isToken(method) else { throw .method }
        guard isTarget(target) else { throw .target }
        output.put(method)
        output.put(" ")
        output.put(target)
        output.put(" HTTP/1.1\r\n")
    }

    /// Appends `POST SP target SP HTTP/1.1 CR LF`, the only request line the gateway needs for deliveries.
    package static func writePostLine(target: RawSpan, into output: inout HeadOutput) throws(Violation) {
        guard isTarget(target) else { throw .target }
        output.put("POST ")
        output.put(target)
        output.put(" HTTP/1.1\r\n")
    }

    /// Appends the status line of HTTP/1.1 with the registered reason phrase, or an empty one.
    package static func writeStatusLine(_ status: Int, into output: inout HeadOutput) throws(Violation) {
        guard status == 100 || (200...599).contains(status) else { throw .status }
        output.put("HTTP/1.1 ")
        output.putInteger(status)
        output.put(reasonPhrase(status))
    }

    /// Appends one field line with a constant name and any value.
    package static func writeField(
        _ name: StaticString,
        _ value: RawSpan,
        into output: inout HeadOutput
    ) throws(Violation) {
        guard isToken(name) else { throw .fieldName }
        guard isFieldValue(value) else { throw .fieldValue }
        output.put(name)
        output.put(": ")
        output.put(value)
        output.put("\r\n")
    }

    /// Appends one field line with a name from outside and any value.
    package static func writeField(
        _ name: RawSpan,
        _ value: RawSpan,
        into output: inout HeadOutput
    ) throws(Violation) {
        guard isToken(name) else { throw .fieldName }
        guard isFieldValue(value) else { throw .fieldValue }
        output.put(name)
        output.put(": ")
        output.put(value)
        output.put("\r\n")
    }

    /// Appends one constant line, CR LF included, for example `Cache-Control: no-store\r\n`.
    @inline(__always)
    package static func writeConstantLine(_ line: StaticString, into output: inout HeadOutput) {
        output.put(line)
    }

    /// Appends a received field line of `head`, checked anew; one whose bytes were released is a violation.
    package static func writeField(
        _ field: HTTPField,
        of head: RequestHead,
        into output: inout HeadOutput
    ) throws(Violation) {
        let bytes = head.bytes.readableBytesSpan
        guard field.name.range.upperBound <= bytes.byteCount, field.value.range.upperBound <= bytes.byteCount else {
            throw .fieldName
        }
        try writeField(bytes.extracting(field.name.range), bytes.extracting(field.value.range), into: &output)
    }

    /// Appends a received field line of `head`, checked anew; one whose bytes were released is a violation.
    package static func writeField(
        _ field: HTTPField,
        of head: ResponseHead,
        into output: inout HeadOutput
    ) throws(Violation) {
        let bytes = head.bytes.readableBytesSpan
        guard field.name.range.upperBound <= bytes.byteCount, field.value.range.upperBound <= bytes.byteCount else {
            throw .fieldName
        }
        try writeField(bytes.extracting(field.name.range), bytes.extracting(field.value.range), into: &output)
    }

    /// Appends `Content-Length: count CR LF`; a negative count is written as 0.
    package static func writeContentLength(_ count: Int, into output: inout HeadOutput) {
        output.put("Content-Length: ")
        output.putInteger(max(count, 0))
        output.put("\r\n")
    }

    /// Appends the empty line that ends a head.
    package static func writeEnd(into output: inout HeadOutput) {
        output.put("\r\n")
    }
}

extension HeadWriter {
    private static func isToken(_ name: RawSpan) -> Bool {
        let count = name.byteCount
        var offset = 0
        while offset < count {
            if offset &+ 8 <= count, RawSpan.notPlain(in: name.word(at: offset)) == 0 {
                offset &+= 8
                continue
            }
            guard ByteClass.isToken(name.byte(at: offset)) else { return false }
            offset &+= 1
        }
        return count > 0
    }

    private static func isToken(_ name: StaticString) -> Bool {
        let bytes = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        for byte in bytes where !ByteClass.isToken(byte) { return false }
        return !bytes.isEmpty
    }

    private static func isTarget(_ target: RawSpan) -> Bool {
        for offset in 0..<target.byteCount where target.byte(at: offset) &- 0x21 > 0x7E - 0x21 { return false }
        return target.byteCount > 0
    }

    private static func isFieldValue(_ value: RawSpan) -> Bool {
        let count = value.byteCount
        guard count > 0 else { return true }
        if ByteClass.isBlank(value.byte(at: 0)) || ByteClass.isBlank(value.byte(at: count &- 1)) { return false }
        var highBits: UInt64 = 0
        return value.firstControl(from: 0, to: count, highBits: &highBits) == count
    }

    /// The space before the reason phrase, the phrase registered for the status (IANA), and the end of the line.
    private static func reasonPhrase(_ status: Int) -> StaticString {
        switch status {
        case 100: " Continue\r\n"
        case 200: " OK\r\n"
        case 201: " Created\r\n"
        case 202: " Accepted\r\n"
        case 204: " No Content\r\n"
        case 301: " Moved Permanently\r\n"
        case 302: " Found\r\n"
        case 303: " See Other\r\n"
        case 304: " Not Modified\r\n"
        case 307: " Temporary Redirect\r\n"
        case 308: " Permanent Redirect\r\n"
        case 400: " Bad Request\r\n"
        case 401: " Unauthorized\r\n"
        case 403: " Forbidden\r\n"
        case 404: " Not Found\r\n"
        case 405: " Method Not Allowed\r\n"
        case 406: " Not Acceptable\r\n"
        case 408: " Request Timeout\r\n"
        case 409: " Conflict\r\n"
        case 410: " Gone\r\n"
        case 411: " Length Required\r\n"
        case 412: " Precondition Failed\r\n"
        case 413: " Content Too Large\r\n"
        case 414: " URI Too Long\r\n"
        case 415: " Unsupported Media Type\r\n"
        case 417: " Expectation Failed\r\n"
        case 421: " Misdirected Request\r\n"
        case 422: " Unprocessable Content\r\n"
        case 429: " Too Many Requests\r\n"
        case 431: " Request Header Fields Too Large\r\n"
        case 500: " Internal Server Error\r\n"
        case 501: " Not Implemented\r\n"
        case 502: " Bad Gateway\r\n"
        case 503: " Service Unavailable\r\n"
        case 504: " Gateway Timeout\r\n"
        case 505: " HTTP Version Not Supported\r\n"
        default: " \r\n"
        }
    }
}
