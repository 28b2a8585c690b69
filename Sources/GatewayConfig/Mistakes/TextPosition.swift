/// A place in the text of a configuration file; both numbers start at 1, the column counts Unicode scalars.
package struct TextPosition: Sendable, Hashable, Comparable {
    /// The line, from 1.
    package let line: Int
    /// The column, from 1.
    package let column: Int

    /// Makes a place out of two numbers from 1.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The start of the file, for mistakes that have no better place.
    package static let start = TextPosition(line: 1, column: 1)

    /// Whether `left` stands before `right`.
    package static func < (left: TextPosition, right: TextPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
