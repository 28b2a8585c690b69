package import StrictJSON

/// The output formats of 2020-12 core, section 12.4.
package enum SchemaOutput: String, Sendable, CaseIterable {
    /// Only whether the document is valid.
    case flag
    /// A list of output units.
    case basic

    /// Writes the result of one validation; `violations` is empty for a valid document.
    package func write(isValid: Bool, _ violations: [SchemaViolation], to writer: inout JSONWriter) {
        writer.beginObject()
        if self == .basic, !isValid {
            writer.name("errors")
            writer.beginArray()
            for violation in violations {
                writer.beginObject()
                writer.name("absoluteKeywordLocation")
                writer.string(violation.absoluteKeywordLocation)
                writer.name("error")
                writer.string("expected " + violation.expected)
                writer.name("instanceLocation")
                writer.string(violation.instanceLocation)
                writer.name("keywordLocation")
                writer.string(violation.keywordLocation)
                writer.name("valid")
                writer.boolean(false)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.name("valid")
        writer.boolean(isValid)
        writer.endObject()
    }
}
