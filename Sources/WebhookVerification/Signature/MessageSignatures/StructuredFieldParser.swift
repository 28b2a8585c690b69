import GatewayCrypto

/// Reads structured fields (RFC 8941 section 4.2), strictly: anything left over makes the whole field unusable.
struct StructuredFieldParser {
    private let text: [UInt8]
    private var index = 0

    private init(_ text: [UInt8]) { self.text = text }

    /// A dictionary, names in order; a name that occurs twice is refused, stricter than RFC 8941 section 4.2.2.
    static func dictionary(_ text: [UInt8]) -> [(name: [UInt8], member: StructuredMember)]? {
        var parser = StructuredFieldParser(text)
        return parser.readDictionary()
    }

    /// A list.
    static func list(_ text: [UInt8]) -> [StructuredMember]? {
        var parser = StructuredFieldParser(text)
        return parser.readList()
    }

    /// One item.
    static func item(_ text: [UInt8]) -> StructuredItem? {
        var parser = StructuredFieldParser(text)
        parser.skipSpaces()
        guard let item = parser.readItem() else { return nil }
        parser.skipSpaces()
        return parser.isAtEnd ? item : nil
    }

    private var isAtEnd: Bool { index >= text.count }
    private var next: UInt8? { index < text.count ? text[index] : nil }

    private mutating func skipSpaces() { while next == 0x20 { index += 1 } }
    private mutating func skipOptionalWhiteSpace() { while next == 0x20 || next == 0x09 { index += 1 } }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func readDictionary() -> [(name: [UInt8], member: StructuredMember)]? {
        var members: [(name: [UInt8], member: StructuredMember)] = []
        skipSpaces()
        if isAtEnd { return members }
        repeat {
            skipOptionalWhiteSpace()
            guard let name = readKey(), !members.contains(where: { $0.name == name }), members.count < 256 else {
                return nil
            }
            if take(UInt8(ascii: "=")) {
                guard let member = readMember() else { return nil }
                members.append((name, member))
            } else {
                guard let parameters = readParameters() else { return nil }
                members.append((name, .item(StructuredItem(value: .boolean(true), parameters: parameters))))
            }
            skipOptionalWhiteSpace()
        } while take(UInt8(ascii: ","))
        return isAtEnd ? members : nil
    }

    private mutating func readList() -> [StructuredMember]? {
        var members: [StructuredMember] = []
        skipSpaces()
        if isAtEnd { return members }
        repeat {
            skipOptionalWhiteSpace()
            guard let member = readMember(), members.count < 256 else { return nil }
            members.append(member)
            skipOptionalWhiteSpace()
        } while take(UInt8(ascii: ","))
        return isAtEnd ? members : nil
    }

    private mutating func readMember() -> StructuredMember? {
        guard next == UInt8(ascii: "(") else { return readItem().map { .item($0) } }
        index += 1
        var items: [StructuredItem] = []
        while true {
            skipSpaces()
            if take(UInt8(ascii: ")")) {
                guard let parameters = readParameters() else { return nil }
                return .innerList(items, parameters)
            }
            guard let item = readItem(), items.count < 256 else { return nil }
            items.append(item)
            guard next == 0x20 || next == UInt8(ascii: ")") else { return nil }
        }
    }

    private mutating func readItem() -> StructuredItem? {
        guard let value = readValue(), let parameters = readParameters() else { return nil }
        return StructuredItem(value: value, parameters: parameters)
    }

    private mutating func readParameters() -> StructuredParameters? {
        var parameters = StructuredParameters()
        while take(UInt8(ascii: ";")) {
            skipSpaces()
            guard let name = readKey(), parameters.entries.count < 64 else { return nil }
            guard take(UInt8(ascii: "=")) else {
                parameters.set(name, .boolean(true))
                continue
            }
            guard let value = readValue() else { return nil }
            parameters.set(name, value)
        }
        return parameters
    }

    private mutating func readKey() -> [UInt8]? {
        let start = index
        guard let first = next, StructuredFieldParser.isLower(first) || first == UInt8(ascii: "*") else { return nil }
        while let byte = next, StructuredFieldParser.isKeyByte(byte) { index += 1 }
        return Array(text[start..<index])
    }

    private mutating func readValue() -> StructuredValue? {
        guard let first = next else { return nil }
        switch first {
        case UInt8(ascii: "\""): return readString()
        case UInt8(ascii: ":"): return readBytes()
        case UInt8(ascii: "?"):
            index += 1
            if take(UInt8(ascii: "1")) { return .boolean(true) }
            return take(UInt8(ascii: "0")) ? .boolean(false) : nil
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return readNumber()
        default: return readToken(first)
        }
    }

    private mutating func readString() -> StructuredValue? {
        index += 1
        var output: [UInt8] = []
        while let byte = next {
            index += 1
            if byte == UInt8(ascii: "\"") { return .string(output) }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = next, escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
                    return nil
                }
                index += 1
                output.append(escaped)
                continue
            }
            guard (0x20...0x7E).contains(byte) else { return nil }
            output.append(byte)
        }
        return nil
    }

    private mutating func readBytes() -> StructuredValue? {
        let start = index + 1
        guard let end = text[start...].firstIndex(of: UInt8(ascii: ":")),
            let bytes = Base64.decode(text.span.extracting(start..<end))
        else { return nil }
        index = end + 1
        return .bytes(bytes)
    }

    private mutating func readNumber() -> StructuredValue? {
        let start = index
        let isNegative = take(UInt8(ascii: "-"))
        var number: Int64 = 0
        var digits = 0
        while let byte = next, byte &- UInt8(ascii: "0") < 10 {
            number = number &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
            digits += 1
            index += 1
            if digits > 15 { return nil }
        }
        guard digits > 0 else { return nil }
        guard take(UInt8(ascii: ".")) else { return .integer(isNegative ? -number : number) }
        let fractionStart = index
        while let byte = next, byte &- UInt8(ascii: "0") < 10 { index += 1 }
        guard digits <= 12, (1...3).contains(index - fractionStart) else { return nil }
        var canonical = Array(text[start..<index])
        while canonical.last == UInt8(ascii: "0"), canonical.dropLast().last != UInt8(ascii: ".") {
            canonical.removeLast()
        }
        return .decimal(canonical)
    }

    private mutating func readToken(_ first: UInt8) -> StructuredValue? {
        guard StructuredFieldParser.isLower(first | 0x20) || first == UInt8(ascii: "*") else { return nil }
        let start = index
        while let byte = next,
            FieldName.isTokenByte(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "/")
        { index += 1 }
        return .token(Array(text[start..<index]))
    }

    private static func isLower(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        isLower(byte) || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "*")
    }
}
