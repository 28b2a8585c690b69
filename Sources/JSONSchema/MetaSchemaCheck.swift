internal import StrictJSON

/// Holds a schema against the meta-schema that its `$schema` names: finds what the compiler has no reason to read.
package enum MetaSchemaCheck {
    /// The places, at most 100, where the schema in `bytes` breaks its meta-schema, in reading order.
    ///
    /// None where the bytes are not strict JSON or the meta-schema is neither built in nor among `options.documents`:
    /// both are mistakes that the compiler names. Formats are not asserted: patterns are compiled anyway, and more is
    /// accepted in them than the format allows.
    package static func problems(_ bytes: [UInt8], options: SchemaOptions) -> [SchemaFault.Problem] {
        guard let source = try? SchemaSource(uri: options.baseURI, bytes: bytes, options: options) else { return [] }
        guard let schema = try? metaSchema(of: source, options) else { return [] }
        let violations = schema.violations(source.document, bytes.span, SchemaScratch(), most: SchemaLoader.problemsMax)
        return violations.map { problem($0, source) }.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    private static func metaSchema(
        of source: SchemaSource,
        _ options: SchemaOptions
    ) throws(SchemaFault) -> CompiledSchema {
        var uri = options.draft.metaSchema
        let bytes = source.bytes
        if let root = source.document.root,
            let name = source.document.member("$schema", of: root, in: bytes.span),
            let text = source.document.string(name, in: bytes.span)
        {
            uri = text
        }
        var reading = SchemaOptions()
        reading.format = .annotate
        reading.documents = options.documents
        reading.baseURI = "urn:postern:meta-schema-check"
        var writer = JSONWriter()
        writer.beginObject()
        writer.name(Array("$ref".utf8))
        writer.string(Array(uri.utf8))
        writer.endObject()
        return try CompiledSchema.compile(bytes: writer.bytes, options: reading)
    }

    private static func problem(_ violation: SchemaViolation, _ source: SchemaSource) -> SchemaFault.Problem {
        let bytes = source.bytes
        let node =
            JSONPointer(violation.instanceLocation).flatMap { source.document.find($0, in: bytes.span) }
            ?? JSONNode(index: 0)
        let entry = source.document.tape[node.index]
        let offset = Int(entry.offset) - (entry.code == TapeEntry.string ? 1 : 0)
        let (line, column) = source.position(of: offset)
        return SchemaFault.Problem(
            document: source.uri,
            pointer: violation.instanceLocation,
            line: line,
            column: column,
            text: "the meta-schema expects " + violation.expected
        )
    }
}
