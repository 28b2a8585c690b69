/// A text of an audit entry before it is encoded: shared, constant, or kept in the entry's own storage.
///
/// No case allocates when it is made: a configured name is a shared `String`, a word of ours a `StaticString`, and bytes
/// off the wire are copied by `RequestEntry.keep` into storage that the entry reuses.
package enum AuditText: Sendable {
    /// The member is left out.
    case absent
    /// A word of ours: printable ASCII without `"` and `\`.
    case literal(StaticString)
    /// A configured or computed text of any content.
    case string(String)
    /// Bytes in the entry's own storage: offset, length, and whether the end was cut off.
    case kept(start: UInt32, count: UInt32, isCut: Bool)

    /// Whether the member is left out.
    package var isAbsent: Bool {
        if case .absent = self { return true }
        return false
    }
}
