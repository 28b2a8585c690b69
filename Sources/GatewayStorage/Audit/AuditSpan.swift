/// A part of a log: from an entry or a time to another.
package struct AuditSpan: Sendable, Equatable {
    /// One end.
    package enum Mark: Sendable, Equatable {
        /// The number of an entry.
        case entry(UInt64)
        /// Microseconds since 1970.
        case time(Int64)
    }

    /// The first entry; `nil` for the first that is there.
    package var from: Mark?
    /// The last entry; `nil` for the last that is there.
    package var to: Mark?

    /// Makes a part.
    package init(from: Mark?, to: Mark?) {
        self.from = from
        self.to = to
    }

    /// Whether it is the whole log.
    var isWhole: Bool { from == nil && to == nil }
}
