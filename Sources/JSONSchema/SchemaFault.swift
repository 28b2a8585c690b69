/// Everything that keeps a schema from being compiled.
package struct SchemaFault: Error, Sendable, Equatable {
    /// One mistake.
    package struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The URI of the document the mistake is in.
        package let document: String
        /// The JSON Pointer of the place.
        package let pointer: String
        /// The line of the place, counted from 1.
        package let line: Int
        /// The byte in the line, counted from 1.
        package let column: Int
        /// What is wrong and what would be right.
        package let text: String

        /// Line, column, pointer and text in one line.
        package var description: String {
            "\(line):\(column): #\(pointer): \(text)"
        }
    }

    /// The mistakes in reading order, at most 100.
    package let problems: [Problem]
}
