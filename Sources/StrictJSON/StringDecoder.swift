/// The decoded bytes of a string's content, one after the other, without a copy.
///
/// The content must have been accepted by the parser; a decoder over anything else gives some bytes and stops.
package struct StringDecoder {
    private let bytes: ByteView
    private var index: Int
    private let end: Int
    private var pending: UInt32 = 0
    private var pendingCount = 0

    /// Decodes `length` bytes from `start` on.
    package init(_ bytes: ByteView, _ start: Int, _ length: Int) {
        self.bytes = bytes
        index = start
        end = start + length
    }

    /// The next byte, `nil` at the end.
    package mutating func next() -> UInt8? {
        if pendingCount > 0 {
            pendingCount -= 1
            let byte = UInt8(truncatingIfNeeded: pending)
            pending >>= 8
            return byte
        }
        guard index < end else { return nil }
        let byte = bytes[index]
        index += 1
        guard byte == UInt8(ascii: "\\"), index < end else { return byte }
        let letter = bytes[index]
        index += 1
        switch letter {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): return decodeUnit()
        default: return letter
        }
    }

    private mutating func decodeUnit() -> UInt8 {
        var scalar = unit()
        if scalar >= 0xD800, scalar <= 0xDBFF, index + 6 <= end {
            index += 2
            let low = unit()
            scalar = low >= 0xDC00 && low <= 0xDFFF ? EscapeRules.pairScalar(scalar, low) : 0xFFFD
        }
        let encoded = UTF8Rules.encode(scalar)
        pending = encoded.bytes >> 8
        pendingCount = encoded.count - 1
        return UInt8(truncatingIfNeeded: encoded.bytes)
    }

    private mutating func unit() -> UInt32 {
        guard index + 4 <= end else { return 0xFFFD }
        var value: UInt32 = 0
        for position in index..<index + 4 {
            value = value << 4 | (EscapeRules.hexDigit(bytes[position]) ?? 0)
        }
        index += 4
        return value
    }
}
