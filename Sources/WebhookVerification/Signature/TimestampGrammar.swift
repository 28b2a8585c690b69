/// How a sender writes a time; strict, because the same text is signed (rule 6).
package enum TimestampGrammar: String, Sendable, Hashable, CaseIterable {
    /// Seconds since 1970: digits without sign, fraction or leading zero.
    case seconds = "s"
    /// Milliseconds since 1970, likewise.
    case milliseconds = "ms"
    /// RFC 3339 with an offset.
    case rfc3339
    /// RFC 3339 where a missing offset means UTC.
    case rfc3339UTC = "rfc3339-utc"
    /// Seconds or milliseconds, told apart by their size; only for templates that mark the end.
    case auto

    /// The time that `text` says; `nil` where it is not exactly of this form.
    package func parse(_ text: Span<UInt8>) -> Timestamp? {
        switch self {
        case .seconds: return TimestampGrammar.digits(text).flatMap { Timestamp(seconds: $0) }
        case .milliseconds: return TimestampGrammar.digits(text).flatMap(TimestampGrammar.fromMilliseconds)
        case .auto:
            guard let number = TimestampGrammar.digits(text) else { return nil }
            // Seconds reach 100,000,000,000 in the year 5138, milliseconds reached it in 1973.
            return number < 100_000_000_000 ? Timestamp(seconds: number) : TimestampGrammar.fromMilliseconds(number)
        case .rfc3339: return DateText.parse(text, offset: .required)
        case .rfc3339UTC: return DateText.parse(text, offset: .mayBeMissing)
        }
    }

    private static func fromMilliseconds(_ number: Int64) -> Timestamp? {
        let (product, overflow) = number.multipliedReportingOverflow(by: 1000)
        return overflow ? nil : Timestamp(microseconds: product)
    }

    /// A number of 1 to 16 digits without a leading zero.
    private static func digits(_ text: Span<UInt8>) -> Int64? {
        guard (1...16).contains(text.count), text[0] != UInt8(ascii: "0") else { return nil }
        var number: Int64 = 0
        for index in 0..<text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number &* 10 &+ Int64(digit)
        }
        return number
    }
}
