/// A JSON Pointer (RFC 6901), parsed once and followed many times.
package struct JSONPointer: Sendable, Equatable, CustomStringConvertible {
    /// One reference token.
    package struct Token: Sendable, Equatable {
        /// The decoded name, with `~1` and `~0` replaced.
        package let name: [UInt8]
        /// The array index the token stands for, `nil` when it is none (RFC 6901 section 4: no leading zeros).
        package let index: Int?

        /// A token for the decoded bytes.
        package init(name: [UInt8]) {
            self.name = name
            index = Self.arrayIndex(name)
        }

        private static func arrayIndex(_ name: [UInt8]) -> Int? {
            guard let first = name.first, name.count <= 9, name.count == 1 || first != UInt8(ascii: "0") else {
                return nil
            }
            var value = 0
            for byte in name {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
    }

    /// The tokens from the root on.
    package let tokens: [Token]

    /// The pointer of the given tokens.
    package init(tokens: [Token]) {
        self.tokens = tokens
    }

    /// Parses the string representation (RFC 6901 section 3).
    ///
    /// It is empty, or tokens that each start with a slash, with a tilde only before 0 and 1. Gives `nil` for anything
    /// else, the URI fragment form included.
    package init?(_ text: String) {
        self.init(utf8: Array(text.utf8))
    }

    /// Parses the bytes of the string representation.
    package init?(utf8 text: [UInt8]) {
        var tokens: [Token] = []
        var name: [UInt8] = []
        var index = 0
        if let first = text.first, first != UInt8(ascii: "/") { return nil }
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case UInt8(ascii: "/"):
                if index > 1 { tokens.append(Token(name: name)) }
                name.removeAll(keepingCapacity: true)
            case UInt8(ascii: "~"):
                guard index < text.count, text[index] == UInt8(ascii: "0") || text[index] == UInt8(ascii: "1") else {
                    return nil
                }
                name.append(text[index] == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
                index += 1
            default:
                name.append(byte)
            }
        }
        if !text.isEmpty { tokens.append(Token(name: name)) }
        self.tokens = tokens
    }

    /// Whether it leads into element 0 of the list that `list` leads to.
    package func isInFirst(of list: JSONPointer) -> Bool {
        tokens.count > list.tokens.count + 1 && tokens[list.tokens.count].index == 0
            && tokens.prefix(list.tokens.count).elementsEqual(list.tokens)
    }

    /// The same place in element `index` of that list; itself where it does not lead into element 0.
    package func moved(to index: Int, of list: JSONPointer) -> JSONPointer {
        guard isInFirst(of: list) else { return self }
        var tokens = tokens
        tokens[list.tokens.count] = Token(name: Array(String(index).utf8))
        return JSONPointer(tokens: tokens)
    }

    /// The string representation.
    package var description: String {
        var text: [UInt8] = []
        for token in tokens { Self.append(token.name, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends `/` and the escaped token.
    package static func append(_ name: some Sequence<UInt8>, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "/"))
        for byte in name {
            switch byte {
            case UInt8(ascii: "~"): text.append(contentsOf: [UInt8(ascii: "~"), UInt8(ascii: "0")])
            case UInt8(ascii: "/"): text.append(contentsOf: [UInt8(ascii: "~"), UInt8(ascii: "1")])
            default: text.append(byte)
            }
        }
    }
}
