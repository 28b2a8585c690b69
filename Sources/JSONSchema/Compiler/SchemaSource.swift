internal import StrictJSON

/// One schema document: its text and tape, kept as long as its constants are compared with.
final class SchemaSource {
    let uri: String
    let bytes: [UInt8]
    /// The same bytes at an address that stays.
    let text: FrozenTable<UInt8>
    let document = JSONDocument()

    /// Parses the text; gives `nil` and the fault where it is not strict JSON.
    init(uri: String, bytes: [UInt8], options: SchemaOptions) throws(JSONFault) {
        self.uri = uri
        self.bytes = bytes
        text = FrozenTable(bytes)
        var policy = JSONPolicy.default
        policy.documentBytesMax = options.documentBytesMax
        policy.depthMax = 128
        policy.membersPerObjectMax = 100_000
        policy.valuesMax = 1_000_000
        // Patterns and constants may name U+0000.
        policy.nulCharacters = .allow
        if let fault = document.parse(bytes.span, policy: policy) { throw fault }
    }

    deinit {
        text.deallocate()
    }

    /// Line and column, counted from 1, of the byte at `offset`.
    func position(of offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var start = 0
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            start = index + 1
        }
        return (line, offset - start + 1)
    }

    /// The value at `node` as it is written, without the whitespace between its parts; numbers keep their text.
    func compactText(of node: JSONNode) -> [UInt8] {
        var writer = JSONWriter()
        write(node, to: &writer)
        return writer.bytes
    }

    /// Documents are at most 128 deep.
    private func write(_ node: JSONNode, to writer: inout JSONWriter) {
        let bytes = bytes
        switch document.kind(of: node) {
        case .null, .false, .true, .number: writer.raw(bytes[document.textRange(of: node) ?? 0..<0])
        case .string: writer.string(document.copyString(node, in: bytes.span) ?? [])
        case .array:
            writer.beginArray()
            for element in document.elements(of: node) { write(element, to: &writer) }
            writer.endArray()
        case .object:
            writer.beginObject()
            for member in document.members(of: node) {
                writer.name(document.copyString(member.name, in: bytes.span) ?? [])
                write(member.value, to: &writer)
            }
            writer.endObject()
        }
    }
}

/// A value in a schema document: the compiler's way of looking at it.
struct SchemaValue: Hashable {
    let source: Int
    let node: JSONNode
}
