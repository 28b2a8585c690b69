/// A calendar month in UTC: how long one key for field MACs, and one for sealed values, is used.
///
/// Source: `docs/audit-log-format.md`, redaction.
package struct AuditEpoch: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The month as `YYYY-MM`.
    package let text: String
    /// The first microsecond since 1970.
    package let start: Int64
    /// The first microsecond of the month behind it.
    package let end: Int64

    /// The month of a time in microseconds since 1970.
    package init(containing microseconds: Int64) {
        let month = String(EntryTime.text(microseconds).prefix(7))
        // The text of an entry's time is always one that can be read back.
        self = AuditEpoch(month) ?? AuditEpoch(text: month, start: 0, end: 0)
    }

    /// Reads `YYYY-MM`, 1970 to 9998; `nil` for anything else.
    package init?(_ month: String) {
        guard month.utf8.count == 7, let start = AuditEpoch.time(month) else { return nil }
        // The 32nd day from the first one lies in the next month, whatever the month.
        let next = EntryTime.text(start + 32 * 86_400_000_000).prefix(7)
        guard let end = AuditEpoch.time(String(next)), end > start else { return nil }
        self.init(text: month, start: start, end: end)
    }

    private init(text: String, start: Int64, end: Int64) {
        self.text = text
        self.start = start
        self.end = end
    }

    private static func time(_ month: String) -> Int64? {
        EntryTime.parse(Array("\(month)-01T00:00:00.000000Z".utf8).span)
    }

    /// The month behind it.
    package var next: AuditEpoch { AuditEpoch(containing: end) }

    /// Whether a time lies in the month.
    package func contains(_ microseconds: Int64) -> Bool { microseconds >= start && microseconds < end }

    /// The months from the one of `first` to the one of `last`, at most 1,200.
    package static func months(from first: Int64, to last: Int64) -> [AuditEpoch] {
        var months: [AuditEpoch] = []
        var month = AuditEpoch(containing: first)
        while month.start <= last, months.count < 1200 {
            months.append(month)
            month = month.next
        }
        return months
    }

    /// The month as `YYYY-MM`.
    package var description: String { text }

    package static func < (left: AuditEpoch, right: AuditEpoch) -> Bool { left.start < right.start }
}
