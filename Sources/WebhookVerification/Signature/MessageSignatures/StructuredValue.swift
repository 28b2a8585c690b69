import GatewayCrypto

/// A bare item of a structured field (RFC 8941 section 3.3).
enum StructuredValue: Equatable {
    case integer(Int64)
    /// A decimal in its canonical text.
    case decimal([UInt8])
    case string([UInt8])
    case token([UInt8])
    case bytes([UInt8])
    case boolean(Bool)

    /// Appends the canonical text (RFC 8941 section 4.1).
    func append(to output: inout [UInt8]) {
        switch self {
        case .integer(let number): output += Array(String(number).utf8)
        case .decimal(let text), .token(let text): output += text
        case .boolean(let flag): output += Array((flag ? "?1" : "?0").utf8)
        case .string(let text):
            output.append(UInt8(ascii: "\""))
            for byte in text {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { output.append(UInt8(ascii: "\\")) }
                output.append(byte)
            }
            output.append(UInt8(ascii: "\""))
        case .bytes(let bytes):
            output.append(UInt8(ascii: ":"))
            Base64.append(bytes.span, to: &output)
            output.append(UInt8(ascii: ":"))
        }
    }
}

/// Parameters of an item or a list, in the order of the text (RFC 8941 section 3.1.2).
struct StructuredParameters: Equatable {
    private(set) var entries: [(name: [UInt8], value: StructuredValue)] = []

    /// The value of a parameter.
    subscript(_ name: String) -> StructuredValue? {
        entries.first { $0.name.elementsEqual(name.utf8) }?.value
    }

    /// Sets a parameter; one that is there already keeps its place (RFC 8941 section 4.2.3.2).
    mutating func set(_ name: [UInt8], _ value: StructuredValue) {
        if let index = entries.firstIndex(where: { $0.name == name }) {
            entries[index].value = value
        } else {
            entries.append((name, value))
        }
    }

    /// Appends the canonical text.
    func append(to output: inout [UInt8]) {
        for entry in entries {
            output.append(UInt8(ascii: ";"))
            output += entry.name
            if entry.value == .boolean(true) { continue }
            output.append(UInt8(ascii: "="))
            entry.value.append(to: &output)
        }
    }

    static func == (left: StructuredParameters, right: StructuredParameters) -> Bool {
        left.entries.count == right.entries.count
            && zip(left.entries, right.entries).allSatisfy { $0.name == $1.name && $0.value == $1.value }
    }
}

/// An item with its parameters (RFC 8941 section 3.3).
struct StructuredItem: Equatable {
    var value: StructuredValue
    var parameters = StructuredParameters()

    /// Appends the canonical text.
    func append(to output: inout [UInt8]) {
        value.append(to: &output)
        parameters.append(to: &output)
    }
}

/// A member of a list or dictionary (RFC 8941 sections 3.1 and 3.2).
enum StructuredMember: Equatable {
    case item(StructuredItem)
    case innerList([StructuredItem], StructuredParameters)

    /// Appends the canonical text.
    func append(to output: inout [UInt8]) {
        switch self {
        case .item(let item): item.append(to: &output)
        case .innerList(let items, let parameters):
            output.append(UInt8(ascii: "("))
            for (index, item) in items.enumerated() {
                if index > 0 { output.append(0x20) }
                item.append(to: &output)
            }
            output.append(UInt8(ascii: ")"))
            parameters.append(to: &output)
        }
    }
}
