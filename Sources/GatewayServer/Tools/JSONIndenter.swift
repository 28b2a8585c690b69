import StrictJSON

/// Shows JSON to people: members on lines of their own, small objects on one line where they fit.
package struct JSONIndenter {
    private let document = JSONDocument()
    private let width: Int

    /// Lines of at most `width` characters, as far as single values allow.
    package init(width: Int) { self.width = width }

    /// The lines of one JSON text; the text itself where it is not JSON.
    package func lines(_ bytes: [UInt8]) -> [String] {
        guard document.parse(bytes.span) == nil, let root = document.root else {
            return [String(decoding: bytes, as: UTF8.self)]
        }
        var lines: [String] = []
        append(root, bytes, prefix: "", indent: 0, suffix: "", to: &lines)
        return lines
    }

    // The parser has bounded the depth of what is walked here.
    private func append(
        _ node: JSONNode,
        _ bytes: [UInt8],
        prefix: String,
        indent: Int,
        suffix: String,
        to lines: inout [String]
    ) {
        let margin = String(repeating: " ", count: indent)
        let flat = flat(node, bytes)
        let isShort = margin.utf8.count + prefix.utf8.count + flat.utf8.count + suffix.utf8.count <= width
        let isOuterObject = indent == 0 && document.kind(of: node) == .object
        let isFlat = document.count(of: node) == 0 || (isShort && !isOuterObject)
        guard !isFlat else {
            lines.append(margin + prefix + flat + suffix)
            return
        }
        let parts = parts(node, bytes)
        let (open, close) = document.kind(of: node) == .object ? ("{", "}") : ("[", "]")
        lines.append(margin + prefix + open)
        for (index, part) in parts.enumerated() {
            let comma = index + 1 < parts.count ? "," : ""
            append(part.value, bytes, prefix: part.name, indent: indent + 2, suffix: comma, to: &lines)
        }
        lines.append(margin + close + suffix)
    }

    private func parts(_ node: JSONNode, _ bytes: [UInt8]) -> [(name: String, value: JSONNode)] {
        if document.kind(of: node) == .array { return document.elements(of: node).map { ("", $0) } }
        return document.members(of: node).map { (scalar($0.name, bytes) + ": ", $0.value) }
    }

    private func flat(_ node: JSONNode, _ bytes: [UInt8]) -> String {
        switch document.kind(of: node) {
        case .object: "{" + parts(node, bytes).map { $0.name + flat($0.value, bytes) }.joined(separator: ", ") + "}"
        case .array: "[" + parts(node, bytes).map { flat($0.value, bytes) }.joined(separator: ", ") + "]"
        case .null, .false, .true, .number, .string: scalar(node, bytes)
        }
    }

    private func scalar(_ node: JSONNode, _ bytes: [UInt8]) -> String {
        if document.kind(of: node) == .string {
            var writer = JSONWriter()
            writer.string(document.copyString(node, in: bytes.span) ?? [])
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        return String(decoding: document.textRange(of: node).map { bytes[$0] } ?? [], as: UTF8.self)
    }
}
