import GatewayCrypto

extension ContentPart.Filter {
    /// The changed value; `nil` where the crypto provider lacks a function.
    func apply(to value: [UInt8]) -> [UInt8]? {
        switch self {
        case .sha256: return SHA256.hash(value.span).bytes
        case .sha1: return try? DigestContext.digest(.sha1, of: value.span)
        case .hex: return encoded(value, .hex)
        case .base64: return encoded(value, .base64)
        case .base64url: return encoded(value, .base64url)
        case .lower: return value.map(FieldName.lowercased)
        case .crc32: return Array(String(CRC32.checksum(value)).utf8)
        case .json: return JSONText.quoted(value)
        // Read together with the other places in the body, see `RequestReader`.
        case .jcs: return nil
        }
    }

    private func encoded(_ value: [UInt8], _ encoding: SignatureEncoding) -> [UInt8] {
        var output: [UInt8] = []
        encoding.append(value.span, to: &output)
        return output
    }
}

/// CRC-32 as Ethernet and zip compute it (polynomial 0xEDB88320, reflected).
enum CRC32 {
    /// The checksum of `bytes`.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8) }
        return ~value
    }

    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
        return value
    }
}

/// Text as `JSON.stringify` of ECMAScript writes it (ECMA-262 section 25.5.2.2).
enum JSONText {
    /// The quoted text.
    static func quoted(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [UInt8(ascii: "\"")]
        output.reserveCapacity(text.count + 16)
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x08: output += Array("\\b".utf8)
            case 0x09: output += Array("\\t".utf8)
            case 0x0A: output += Array("\\n".utf8)
            case 0x0C: output += Array("\\f".utf8)
            case 0x0D: output += Array("\\r".utf8)
            case 0..<0x20:
                output += Array("\\u00".utf8)
                Hex.append([byte].span, to: &output)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
        return output
    }
}
