import StrictJSON

/// A JSON object as lines for people: name and value, one member a line, in the object's order.
package enum MemberLines {
    /// The lines; a text of several lines follows its name, indented, and an error stands alone.
    package static func of(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        let document = JSONDocument()
        guard document.parse(bytes.span) == nil, let root = document.root else { return [text] }
        var lines: [String] = []
        for member in document.members(of: root) {
            let name = document.string(member.name, in: bytes.span) ?? ""
            guard let value = value(member.value, document, bytes) else { continue }
            let rows = value.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if name == "error" {
                lines.append(value)
            } else if rows.count > 1 {
                lines.append(name)
                lines += rows.map { $0.isEmpty ? "" : "    " + $0 }
            } else {
                lines.append(name.replacing("_", with: " ").padded(to: 18) + value)
            }
        }
        return lines
    }

    private static func value(_ node: JSONNode, _ document: JSONDocument, _ bytes: [UInt8]) -> String? {
        switch document.kind(of: node) {
        case .null: nil
        case .true: "yes"
        case .false: "no"
        case .string: document.string(node, in: bytes.span)
        case .number, .object, .array:
            document.textRange(of: node).map { String(decoding: bytes[$0], as: UTF8.self) }
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(width - utf8.count, 1))
    }
}
