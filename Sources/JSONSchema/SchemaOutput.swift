package import StrictJSON

/// The output formats of 2020-12 core, section 12.4.
package enum SchemaOutput: String, Sendable, CaseIterable {
    /// Only whether the document is valid.
    case flag
    /// A list of output units.
    case basic

    /// Writes the result of a validation that failed.
    package func write(invalid violations: [SchemaViolation], to writer: inout JSONWriter) {
        writer.beginObject()
        if self == .basic {
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
        writer.boolean(false)
        writer.endObject()
    }

    /// Writes the result of a validation that held, with what the schema says about the document.
    package func write(valid annotations: [SchemaAnnotation], to writer: inout JSONWriter) {
        writer.beginObject()
        if self == .basic {
            writer.name("annotations")
            writer.beginArray()
            for annotation in annotations {
                writer.beginObject()
                writer.name("absoluteKeywordLocation")
                writer.string(annotation.absoluteKeywordLocation)
                writer.name("annotation")
                writer.raw(annotation.value)
                writer.name("instanceLocation")
                writer.string(annotation.instanceLocation)
                writer.name("keywordLocation")
                writer.string(annotation.keywordLocation)
                writer.name("valid")
                writer.boolean(true)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.name("valid")
        writer.boolean(true)
        writer.endObject()
    }
}
