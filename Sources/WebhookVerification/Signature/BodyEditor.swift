import GatewayCrypto
package import StrictJSON

/// Puts values into a body before it is signed: for senders whose signature or what it covers stands there.
package enum BodyEditor {
    /// The JSON `body` with the text `value` where `pointer` leads to, written without white space.
    ///
    /// An empty body counts as an empty object; what is missing on the way is made. `nil` where the body is not JSON, or
    /// the way leads through a value that is neither object nor array.
    package static func set(_ pointer: JSONPointer, to value: [UInt8], in body: [UInt8]) -> [UInt8]? {
        let bytes = body.isEmpty ? Array("{}".utf8) : body
        let document = JSONDocument()
        guard document.parse(bytes.span) == nil, let root = document.root else { return nil }
        var writer = JSONWriter()
        let editor = Editor(document: document, bytes: bytes, value: value)
        return editor.write(root, pointer.tokens[...], to: &writer) ? writer.bytes : nil
    }

    /// Whether `pointer` leads to a value that is not `null`.
    package static func has(_ pointer: JSONPointer, in body: [UInt8]) -> Bool {
        let document = JSONDocument()
        guard document.parse(body.span) == nil, let node = document.find(pointer, in: body.span) else { return false }
        return document.kind(of: node) != .null
    }

    /// The form `body` with one parameter more.
    static func addParameter(_ name: [UInt8], _ value: [UInt8], to body: inout [UInt8]) {
        if !body.isEmpty { body.append(UInt8(ascii: "&")) }
        body += escaped(name) + [UInt8(ascii: "=")] + escaped(value)
    }

    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        text.flatMap { byte -> [UInt8] in
            let isPlain =
                (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || "-._~".utf8.contains(byte)
            return isPlain ? [byte] : Array(("%" + Hex.encode([byte].span).uppercased()).utf8)
        }
    }

    private struct Editor {
        let document: JSONDocument
        let bytes: [UInt8]
        let value: [UInt8]

        /// Writes a value with the change inside of it; `false` where the way ends.
        func write(_ node: JSONNode, _ way: ArraySlice<JSONPointer.Token>, to writer: inout JSONWriter) -> Bool {
            guard let step = way.first else {
                writer.string(value)
                return true
            }
            switch document.kind(of: node) {
            case .object:
                var isFound = false
                writer.beginObject()
                for member in document.members(of: node) {
                    let name = document.copyString(member.name, in: bytes.span) ?? []
                    writer.name(name)
                    let isStep = name == step.name
                    if isStep { isFound = true }
                    guard isStep ? write(member.value, way.dropFirst(), to: &writer) : copy(member.value, to: &writer)
                    else { return false }
                }
                if !isFound {
                    writer.name(step.name)
                    make(way.dropFirst(), to: &writer)
                }
                writer.endObject()
                return true
            case .array: return writeElements(node, step, way, to: &writer)
            case .null:
                make(way, to: &writer)
                return true
            case .string, .number, .true, .false: return false
            }
        }

        private func writeElements(
            _ node: JSONNode,
            _ step: JSONPointer.Token,
            _ way: ArraySlice<JSONPointer.Token>,
            to writer: inout JSONWriter
        ) -> Bool {
            let elements = Array(document.elements(of: node))
            guard let index = step.index, index <= elements.count else { return false }
            writer.beginArray()
            for (position, element) in elements.enumerated() {
                let isDone =
                    position == index ? write(element, way.dropFirst(), to: &writer) : copy(element, to: &writer)
                if !isDone { return false }
            }
            if index == elements.count { make(way.dropFirst(), to: &writer) }
            writer.endArray()
            return true
        }

        /// Writes what is missing: objects, arrays for the index 0, and the value at the end.
        private func make(_ way: ArraySlice<JSONPointer.Token>, to writer: inout JSONWriter) {
            guard let step = way.first else { return writer.string(value) }
            if step.index == 0 {
                writer.beginArray()
                make(way.dropFirst(), to: &writer)
                writer.endArray()
            } else {
                writer.beginObject()
                writer.name(step.name)
                make(way.dropFirst(), to: &writer)
                writer.endObject()
            }
        }

        private func copy(_ node: JSONNode, to writer: inout JSONWriter) -> Bool {
            switch document.kind(of: node) {
            case .object:
                writer.beginObject()
                for member in document.members(of: node) {
                    writer.name(document.copyString(member.name, in: bytes.span) ?? [])
                    guard copy(member.value, to: &writer) else { return false }
                }
                writer.endObject()
            case .array:
                writer.beginArray()
                for element in document.elements(of: node) where !copy(element, to: &writer) { return false }
                writer.endArray()
            case .string: writer.string(document.copyString(node, in: bytes.span) ?? [])
            case .null: writer.null()
            case .number, .true, .false:
                guard let range = document.textRange(of: node) else { return false }
                writer.raw(bytes[range])
            }
            return true
        }
    }
}
