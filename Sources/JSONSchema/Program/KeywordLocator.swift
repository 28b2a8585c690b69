internal import StrictJSON

/// Names the places of keywords: what both runs that report need to know of the schema's text.
struct KeywordLocator {
    let program: SchemaProgram

    /// Where a walk through a schema and a document is.
    struct Place {
        var schema: Int32
        var index: Int
        /// The pointer of the value.
        var instance: [UInt8]
        /// The way through the schema.
        var keyword: [UInt8]

        /// The place of a walk that begins.
        init(root: Int32) {
            schema = root
            index = 0
            instance = []
            keyword = []
        }
    }

    /// The place of `schema` for the member or element `token` whose value is at `index`.
    func child(_ schema: Int32, _ index: Int, _ token: some Sequence<UInt8>, of place: Place) -> Place {
        var next = place
        next.schema = schema
        next.index = index
        JSONPointer.append(token, to: &next.instance)
        next.keyword += path(from: place.schema, to: schema)
        return next
    }

    /// The place of another subschema for the same value; `reference` is the keyword that leads there, if one does.
    func inPlace(_ schema: Int32, _ reference: String? = nil, of place: Place) -> Place {
        var next = place
        next.schema = schema
        next.keyword += reference.map { Array($0.utf8) } ?? path(from: place.schema, to: schema)
        return next
    }

    /// The reference keyword that the operation at `position` of a subschema came from: the compiler puts them before
    /// all others, `$ref` first.
    func reference(_ position: Int32, _ schema: Int32) -> String? {
        var keywords: [String] = []
        if hasMember("$ref", schema) { keywords.append("/$ref") }
        if hasMember("$dynamicRef", schema) { keywords.append("/$dynamicRef") }
        if hasMember("$recursiveRef", schema) { keywords.append("/$recursiveRef") }
        return Int(position) < keywords.count ? keywords[Int(position)] : nil
    }

    /// The part of the keyword location between two subschemas: the pointer where one contains the other, else the
    /// reference that leads there.
    private func path(from: Int32, to: Int32) -> [UInt8] {
        let outer = program.locations[Int(from)]
        let inner = program.locations[Int(to)]
        if outer.source == inner.source, outer.node < inner.node,
            inner.node < program.sources[outer.source].document.tape.next(after: outer.node)
        {
            return Array(SchemaLoader.pointer(inner.node, from: outer.node, in: program.sources[inner.source]).utf8)
        }
        return Array("/$ref".utf8)
    }

    /// The URI of the subschema's resource and its pointer in that, as one URI that `keyword`'s pointer may follow.
    func absolute(_ schema: Int32, _ keyword: some Sequence<UInt8>) -> String {
        let location = program.locations[Int(schema)]
        let pointer = SchemaLoader.pointer(location.node, from: location.start, in: program.sources[location.source])
        var uri = Array((location.resource + "#").utf8)
        for byte in Array(pointer.utf8) + Array(keyword) { Self.append(byte, to: &uri) }
        return String(decoding: uri, as: UTF8.self)
    }

    /// What a fragment may not hold as it is, is written in percent form (RFC 3986 section 3.5, RFC 6901 section 6).
    private static func append(_ byte: UInt8, to uri: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            uri.append(byte)
        default:
            if "-._~!$&'()*+,;=:@/?".utf8.contains(byte) {
                uri.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                uri += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    /// The subschema's member of the given name.
    func member(_ name: StaticString, _ schema: Int32) -> JSONNode? {
        let location = program.locations[Int(schema)]
        let source = program.sources[location.source]
        let bytes = source.bytes
        return source.document.member(name, of: JSONNode(index: location.node), in: bytes.span)
    }

    /// Whether the subschema has a member of the given name.
    func hasMember(_ name: StaticString, _ schema: Int32) -> Bool { member(name, schema) != nil }
}
