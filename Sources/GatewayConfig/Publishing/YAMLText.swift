/// A YAML value that is written out, in the style of the examples.
indirect enum YAMLText {
    case mapping([(String, YAMLText)])
    case list([YAMLText])
    /// Text, quoted where it has to be.
    case text(String)
    /// A number, a boolean, a size or a duration, as it stands.
    case plain(String)
    /// A value with a remark behind it.
    case remarked(YAMLText, String)

    /// The whole document.
    var document: String {
        var result = ""
        write(to: &result, indent: "", isNested: false)
        return result
    }

    private func write(to result: inout String, indent: String, isNested: Bool) {
        switch self {
        case .text(let text): result += (isNested ? " " : "") + YAMLText.quoted(text) + "\n"
        case .plain(let text): result += (isNested ? " " : "") + text + "\n"
        case .remarked(let value, let remark):
            var inner = ""
            value.write(to: &inner, indent: indent, isNested: isNested)
            let first = inner.firstIndex(of: "\n") ?? inner.endIndex
            result += inner[..<first] + "  # \(remark)" + inner[first...]
        case .list(let items):
            if items.isEmpty {
                result += (isNested ? " " : "") + "[]\n"
                return
            }
            if isNested { result += "\n" }
            for item in items {
                result += indent + "-"
                item.writeItem(to: &result, indent: indent + "  ")
            }
        case .mapping(let members):
            if members.isEmpty {
                result += (isNested ? " " : "") + "{}\n"
                return
            }
            if isNested { result += "\n" }
            for (key, value) in members {
                result += indent + YAMLText.quoted(key) + ":"
                value.write(to: &result, indent: indent + "  ", isNested: true)
            }
        }
    }

    /// An element of a list: the first key of a mapping stands behind the dash.
    private func writeItem(to result: inout String, indent: String) {
        guard case .mapping(let members) = self, !members.isEmpty else {
            write(to: &result, indent: indent, isNested: true)
            return
        }
        for (index, member) in members.enumerated() {
            result += (index == 0 ? " " : indent) + YAMLText.quoted(member.0) + ":"
            member.1.write(to: &result, indent: indent + "  ", isNested: true)
        }
    }

    /// Text as it has to be written so that every reader takes it for text.
    static func quoted(_ text: String) -> String {
        let node = ConfigNode(
            position: .start,
            content: .scalar(ConfigNode.Scalar(text: text, written: text, isPlain: true))
        )
        guard case .text? = node.kind, let first = text.utf8.first, let last = text.utf8.last else {
            return JSONText.quoted(text)
        }
        let isSimple = text.utf8.allSatisfy { byte in
            byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || "-._/+@=".utf8.contains(byte)
                || byte == UInt8(ascii: ":")
        }
        let isSafe = !"-.=@+:".utf8.contains(first) && last != UInt8(ascii: ":") && !text.contains("::")
        return isSimple && isSafe ? text : JSONText.quoted(text)
    }
}
