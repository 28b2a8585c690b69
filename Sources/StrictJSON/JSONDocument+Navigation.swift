/// Looking around in a parsed document.
///
/// Every function that takes `bytes` wants the bytes that were parsed; other bytes of the same length give wrong answers
/// but never an access outside of them, bytes of another length are a mistake of the caller and stop the process.
extension JSONDocument {
    /// The value of the document, `nil` when the last text was refused.
    package var root: JSONNode? { entryCount > 0 ? JSONNode(index: 0) : nil }

    /// What the value at `node` is; a member name is a string.
    package func kind(of node: JSONNode) -> JSONKind {
        switch entry(node).code {
        case TapeEntry.null: .null
        case TapeEntry.false: .false
        case TapeEntry.true: .true
        case TapeEntry.integer, TapeEntry.decimal: .number
        case TapeEntry.array: .array
        case TapeEntry.object: .object
        default: .string
        }
    }

    /// How many members or elements the value has; 0 for anything but objects and arrays.
    package func count(of node: JSONNode) -> Int {
        let entry = entry(node)
        return entry.code == TapeEntry.array || entry.code == TapeEntry.object ? Int(entry.length) : 0
    }

    /// The value of the member whose decoded name is exactly the bytes of `name`.
    package func member(_ name: Span<UInt8>, of node: JSONNode, in bytes: Span<UInt8>) -> JSONNode? {
        withByteView(name) { name in
            withSource(bytes) { member(name, of: node, in: $0) }
        }
    }

    /// The same with a name known at compile time.
    package func member(_ name: StaticString, of node: JSONNode, in bytes: Span<UInt8>) -> JSONNode? {
        precondition(name.hasPointerRepresentation, "member names are more than one character")
        let view = unsafe ByteView(base: UnsafeRawPointer(name.utf8Start), count: name.utf8CodeUnitCount)
        return withSource(bytes) { member(view, of: node, in: $0) }
    }

    /// The same over views.
    package func member(_ name: ByteView, of node: JSONNode, in bytes: ByteView) -> JSONNode? {
        guard entry(node).code == TapeEntry.object else { return nil }
        let hash = NameHash.hash(name, 0, name.count, NameHash.processSeed)
        let tape = self.tape
        var index = node.index + 1
        for _ in 0..<tape[node.index].length {
            if tape[index].extra == hash, nameView(index, bytes).equals(name) { return JSONNode(index: index + 1) }
            index = tape.next(after: index + 1)
        }
        return nil
    }

    /// The element at `position`, counted from 0.
    package func element(_ position: Int, of node: JSONNode) -> JSONNode? {
        let entry = entry(node)
        guard entry.code == TapeEntry.array, position >= 0, position < Int(entry.length) else { return nil }
        var index = node.index + 1
        for _ in 0..<position { index = tape.next(after: index) }
        return JSONNode(index: index)
    }

    /// The value that `pointer` names (RFC 6901 section 4).
    package func find(_ pointer: JSONPointer, in bytes: Span<UInt8>) -> JSONNode? {
        withSource(bytes) { view in
            guard var node = root else { return nil }
            for token in pointer.tokens {
                guard let next = step(token, from: node, in: view) else { return nil }
                node = next
            }
            return node
        }
    }

    private func step(_ token: JSONPointer.Token, from node: JSONNode, in bytes: ByteView) -> JSONNode? {
        switch kind(of: node) {
        case .object: withByteView(token.name.span) { member($0, of: node, in: bytes) }
        case .array: token.index.flatMap { element($0, of: node) }
        case .null, .false, .true, .number, .string: nil
        }
    }

    /// The members of an object in reading order; none for anything else.
    package func members(of node: JSONNode) -> some Sequence<JSONMember> {
        let tape = self.tape
        let end = entry(node).code == TapeEntry.object ? Int(entry(node).extra) : 0
        return sequence(state: node.index + 1) { index -> JSONMember? in
            guard index < end else { return nil }
            let member = JSONMember(name: JSONNode(index: index), value: JSONNode(index: index + 1))
            index = tape.next(after: index + 1)
            return member
        }
    }

    /// The elements of an array in order; none for anything else.
    package func elements(of node: JSONNode) -> some Sequence<JSONNode> {
        let tape = self.tape
        let end = entry(node).code == TapeEntry.array ? Int(entry(node).extra) : 0
        return sequence(state: node.index + 1) { index -> JSONNode? in
            guard index < end else { return nil }
            let element = JSONNode(index: index)
            index = tape.next(after: index)
            return element
        }
    }

