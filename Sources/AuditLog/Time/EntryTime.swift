/// The time of an entry as text: RFC 3339 in UTC with six decimals, always 27 characters.
package enum EntryTime {
    /// The last microsecond of the year 9999; later times are written as this one, earlier than 1970 as 1970.
    private static let lastMicrosecond: Int64 = 253_402_300_799_999_999

    /// The text of a time given in microseconds since the epoch; for code off the wire path.
    package static func text(_ microseconds: Int64) -> String {
        var bytes: [UInt8] = []
        append(microseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends `YYYY-MM-DDThh:mm:ss.uuuuuuZ`.
    package static func append(_ microseconds: Int64, to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: 27) { append(microseconds, to: &$0) }
    }

    /// Appends `YYYY-MM-DDThh:mm:ss.uuuuuuZ`; nothing where it does not fit.
    static func append(_ microseconds: Int64, to output: inout OutputSpan<UInt8>) {
        guard output.freeCapacity >= 27 else { return }
        let time = UInt64(min(max(microseconds, 0), lastMicrosecond))
        let seconds = time / 1_000_000
        let secondOfDay = seconds % 86_400
        let date = civil(days: seconds / 86_400)
        digits(date.year, 4, &output)
        output.append(UInt8(ascii: "-"))
        digits(date.month, 2, &output)
        output.append(UInt8(ascii: "-"))
        digits(date.day, 2, &output)
        output.append(UInt8(ascii: "T"))
        digits(secondOfDay / 3600, 2, &output)
        output.append(UInt8(ascii: ":"))
        digits(secondOfDay / 60 % 60, 2, &output)
        output.append(UInt8(ascii: ":"))
        digits(secondOfDay % 60, 2, &output)
        output.append(UInt8(ascii: "."))
        digits(time % 1_000_000, 6, &output)
        output.append(UInt8(ascii: "Z"))
    }

    /// Reads the 27 characters back into microseconds; `nil` for anything else.
    package static func parse(_ text: Span<UInt8>) -> Int64? {
        guard text.count == 27, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            text[19] == UInt8(ascii: "."), text[26] == UInt8(ascii: "Z")
        else { return nil }
        guard let year = number(text, 0, 4), let month = number(text, 5, 2), let day = number(text, 8, 2),
            let hour = number(text, 11, 2), let minute = number(text, 14, 2), let second = number(text, 17, 2),
            let fraction = number(text, 20, 6), year >= 1970, (1...12).contains(month), (1...31).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = daysSinceEpoch(year: year, month: month, day: day)
        guard civil(days: UInt64(days)) == (UInt64(year), UInt64(month), UInt64(day)) else { return nil }
        return ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + fraction
    }

    /// Year, month and day of a day number; the usual shift of the year's start to March makes it branch-free.
    private static func civil(days: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let shifted = days &+ 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let marchMonth = (5 &* dayOfYear &+ 2) / 153
        let day = dayOfYear &- (153 &* marchMonth &+ 2) / 5 &+ 1
        let month = marchMonth < 10 ? marchMonth &+ 3 : marchMonth &- 9
        return (yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0), month, day)
    }

    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func number(_ text: Span<UInt8>, _ start: Int, _ count: Int) -> Int64? {
        var value: Int64 = 0
        for index in start..<(start + count) {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    @inline(__always)
    private static func digits(_ value: UInt64, _ count: Int, _ output: inout OutputSpan<UInt8>) {
        var divisor: UInt64 = 1
        var place = 1
        while place < count {
            divisor &*= 10
            place += 1
        }
        while divisor > 0 {
            output.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }
}
