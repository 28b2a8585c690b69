import ArgumentParser
import AuditLog
import GatewayStorage

/// A place in the log on the command line: the number of an entry, or a time.
struct AuditTimeArgument: ExpressibleByArgument {
    let mark: AuditSpan.Mark

    /// Digits, or RFC 3339 in UTC: `2026-08-21`, `2026-08-21T10:11:12Z`, with or without a fraction.
    init?(argument: String) {
        if let number = UInt64(argument), argument.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            mark = .entry(number)
        } else if let time = AuditTimeArgument.time(argument) {
            mark = .time(time)
        } else {
            return nil
        }
    }

    /// Microseconds since 1970 of a day or a moment in UTC.
    static func time(_ text: String) -> Int64? {
        var full = text
        if text.utf8.count == 10 { full += "T00:00:00Z" }
        guard full.hasSuffix("Z") else { return nil }
        full.removeLast()
        let parts = full.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        guard fraction.utf8.count <= 6, parts[0].utf8.count == 19 else { return nil }
        let padded = fraction + String(repeating: "0", count: 6 - fraction.utf8.count)
        return EntryTime.parse(Array("\(parts[0]).\(padded)Z".utf8).span)
    }
}

/// A moment on the command line, as `AuditTimeArgument` without the numbers of entries.
struct AuditMoment: ExpressibleByArgument {
    let microseconds: Int64

    init?(argument: String) {
        guard let time = AuditTimeArgument.time(argument) else { return nil }
        microseconds = time
    }
}
