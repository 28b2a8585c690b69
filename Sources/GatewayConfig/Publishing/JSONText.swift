/// A JSON value that is written out, members in the order given.
indirect enum JSONText {
    case object([(String, JSONText)])
    case array([JSONText])
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case null
    /// A number as its text.
    case number(String)

    /// An array of strings.
    static func strings(_ texts: [String]) -> JSONText { .array(texts.map { .string($0) }) }

    /// The text, indented by two spaces a level, short values on one line.
    var text: String {
        var result = ""
        write(to: &result, indent: "")
        return result
    }

    private var isShort: Bool {
        switch self {
        case .object(let members): members.allSatisfy { $0.1.isScalar } && members.count <= 2
        case .array(let items): items.allSatisfy(\.isScalar)
        case .string, .integer, .boolean, .null, .number: true
        }
    }

    private var isScalar: Bool {
        switch self {
        case .object, .array: false
        case .string, .integer, .boolean, .null, .number: true
        }
    }

    private func write(to result: inout String, indent: String) {
        switch self {
        case .string(let text): result += JSONText.quoted(text)
        case .integer(let number): result += String(number)
        case .null: result += "null"
        case .number(let text): result += text
        case .boolean(let value): result += value ? "true" : "false"
        case .array(let items):
            write(items.map { ("", $0) }, brackets: ("[", "]"), to: &result, indent: indent)
        case .object(let members):
            write(
                members.map { (JSONText.quoted($0.0) + ": ", $0.1) },
                brackets: ("{", "}"),
                to: &result,
                indent: indent
            )
        }
    }

    private func write(
        _ items: [(String, JSONText)],
        brackets: (String, String),
        to result: inout String,
        indent: String
    ) {
        let inner = isShort ? "" : indent + "  "
        result += brackets.0
        for (index, item) in items.enumerated() {
            if index > 0 { result += isShort ? ", " : "," }
            if !isShort { result += "\n" + inner }
            result += item.0
            item.1.write(to: &result, indent: inner)
        }
        if !isShort { result += "\n" + indent }
        result += brackets.1
    }

    /// The text as a JSON string, which is also a double-quoted YAML string.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
