/// A request put together by ourselves, as bytes and places in them: for signing, for tools and for tests.
///
/// Nothing here comes from the wire; names and values are not judged.
package struct ComposedRequest: Sendable {
    /// The method.
    package var method: String
    /// Path and query as they stand in the request line.
    package var target: String
    /// The header fields in order.
    package var fields: [(name: String, value: [UInt8])]
    /// The body.
    package var body: [UInt8]

    /// Puts a request together; every part has a default.
    package init(
        method: String = "POST",
        target: String = "/",
        fields: [(name: String, value: [UInt8])] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
    }

    /// Whether a field of this name is there.
    package func hasField(_ name: FieldName) -> Bool {
        fields.contains { FieldName($0.name) == name }
    }

    /// The head as the codec would deliver it: its bytes, and the places in them.
    package func makeHead() -> (bytes: [UInt8], head: DeliveryHead) {
        var bytes: [UInt8] = []
        var head = DeliveryHead()
        head.method = ComposedRequest.append(Array(method.utf8), to: &bytes)
        bytes.append(0x20)
        let target = Array(target.utf8)
        head.target = ComposedRequest.append(target, to: &bytes)
        let pathCount = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        head.path = ByteRange(start: head.target.start, count: UInt32(truncatingIfNeeded: pathCount))
        if pathCount < target.count {
            head.query = ByteRange(
                start: head.target.start &+ UInt32(truncatingIfNeeded: pathCount + 1),
                count: UInt32(truncatingIfNeeded: target.count - pathCount - 1)
            )
        }
        bytes += Array(" HTTP/1.1\r\n".utf8)
        for field in fields {
            let name = ComposedRequest.append(Array(field.name.utf8), to: &bytes)
            bytes += Array(": ".utf8)
            let value = ComposedRequest.append(ComposedRequest.trimmed(field.value), to: &bytes)
            bytes += Array("\r\n".utf8)
            head.fields.append(DeliveryHead.Field(name: name, value: value))
            if FieldName(field.name)?.text == "host" { head.authority = value }
        }
        bytes += Array("\r\n".utf8)
        return (bytes, head)
    }

    private static func append(_ text: [UInt8], to bytes: inout [UInt8]) -> ByteRange {
        let start = bytes.count
        bytes.append(contentsOf: text)
        return ByteRange(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: text.count))
    }

    /// The value without white space at its ends.
    static func trimmed(_ value: [UInt8]) -> [UInt8] {
        var slice = value[...]
        while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
        return Array(slice)
    }
}
