import StrictJSON

/// One of the ways in which libraries write JSON; values and the order of members stay.
struct JSONSpelling: Sendable {
    /// How non-ASCII text and special characters are escaped.
    enum Escapes: Sendable {
        /// Only what RFC 8259 demands.
        case least
        /// All but ASCII as `\uXXXX`, as Python does.
        case ascii
        /// The same, and `/` as `\/`, as PHP does.
        case asciiAndSlash
        /// `<`, `>`, `&`, U+2028 and U+2029, as Go does.
        case html
    }

    /// The order of members.
    enum Order: Sendable {
        case kept
        case sorted
    }

    let name: String
    var comma = ","
    var colon = ":"
    /// One level of indentation; `nil` for one line.
    var indent: String?
    var escapes = Escapes.least
    var order = Order.kept

    /// The spellings that are met most, the commonest first.
    static let usual: [JSONSpelling] = [
        JSONSpelling(name: "without white space"),
        JSONSpelling(name: "of Python (', ' and ': ', ASCII)", comma: ", ", colon: ": ", escapes: .ascii),
        JSONSpelling(name: "with ', ' and ': '", comma: ", ", colon: ": "),
        JSONSpelling(name: "without white space in ASCII", escapes: .ascii),
        JSONSpelling(name: "of PHP (ASCII, '\\/')", escapes: .asciiAndSlash),
        JSONSpelling(name: "of Go (HTML escaped)", escapes: .html),
        JSONSpelling(name: "with 2 spaces a level", colon: ": ", indent: "  "),
        JSONSpelling(name: "with 4 spaces a level", colon: ": ", indent: "    "),
        JSONSpelling(name: "with a tab a level", colon: ": ", indent: "\t"),
        JSONSpelling(name: "with 4 spaces a level of Python", colon: ": ", indent: "    ", escapes: .ascii),
        JSONSpelling(name: "without white space, members sorted", order: .sorted),
        JSONSpelling(name: "of Python, members sorted", comma: ", ", colon: ": ", escapes: .ascii, order: .sorted),
    ]

    /// `body` in this spelling; `nil` where it is not JSON.
    func respell(_ body: [UInt8]) -> [UInt8]? {
        let document = JSONDocument()
        guard document.parse(body.span) == nil, let root = document.root else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(body.count * 2)
        write(root, document, body, level: 0, to: &output)
        return output
    }

    private func write(
        _ node: JSONNode,
        _ document: JSONDocument,
        _ body: [UInt8],
        level: Int,
        to output: inout [UInt8]
    ) {
        switch document.kind(of: node) {
        case .object:
            var members = Array(document.members(of: node))
            if order == .sorted {
                let named = members.map { (document.copyString($0.name, in: body.span) ?? [], $0) }
                members = named.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
            }
            open("{", isEmpty: members.isEmpty, level: level + 1, to: &output)
            for (index, member) in members.enumerated() {
                if index > 0 { next(level: level + 1, to: &output) }
                write(text: document.copyString(member.name, in: body.span) ?? [], to: &output)
                output += colon.utf8
                write(member.value, document, body, level: level + 1, to: &output)
            }
            close("}", isEmpty: members.isEmpty, level: level, to: &output)
        case .array:
            let elements = Array(document.elements(of: node))
            open("[", isEmpty: elements.isEmpty, level: level + 1, to: &output)
            for (index, element) in elements.enumerated() {
                if index > 0 { next(level: level + 1, to: &output) }
                write(element, document, body, level: level + 1, to: &output)
            }
            close("]", isEmpty: elements.isEmpty, level: level, to: &output)
        case .string: write(text: document.copyString(node, in: body.span) ?? [], to: &output)
        case .null: output += "null".utf8
        case .number, .true, .false:
            guard let range = document.textRange(of: node) else { return }
            output += body[range]
        }
    }

    private func open(_ bracket: String, isEmpty: Bool, level: Int, to output: inout [UInt8]) {
        output += bracket.utf8
        if !isEmpty { breakLine(level: level, to: &output) }
    }

    private func close(_ bracket: String, isEmpty: Bool, level: Int, to output: inout [UInt8]) {
        if !isEmpty { breakLine(level: level, to: &output) }
        output += bracket.utf8
    }

    private func next(level: Int, to output: inout [UInt8]) {
        output += comma.utf8
        breakLine(level: level, to: &output)
    }

    private func breakLine(level: Int, to output: inout [UInt8]) {
        guard let indent else { return }
        output.append(0x0A)
        for _ in 0..<level { output += indent.utf8 }
    }

    private func write(text: [UInt8], to output: inout [UInt8]) {
        var writer = JSONWriter()
        writer.string(text)
        switch escapes {
        case .least: output += writer.bytes
        case .ascii, .asciiAndSlash, .html:
            for scalar in String(decoding: writer.bytes, as: UTF8.self).unicodeScalars {
                if isEscaped(scalar) {
                    append(scalar, to: &output)
                } else {
                    output += String(Character(scalar)).utf8
                }
            }
        }
    }

    private func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
        switch escapes {
        case .least: false
        case .ascii: scalar.value > 0x7E
        case .asciiAndSlash: scalar.value > 0x7E || scalar == "/"
        case .html: ["<", ">", "&", "\u{2028}", "\u{2029}"].contains(scalar)
        }
    }

    private func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        if scalar == "/" {
            output += "\\/".utf8
            return
        }
        for unit in String(Character(scalar)).utf16 {
            let digits = String(unit, radix: 16)
            output += "\\u".utf8
            output += String(repeating: "0", count: 4 - digits.utf8.count).utf8
            output += digits.utf8
        }
    }
}
