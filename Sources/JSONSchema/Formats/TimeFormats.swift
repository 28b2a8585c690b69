internal import StrictJSON

/// RFC 3339: dates, times and durations.
enum TimeFormats {
    /// Two digits at `index`, −1 where there are none.
    @inline(__always)
    private static func two(_ text: ByteView, _ index: Int) -> Int {
        let high = text[index] &- 0x30
        let low = text[index + 1] &- 0x30
        return high <= 9 && low <= 9 ? Int(high) * 10 + Int(low) : -1
    }

    /// RFC 3339 section 5.6, date-time.
    static func isDateTime(_ text: ByteView) -> Bool {
        text.count >= 20 && text[10] | 0x20 == UInt8(ascii: "t") && isDate(text, 0) && isTime(text, 11)
    }

    /// RFC 3339 section 5.6, full-date, with the days of section 5.7; at least ten bytes from `start` on.
    static func isDate(_ text: ByteView, _ start: Int) -> Bool {
        guard text[start + 4] == UInt8(ascii: "-"), text[start + 7] == UInt8(ascii: "-") else { return false }
        let century = two(text, start)
        let decade = two(text, start + 2)
        let month = two(text, start + 5)
        let day = two(text, start + 8)
        guard century >= 0, decade >= 0, month >= 1, month <= 12, day >= 1 else { return false }
        if day <= 28 { return true }
        let year = century * 100 + decade
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        switch month {
        case 2: return day == 29 && isLeap
        case 4, 6, 9, 11: return day <= 30
        default: return day <= 31
        }
    }

    /// RFC 3339 section 5.6, full-time, from `start` to the end.
    ///
    /// A leap second is 23:59:60 in UTC (section 5.7), whatever the offset.
    static func isTime(_ text: ByteView, _ start: Int) -> Bool {
        guard text.count >= start + 9 else { return false }
        let colon = UInt8(ascii: ":")
        guard text[start + 2] == colon, text[start + 5] == colon else { return false }
        let hour = two(text, start)
        let minute = two(text, start + 3)
        let second = two(text, start + 6)
        guard hour >= 0, hour <= 23, minute >= 0, minute <= 59, second >= 0, second <= 60 else { return false }
        var index = start + 8
        if text[index] == UInt8(ascii: ".") {
            index += 1
            let first = index
            while index < text.count, ByteClass.isDigit(text[index]) { index += 1 }
            if index == first { return false }
        }
        guard index < text.count else { return false }
        if text[index] | 0x20 == UInt8(ascii: "z") {
            return index + 1 == text.count && (second < 60 || hour == 23 && minute == 59)
        }
        return isOffset(text, index, hour * 60 + minute, isLeapSecond: second == 60)
    }

    private static func isOffset(_ text: ByteView, _ index: Int, _ minutes: Int, isLeapSecond: Bool) -> Bool {
        guard text.count == index + 6, text[index + 3] == UInt8(ascii: ":") else { return false }
        let sign = text[index]
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        let hours = two(text, index + 1)
        let rest = two(text, index + 4)
        guard hours >= 0, hours <= 23, rest >= 0, rest <= 59 else { return false }
        guard isLeapSecond else { return true }
        let offset = hours * 60 + rest
        let universal = sign == UInt8(ascii: "+") ? minutes - offset : minutes + offset
        return (universal + 2880) % 1440 == 1439
    }

    /// RFC 3339 appendix A, duration: units in order and without a gap, weeks alone.
    static func isDuration(_ text: ByteView) -> Bool {
        guard text.count >= 3, text[0] == UInt8(ascii: "P") else { return false }
        let dateUnits: [UInt8] = [UInt8(ascii: "Y"), UInt8(ascii: "M"), UInt8(ascii: "D")]
        let timeUnits: [UInt8] = [UInt8(ascii: "H"), UInt8(ascii: "M"), UInt8(ascii: "S")]
        var index = 1
        var last = -1
        var isTime = false
        while index < text.count {
            if text[index] == UInt8(ascii: "T") {
                if isTime { return false }
                isTime = true
                last = -1
                index += 1
                if index == text.count { return false }
                continue
            }
            let first = index
            while index < text.count, ByteClass.isDigit(text[index]) { index += 1 }
            guard index > first, index < text.count else { return false }
            let unit = text[index]
            index += 1
            if unit == UInt8(ascii: "W") { return first == 1 && index == text.count }
            guard let place = (isTime ? timeUnits : dateUnits).firstIndex(of: unit) else { return false }
            guard last < 0 || place == last + 1 else { return false }
            last = place
        }
        return true
    }
}
