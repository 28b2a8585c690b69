/// A word or a mark of Swift code.
struct Token: Equatable {
    let text: String
    /// Counts from 1.
    let line: Int
    /// Places in the file's bytes.
    let start: Int
    let end: Int

    /// Whether it is a name, a keyword or a number.
    var isWord: Bool { text.utf8.first.map(Token.isWordByte) ?? false }

    /// Cuts blanked code into words and single marks.
    static func all(in code: String) -> [Token] {
        let bytes = Array(code.utf8)
        var tokens: [Token] = []
        var line = 1
        var index = 0
        while index < bytes.count {
            let start = index
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") { continue }
            if isWordByte(byte) {
                while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
            }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            tokens.append(Token(text: text, line: line, start: start, end: index))
        }
        return tokens
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"), 0x80...:
            true
        default: false
        }
    }
}