    /// The value of a whole number in the range of `Int64`, however it is written; `nil` for anything else.
    package func integer(_ node: JSONNode, in bytes: Span<UInt8>) -> Int64? {
        let entry = entry(node)
        if entry.meta & TapeEntry.smallInteger != 0, entry.code == TapeEntry.integer {
            return Int64(Int32(bitPattern: entry.extra))
        }
        guard entry.code == TapeEntry.integer || entry.code == TapeEntry.decimal else { return nil }
        return withSource(bytes) { ExactDecimal($0, Int(entry.offset), Int(entry.length)).int64 }
    }

    /// Where the text of a number, a literal or a string's undecoded content stands in the bytes; `nil` for
    /// containers and for names with escapes.
    package func textRange(of node: JSONNode) -> Range<Int>? {
        let entry = entry(node)
        let isContainer = entry.code == TapeEntry.array || entry.code == TapeEntry.object
        let isDecodedName = entry.code == TapeEntry.name && entry.meta & TapeEntry.escaped != 0
        if isContainer || isDecodedName { return nil }
        return Int(entry.offset)..<Int(entry.offset) + Int(entry.length)
    }

    /// Whether the string or name at `node` has exactly the decoded bytes of `other`; allocates nothing.
    package func equals(_ node: JSONNode, _ other: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        withByteView(other) { other in
            withSource(bytes) { equals(node, other, in: $0) }
        }
    }

    /// The same with text known at compile time.
    package func equals(_ node: JSONNode, _ other: StaticString, in bytes: Span<UInt8>) -> Bool {
        precondition(other.hasPointerRepresentation, "texts are more than one character")
        let view = unsafe ByteView(base: UnsafeRawPointer(other.utf8Start), count: other.utf8CodeUnitCount)
        return withSource(bytes) { equals(node, view, in: $0) }
    }

    private func equals(_ node: JSONNode, _ other: ByteView, in bytes: ByteView) -> Bool {
        let entry = entry(node)
        if entry.code == TapeEntry.name { return nameView(node.index, bytes).equals(other) }
        guard entry.code == TapeEntry.string else { return false }
        if entry.meta & TapeEntry.escaped == 0 {
            return bytes.slice(Int(entry.offset), Int(entry.length)).equals(other)
        }
        var decoder = StringDecoder(bytes, Int(entry.offset), Int(entry.length))
        var position = 0
        while let byte = decoder.next() {
            guard position < other.count, other[position] == byte else { return false }
            position += 1
        }
        return position == other.count
    }

    /// The decoded bytes of the string or name at `node`; `nil` for anything else.
    package func copyString(_ node: JSONNode, in bytes: Span<UInt8>) -> [UInt8]? {
        let entry = entry(node)
        return withSource(bytes) { view in
            if entry.code == TapeEntry.name { return nameView(node.index, view).copy() }
            guard entry.code == TapeEntry.string else { return nil }
            if entry.meta & TapeEntry.escaped == 0 {
                return view.slice(Int(entry.offset), Int(entry.length)).copy()
            }
            var copy: [UInt8] = []
            copy.reserveCapacity(Int(entry.length))
            var decoder = StringDecoder(view, Int(entry.offset), Int(entry.length))
            while let byte = decoder.next() { copy.append(byte) }
            return copy
        }
    }

    /// Appends the decoded string at `node` to `output`; nothing for anything else.
    package func appendString(_ node: JSONNode, in bytes: Span<UInt8>, to output: inout [UInt8]) {
        let entry = entry(node)
        guard entry.code == TapeEntry.string, entry.meta & TapeEntry.escaped == 0 else {
            output.append(contentsOf: copyString(node, in: bytes) ?? [])
            return
        }
        let start = Int(entry.offset)
        let end = min(start &+ Int(entry.length), bytes.count)
        guard start < end else { return }
        output.append(addingCapacity: end &- start) { span in
            for index in start..<end { span.append(bytes[index]) }
        }
    }

    /// The decoded string or name at `node`; `nil` for anything else.
    package func string(_ node: JSONNode, in bytes: Span<UInt8>) -> String? {
        copyString(node, in: bytes).map { String(decoding: $0, as: UTF8.self) }
    }

    private func entry(_ node: JSONNode) -> TapeEntry {
        precondition(node.index >= 0 && node.index < entryCount, "the node is of an earlier document")
        return state.fields.entries[node.index]
    }

    private func withSource<Result>(_ bytes: Span<UInt8>, _ body: (ByteView) -> Result) -> Result {
        precondition(bytes.count == byteCount, "the bytes are not those that were parsed")
        return withByteView(bytes, body)
    }
}
