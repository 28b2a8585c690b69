import AuditLog

/// A stretch of days on the command line: a year, a quarter, a month, a day, or two days with `..` between them.
package struct ReportPeriod: Sendable, Equatable {
    /// The first microsecond.
    package let from: Int64
    /// The first microsecond behind it.
    package let to: Int64
    /// As it was given, for names of files.
    package let name: String

    private static let day: Int64 = 86_400_000_000

    /// Reads `2026`, `2026-Q3`, `2026-08`, `2026-08-21`, `2026-08-01..2026-08-15` (both days belong to it), in UTC.
    package init?(_ text: String) {
        name = text
        let ends = text.components(separated: "..")
        if ends.count == 2 {
            guard let first = ReportPeriod.start(ends[0]), let last = ReportPeriod.start(ends[1]), first <= last else {
                return nil
            }
            from = first
            to = last + ReportPeriod.day
            return
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard let year = Int(parts[0]), parts[0].utf8.count == 4 else { return nil }
        let months: (first: Int, count: Int)
        switch (parts.count, parts.count > 1 ? parts[1] : "") {
        case (1, _): months = (1, 12)
        case (2, let quarter) where quarter.utf8.count == 2 && quarter.hasPrefix("Q"):
            guard let number = Int(quarter.dropFirst()), (1...4).contains(number) else { return nil }
            months = (number * 3 - 2, 3)
        case (2, let month):
            guard let number = Int(month), month.utf8.count == 2, (1...12).contains(number) else { return nil }
            months = (number, 1)
        default:
            guard let first = ReportPeriod.start(text) else { return nil }
            from = first
            to = first + ReportPeriod.day
            return
        }
        let next = months.first + months.count
        guard let first = ReportPeriod.month(year, months.first),
            let end = next > 12 ? ReportPeriod.month(year + 1, next - 12) : ReportPeriod.month(year, next)
        else { return nil }
        from = first
        to = end
    }

    private static func month(_ year: Int, _ month: Int) -> Int64? {
        start("\(year)-\(month < 10 ? "0" : "")\(month)-01")
    }

    /// Midnight of a day.
    private static func start(_ day: String) -> Int64? {
        EntryTime.parse(Array("\(day)T00:00:00.000000Z".utf8).span)
    }
}

extension String {
    /// The parts between occurrences of a separator.
    fileprivate func components(separated separator: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(self)
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
