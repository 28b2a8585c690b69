/// One place where a document does not satisfy its schema.
///
/// It names places and rules, never values: violations end in logs, and payloads carry secrets. Names of members do
/// appear in the pointers.
package struct SchemaViolation: Sendable, Equatable {
    /// The JSON Pointer of the value in the document.
    package let instanceLocation: String
    /// The way through the schema, references included (2020-12 core, section 12.3.1).
    package let keywordLocation: String
    /// The keyword's own place as URI and pointer (section 12.3.2).
    package let absoluteKeywordLocation: String
    /// What was expected.
    package let expected: String

    /// A violation of the given parts.
    package init(
        instanceLocation: String,
        keywordLocation: String,
        absoluteKeywordLocation: String,
        expected: String
    ) {
        self.instanceLocation = instanceLocation
        self.keywordLocation = keywordLocation
        self.absoluteKeywordLocation = absoluteKeywordLocation
        self.expected = expected
    }
}
