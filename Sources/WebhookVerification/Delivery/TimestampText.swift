/// Reads timestamps in a payload: strict digits, or a full RFC 3339 date-time.
enum TimestampText {
    /// The time that `text` names in the grammar of `unit`; `nil` for anything else.
    ///
    /// Seconds and milliseconds: `[1-9][0-9]*`, at most 15 digits, no sign, fraction or exponent (R-SIG-12).
    /// RFC 3339 section 5.6: offset required, any number of fraction digits, microseconds kept.
    static func parse(_ text: Span<UInt8>, unit: TimestampRule.Unit) -> Timestamp? {
        switch unit {
        case .seconds: digits(text).flatMap { Timestamp(seconds: $0) }
        case .milliseconds: digits(text).map { Timestamp(microseconds: $0 * 1000) }
        case .rfc3339: RFC3339.parse(text)
        }
    }

    private static func digits(_ text: Span<UInt8>) -> Int64? {
        guard (1...15).contains(text.count), text[0] != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for index in text.indices {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }
}
