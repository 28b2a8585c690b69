/// Turns configurations into JSON, for validators that read nothing else.
package enum ConfigurationJSON {
    /// The JSON text of a YAML configuration as a YAML 1.2 reader sees it; `nil` where it cannot be read.
    ///
    /// Plain `true`, numbers and `null` are themselves, everything else is text; references are not replaced.
    package static func text(_ bytes: [UInt8]) -> String? {
        YAMLReader.read(bytes, log: MistakeLog(file: "")).map { value($0).text }
    }

    private static func value(_ node: ConfigNode) -> JSONText {
        switch node.content {
        case .mapping(let members): return .object(members.map { ($0.key, value($0.value)) })
        case .sequence(let items): return .array(items.map(value))
        case .scalar(let scalar):
            switch node.kind {
            case .null?: return .null
            case .boolean(let flag)?: return .boolean(flag)
            case .number?: return number(scalar.text)
            case .text?, .ambiguousBoolean?, nil: return .string(scalar.text)
            }
        }
    }

    /// A number in JSON's grammar as it stands; other forms of YAML become text, which no setting takes for a number.
    private static func number(_ text: String) -> JSONText {
        let bytes = Array(text.utf8)
        let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
        let isWhole = digits.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
        guard isWhole, digits.count == 1 || digits.first != UInt8(ascii: "0"), digits.count <= 18, !digits.isEmpty
        else {
            return fraction(text, digits) ? .number(text) : .string(text)
        }
        return .number(text)
    }

    private static func fraction(_ text: String, _ digits: ArraySlice<UInt8>) -> Bool {
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, let whole = parts.first, !whole.isEmpty, let rest = parts.last, !rest.isEmpty else {
            return false
        }
        let isDecimal = parts.allSatisfy { $0.allSatisfy { $0 &- UInt8(ascii: "0") < 10 } }
        return isDecimal && (whole.count == 1 || whole.first != UInt8(ascii: "0"))
    }
}
