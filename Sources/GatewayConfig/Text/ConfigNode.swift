/// A value of a configuration file with its place: what the YAML library read, without the library's types.
struct ConfigNode: Sendable {
    /// A scalar as written.
    struct Scalar: Sendable {
        /// The text after `${env:…}` and `${file:…}` were replaced.
        var text: String
        /// The text as written in the file.
        let written: String
        /// Written without quotes, so that YAML may read a number, a boolean or null in it.
        let isPlain: Bool
    }

    /// One member of a mapping.
    struct Member: Sendable {
        let key: String
        let keyPosition: TextPosition
        let value: ConfigNode
    }

    enum Content: Sendable {
        case scalar(Scalar)
        case mapping([Member])
        case sequence([ConfigNode])
    }

    let position: TextPosition
    let content: Content

    /// What YAML 1.1 or 1.2 readers see in a scalar.
    enum Kind: Sendable {
        case null
        /// `true` and `false`.
        case boolean(Bool)
        /// `yes`, `no`, `on`, `off`, `y`, `n` and other capitals: booleans to YAML 1.1, text to YAML 1.2.
        case ambiguousBoolean
        case number
        case text
    }

    /// The kind of a scalar; `nil` for mappings and sequences.
    var kind: Kind? {
        guard case .scalar(let scalar) = content else { return nil }
        guard scalar.isPlain else { return .text }
        switch scalar.text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "True", "TRUE", "False", "FALSE": return .ambiguousBoolean
        default: break
        }
        let lower = scalar.text.lowercased()
        if ["yes", "no", "on", "off", "y", "n"].contains(lower) { return .ambiguousBoolean }
        return ConfigNode.isNumber(Array(scalar.text.utf8)) ? .number : .text
    }

    /// Whether the value is written as nothing: `null`, `~` or empty.
    var isNull: Bool {
        if case .null? = kind { return true }
        return false
    }

    /// The value in words, for messages: never longer than 60 bytes.
    var summary: String {
        switch content {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .scalar(let scalar):
            if case .null? = kind { return "no value" }
            return "'\(ConfigNode.cut(scalar.written))'"
        }
    }

    /// At most 60 characters of a text, control characters replaced, for messages.
    static func cut(_ text: String) -> String {
        var result = ""
        for (count, scalar) in text.unicodeScalars.enumerated() {
            if count == 60 { return result + "…" }
            result.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar)
        }
        return result
    }

    /// Whether a reader of YAML 1.1 or 1.2 may take a plain scalar for a number.
    ///
    /// Decimal, octal, hexadecimal, fraction, exponent, infinity. Sexagesimal numbers (`1:30`) are left to be text, as YAML 1.2 has them.
    private static func isNumber(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let text = String(decoding: rest, as: UTF8.self).lowercased()
        if text == ".inf" || (text == ".nan" && rest.count == bytes.count) { return true }
        if text.hasPrefix("0x") || text.hasPrefix("0o") {
            return text.utf8.count > 2 && text.utf8.dropFirst(2).allSatisfy { isHexadecimal($0) || $0 == 0x5F }
        }
        var digits = 0
        var dots = 0
        var index = rest.startIndex
        while index < rest.endIndex {
            let byte = rest[index]
            if byte &- UInt8(ascii: "0") < 10 {
                digits += 1
            } else if byte == UInt8(ascii: ".") {
                dots += 1
            } else if byte == UInt8(ascii: "_"), digits > 0 {
            } else if byte | 0x20 == UInt8(ascii: "e"), digits > 0 {
                return dots <= 1 && isExponent(rest[(index + 1)...])
            } else {
                return false
            }
            index += 1
        }
        return digits > 0 && dots <= 1
    }

    private static func isExponent(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }
}
