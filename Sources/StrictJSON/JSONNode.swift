/// A value of a `JSONDocument`: the place of its entry on the tape.
///
/// Good until the document parses again.
package struct JSONNode: Equatable, Hashable, Sendable {
    /// The tape index.
    package let index: Int

    /// The node whose entry is at `index`.
    package init(index: Int) {
        self.index = index
    }
}

/// What a value is (RFC 8259 section 3).
package enum JSONKind: Sendable, Equatable {
    /// The literal `null`.
    case null
    /// The literal `false`.
    case `false`
    /// The literal `true`.
    case `true`
    /// A number.
    case number
    /// A string.
    case string
    /// An array.
    case array
    /// An object.
    case object
}

/// One member of an object.
package struct JSONMember: Equatable, Sendable {
    /// The name; give it to `string`, `copyString` or `equals`.
    package let name: JSONNode
    /// The value.
    package let value: JSONNode
}
