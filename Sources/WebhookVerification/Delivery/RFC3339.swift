/// Reads a date-time of RFC 3339 section 5.6.
package enum RFC3339 {
    /// The time that `text` names; `nil` for anything that is not exactly one date-time with an offset.
    ///
    /// A real calendar date, `T` and `Z` in either case, 1 to 9 fraction digits (microseconds kept), offsets up to
    /// ±23:59; second 60 only where it is a possible leap second, counted as the second after.
    package static func parse(_ text: Span<UInt8>) -> Timestamp? {
        guard text.count >= 20, text.count <= 35 else { return nil }
        guard let year = number(text, 0, 4), text[4] == UInt8(ascii: "-"), let month = number(text, 5, 2),
            text[7] == UInt8(ascii: "-"), let day = number(text, 8, 2), text[10] | 0x20 == UInt8(ascii: "t"),
            let hour = number(text, 11, 2), text[13] == UInt8(ascii: ":"), let minute = number(text, 14, 2),
            text[16] == UInt8(ascii: ":"), let second = number(text, 17, 2)
        else { return nil }
        guard (1...12).contains(month), day >= 1, day <= days(month, year), hour < 24, minute < 60, second <= 60 else {
            return nil
        }
        var index = 19
        var micros: Int64 = 0
        if text[index] == UInt8(ascii: ".") {
            guard let (value, end) = fraction(text, from: index + 1) else { return nil }
            micros = value
            index = end
        }
        guard let offset = offset(text, from: index) else { return nil }
        let minutes = Int64(hour) * 60 + Int64(minute) - offset
        if second == 60, (minutes % 1440 + 1440) % 1440 != 1439 { return nil }
        let seconds = daysSinceEpoch(year, month, day) * 86_400 + minutes * 60 + Int64(second)
        return Timestamp(microseconds: seconds * 1_000_000 + micros)
    }

    private static func number(_ text: Span<UInt8>, _ start: Int, _ count: Int) -> Int? {
        guard start + count <= text.count else { return nil }
        var value = 0
        for index in start..<(start + count) {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    private static func fraction(_ text: Span<UInt8>, from start: Int) -> (Int64, Int)? {
        var value: Int64 = 0
        var index = start
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            if index - start < 6 { value = value * 10 + Int64(digit) }
            index += 1
        }
        let count = index - start
        guard (1...9).contains(count), index < text.count else { return nil }
        for _ in 0..<max(0, 6 - count) { value *= 10 }
        return (value, index)
    }

    /// Minutes east of UTC; the offset has to end the text.
    private static func offset(_ text: Span<UInt8>, from index: Int) -> Int64? {
        guard index < text.count else { return nil }
        if text[index] | 0x20 == UInt8(ascii: "z") { return index + 1 == text.count ? 0 : nil }
        guard index + 6 == text.count, text[index + 3] == UInt8(ascii: ":"), let hours = number(text, index + 1, 2),
            let minutes = number(text, index + 4, 2), hours < 24, minutes < 60
        else { return nil }
        switch text[index] {
        case UInt8(ascii: "+"): return Int64(hours * 60 + minutes)
        case UInt8(ascii: "-"): return -Int64(hours * 60 + minutes)
        default: return nil
        }
    }

    private static func days(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01, by eras of 400 years that start in March.
    private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era) * 146_097 + Int64(dayOfEra) - 719_468
    }
}
