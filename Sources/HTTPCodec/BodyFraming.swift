/// How the body of a request is delimited (RFC 9112 section 6.3, strict reading).
package enum BodyFraming: Sendable, Equatable {
    /// No Content-Length and no Transfer-Encoding: there is no body.
    case none
    /// Content-Length with its value in bytes; 0 is a body that was announced and is empty.
    case contentLength(Int)
    /// Content-Length is all digits but larger than any `Int`: too large whatever the limit (N5, R-H1-08).
    case contentLengthTooLarge
    /// Transfer-Encoding, exactly `chunked`.
    case chunked

    /// Whether the announced length is above `limit` bytes; a chunked body is judged while it is read.
    package func announcesMore(than limit: Int) -> Bool {
        switch self {
        case .none, .chunked: false
        case .contentLength(let length): length > limit
        case .contentLengthTooLarge: true
        }
    }

    /// Reads `1*DIGIT`; `nil` for anything else, an empty value included.
    static func contentLength(_ bytes: RawSpan, _ value: HTTPSpan) -> BodyFraming? {
        let range = value.range
        guard !range.isEmpty else { return nil }
        var number = 0
        var overflow = false
        for offset in range {
            let byte = bytes.byte(at: offset)
            guard ByteClass.isDigit(byte) else { return nil }
            // Below this bound one more digit cannot overflow; above it any value is beyond every limit.
            if number >= 100_000_000_000_000_000 {
                overflow = true
            } else {
                number = number &* 10 &+ Int(byte &- 0x30)
            }
        }
        return overflow ? .contentLengthTooLarge : .contentLength(number)
    }
}
