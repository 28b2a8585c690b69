package import NIOCore

/// Dates of HTTP: IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`, always 29 bytes (RFC 9110 section 5.6.7).
package enum HTTPDate {
    /// Bytes of every IMF-fixdate.
    package static let byteCount = 29

    /// Appends the date of `unixSeconds` (UTC, no leap seconds), brought into 1970 to 9999 if it lies outside.
    package static func write(unixSeconds: Int, into buffer: inout ByteBuffer) {
        let seconds = min(max(unixSeconds, 0), 253_402_300_799)
        let days = seconds / 86_400
        let time = seconds % 86_400
        let date = civil(fromDays: days)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { bytes in
            copy("Thu, Fri, Sat, Sun, Mon, Tue, Wed, ", from: days % 7 * 5, count: 5, to: bytes, at: 0)
            twoDigits(date.day, to: bytes, at: 5)
            bytes[7] = ByteClass.space
            copy(
                "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ",
                from: (date.month - 1) * 4,
                count: 4,
                to: bytes,
                at: 8
            )
            twoDigits(date.year / 100, to: bytes, at: 12)
            twoDigits(date.year % 100, to: bytes, at: 14)
            bytes[16] = ByteClass.space
            twoDigits(time / 3600, to: bytes, at: 17)
            bytes[19] = 0x3A
            twoDigits(time / 60 % 60, to: bytes, at: 20)
            bytes[22] = 0x3A
            twoDigits(time % 60, to: bytes, at: 23)
            copy(" GMT", from: 0, count: 4, to: bytes, at: 25)
            return byteCount
        }
    }

    /// Proleptic Gregorian date of a day number counted from 1970-01-01, by eras of 400 years that begin in March.
    private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    private static func copy(
        _ text: StaticString,
        from start: Int,
        count: Int,
        to bytes: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) {
        for index in 0..<count { bytes[offset + index] = text.utf8Start[start + index] }
    }

    private static func twoDigits(_ number: Int, to bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        bytes[offset] = 0x30 + UInt8(truncatingIfNeeded: number / 10)
        bytes[offset + 1] = 0x30 + UInt8(truncatingIfNeeded: number % 10)
    }
}

/// The `Date` field line, made again only when the second changes; one per event loop.
package struct HTTPDateLine: Sendable {
    private var second = Int.min
    private var line = ByteBuffer()

    /// A line that is made at its first use.
    package init() {}

    /// Appends `Date: …` and its CR LF for `unixSeconds`.
    package mutating func write(unixSeconds: Int, into output: inout HeadOutput) {
        if unixSeconds != second {
            second = unixSeconds
            line.clear()
            line.writeStaticString("Date: ")
            HTTPDate.write(unixSeconds: unixSeconds, into: &line)
            line.writeStaticString("\r\n")
        }
        output.put(line.readableBytesSpan)
    }
}
