/// A mistake in a declared scheme, with the field it is in, so that a loader can point at its line and column.
package struct SignatureSchemeMistake: Error, Sendable, Hashable {
    /// The field, as a path into `SignatureScheme`, for example `content[0]` or `signature.encoding`.
    package let field: String
    /// What is wrong and what would be right.
    package let text: String

    /// Makes a mistake out of a field and a sentence.
    package init(_ field: String, _ text: String) {
        self.field = field
        self.text = text
    }
}

/// All mistakes of a scheme at once; never empty.
package struct SignatureSchemeMistakes: Error, Sendable, Hashable {
    /// The mistakes in the order of the fields.
    package let mistakes: [SignatureSchemeMistake]

    /// Collects mistakes; the caller has at least one.
    package init(_ mistakes: [SignatureSchemeMistake]) { self.mistakes = mistakes }
}
