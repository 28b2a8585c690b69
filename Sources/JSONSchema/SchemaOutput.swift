package import StrictJSON

/// The output formats of 2020-12 core, section 12.4.
package enum SchemaOutput: String, Sendable, CaseIterable {
    /// Only whether the document is valid.
    case flag
    /// A list of output units.
    case basic

    /// Writes the result of a validation that failed.
    package func write(invalid violations: [SchemaViolation], to writer: inout JSONWriter) {
        write(isValid: false, list: "errors", to: &writer) { writer in
            for violation in violations {
                SchemaOutput.writeUnit(
                    isValid: false,
                    absolute: violation.absoluteKeywordLocation,
                    instance: violation.instanceLocation,
                    keyword: violation.keywordLocation,
                    to: &writer
                ) { writer in
                    writer.name("error")
                    writer.string("expected " + violation.expected)
                }
            }
        }
    }

    /// Writes the result of a validation that held, with what the schema says about the document.
    package func write(valid annotations: [SchemaAnnotation], to writer: inout JSONWriter) {
        write(isValid: true, list: "annotations", to: &writer) { writer in
            for annotation in annotations {
                SchemaOutput.writeUnit(
                    isValid: true,
                    absolute: annotation.absoluteKeywordLocation,
                    instance: annotation.instanceLocation,
                    keyword: annotation.keywordLocation,
                    to: &writer
                ) { writer in
                    writer.name("annotation")
                    writer.raw(annotation.value)
                }
            }
        }
    }

    /// The whole output; `units` writes the list of `basic`.
    private func write(
        isValid: Bool,
        list: String,
        to writer: inout JSONWriter,
        _ units: (inout JSONWriter) -> Void
    ) {
        writer.beginObject()
        if self == .basic {
            writer.name(list)
            writer.beginArray()
            units(&writer)
            writer.endArray()
        }
        writer.name("valid")
        writer.boolean(isValid)
        writer.endObject()
    }

    /// One output unit; `message` writes its error or annotation.
    private static func writeUnit(
        isValid: Bool,
        absolute: String,
        instance: String,
        keyword: String,
        to writer: inout JSONWriter,
        _ message: (inout JSONWriter) -> Void
    ) {
        writer.beginObject()
        writer.name("absoluteKeywordLocation")
        writer.string(absolute)
        message(&writer)
        writer.name("instanceLocation")
        writer.string(instance)
        writer.name("keywordLocation")
        writer.string(keyword)
        writer.name("valid")
        writer.boolean(isValid)
        writer.endObject()
    }
}
