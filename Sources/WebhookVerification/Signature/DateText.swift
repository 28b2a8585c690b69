/// A date and time as RFC 3339 section 5.6 writes them, read byte by byte.
package enum DateText {
    /// Whether the offset may be left out, which then means UTC.
    enum Offset {
        case required
        case mayBeMissing
    }

    /// `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`; `nil` for anything else, a date that does not exist included.
    ///
    /// Fractions have 1 to 9 digits; those after the sixth are dropped. A leap second (60) counts as the next minute.
    static func parse(_ text: Span<UInt8>, offset rule: Offset) -> Timestamp? {
        guard (19...35).contains(text.count), let days = dayNumber(text), let time = secondOfDay(text) else {
            return nil
        }
        var index = 19
        var fraction: Int64 = 0
        if index < text.count, text[index] == UInt8(ascii: ".") {
            guard let end = readFraction(text, from: index + 1, into: &fraction) else { return nil }
            index = end
        }
        guard let offset = readOffset(text, from: index, rule) else { return nil }
        return Timestamp(microseconds: (days * 86_400 + time - offset) * 1_000_000 + fraction)
    }

    private static func number(_ text: Span<UInt8>, _ start: Int, _ count: Int) -> Int64? {
        var value: Int64 = 0
        for index in start..<(start + count) {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return value
    }

    /// Days since 1970-01-01 (proleptic Gregorian calendar).
    private static func dayNumber(_ text: Span<UInt8>) -> Int64? {
        guard let year = number(text, 0, 4), text[4] == UInt8(ascii: "-"), let month = number(text, 5, 2),
            text[7] == UInt8(ascii: "-"), let day = number(text, 8, 2), (1...12).contains(month), day >= 1
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length: Int64 =
            switch month {
            case 2: isLeap ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        guard day <= length else { return nil }
        // Years start in March, so that the leap day is the last day of a year.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func secondOfDay(_ text: Span<UInt8>) -> Int64? {
        guard text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: "t"), let hour = number(text, 11, 2),
            text[13] == UInt8(ascii: ":"), let minute = number(text, 14, 2), text[16] == UInt8(ascii: ":"),
            let second = number(text, 17, 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func readFraction(_ text: Span<UInt8>, from start: Int, into micros: inout Int64) -> Int? {
        var index = start
        var scale: Int64 = 100_000
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            micros += Int64(digit) * scale
            scale /= 10
            index += 1
        }
        return (1...9).contains(index - start) ? index : nil
    }

    private static func readOffset(_ text: Span<UInt8>, from index: Int, _ rule: Offset) -> Int64? {
        if index == text.count { return rule == .mayBeMissing ? 0 : nil }
        let sign = text[index]
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return index + 1 == text.count ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), index + 6 == text.count,
            let hours = number(text, index + 1, 2), text[index + 3] == UInt8(ascii: ":"),
            let minutes = number(text, index + 4, 2), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// `YYYY-MM-DDThh:mm:ssZ` for seconds since 1970.
    package static func format(seconds: Int64) -> [UInt8] {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let time = seconds - days * 86_400
        // The inverse of `dayNumber`: eras of 400 years that start in March.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let parts = [(year, 4), (month, 2), (day, 2), (time / 3600, 2), (time / 60 % 60, 2), (time % 60, 2)]
        let texts = parts.map { number, width in
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        return Array("\(texts[0])-\(texts[1])-\(texts[2])T\(texts[3]):\(texts[4]):\(texts[5])Z".utf8)
    }
}
