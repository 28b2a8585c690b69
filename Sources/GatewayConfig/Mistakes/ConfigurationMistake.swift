/// One thing that is wrong with a configuration, or worth a warning, with its place.
package struct ConfigurationMistake: Error, Sendable, Hashable, CustomStringConvertible {
    /// The path of the file as the operator gave it.
    package let file: String
    /// Where it is.
    package let position: TextPosition
    /// What is wrong and, where it can be said, what would be right; never a secret.
    package let text: String

    /// Makes a mistake; the caller keeps secrets out of `text`.
    package init(file: String, position: TextPosition, text: String) {
        self.file = file
        self.position = position
        self.text = text
    }

    /// The line of the mistake, from 1.
    package var line: Int { position.line }
    /// The column of the mistake, from 1.
    package var column: Int { position.column }

    /// The form that is printed: `postern.yaml:14:7: unknown key 'tolerence' (did you mean 'tolerance'?)`.
    package var description: String { "\(file):\(line):\(column): \(text)" }
}
