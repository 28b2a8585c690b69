internal import StrictJSON

extension ContentRule {
    /// Whether the text can be decoded as the content keywords say (draft 7 validation, section 8).
    func accepts(_ text: ByteView, _ document: JSONDocument) -> Bool {
        switch self {
        case .none: return true
        case .json: return Self.isJSON(text, document)
        case .base64: return Self.decoded(text) != nil
        case .base64JSON:
            guard let bytes = Self.decoded(text) else { return false }
            return withByteView(bytes.span) { Self.isJSON($0, document) }
        }
    }

    private static func isJSON(_ text: ByteView, _ document: JSONDocument) -> Bool {
        document.parse(text, policy: .rfc8259) == nil
    }

    /// RFC 4648 section 4, with padding.
    private static func decoded(_ text: ByteView) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        var accumulator: UInt32 = 0
        var padding = 0
        for index in 0..<text.count {
            let byte = text[index]
            accumulator <<= 6
            if byte == UInt8(ascii: "="), index >= text.count - 2 {
                padding += 1
            } else if let value = value(byte), padding == 0 {
                accumulator |= value
            } else {
                return nil
            }
            if index & 3 == 3 {
                bytes.append(UInt8(truncatingIfNeeded: accumulator >> 16))
                if padding < 2 { bytes.append(UInt8(truncatingIfNeeded: accumulator >> 8)) }
                if padding < 1 { bytes.append(UInt8(truncatingIfNeeded: accumulator)) }
                accumulator = 0
            }
        }
        return bytes
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
