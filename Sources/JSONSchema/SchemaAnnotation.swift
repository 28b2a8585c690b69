/// What one keyword of a schema says about a value that satisfies it (2020-12 core, section 7.7).
///
/// Its value comes from the schema, never from the document; names and positions of members and elements are the
/// exception that the applicators' results make (section 10.3).
package struct SchemaAnnotation: Sendable, Equatable {
    /// The JSON Pointer of the value in the document.
    package let instanceLocation: String
    /// The way through the schema, references included (2020-12 core, section 12.3.1).
    package let keywordLocation: String
    /// The keyword's own place as URI and pointer (section 12.3.2).
    package let absoluteKeywordLocation: String
    /// The annotation: one JSON text without whitespace.
    package let value: [UInt8]

    /// An annotation of the given parts.
    package init(
        instanceLocation: String,
        keywordLocation: String,
        absoluteKeywordLocation: String,
        value: [UInt8]
    ) {
        self.instanceLocation = instanceLocation
        self.keywordLocation = keywordLocation
        self.absoluteKeywordLocation = absoluteKeywordLocation
        self.value = value
    }
}

/// The annotations of one document.
package struct SchemaAnnotations: Sendable, Equatable {
    /// Outer subschemas before inner ones; none for a document that is not valid.
    package let list: [SchemaAnnotation]
    /// Nothing was left out: the list ends at 10,000 annotations, or where the work budget does.
    package let isComplete: Bool
}
