/// The name of a header field that a source's rules look for: lower-case bytes, compared without regard to case.
package struct FieldName: Sendable, Hashable {
    /// The name in lower case, only token characters (RFC 9110 section 5.6.2).
    package let bytes: [UInt8]

    /// Takes a name in any case; `nil` where it is empty, longer than 256 bytes or not a token.
    package init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        guard !utf8.isEmpty, utf8.count <= 256, utf8.allSatisfy(FieldName.isTokenByte) else { return nil }
        bytes = utf8.map(FieldName.lowercased)
    }

    /// Takes a name written in this program, in lower case.
    package init(literal: StaticString) {
        bytes = unsafe Array(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// The name as text, for messages.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether `other` spells this name, in any case.
    @inlinable
    package func matches(_ other: Span<UInt8>) -> Bool { FieldName.isName(other, spelling: bytes.span) }

    /// Whether `other` spells `name`, which is in lower case, in any case.
    @inlinable
    package static func isName(_ other: Span<UInt8>, spelling name: Span<UInt8>) -> Bool {
        let count = name.count
        guard other.count == count else { return false }
        guard count >= 8 else {
            var index = 0
            while index < count {
                if FieldName.lowercased(other[index]) != name[index] { return false }
                index &+= 1
            }
            return true
        }
        // Names that look alike differ at their end most often, so the last eight bytes come first.
        var start = count &- 8
        repeat {
            if FieldName.lowercased(FieldName.word(other, start)) != FieldName.word(name, start) { return false }
            start = start >= 8 ? start &- 8 : start > 0 ? 0 : -1
        } while start >= 0
        return true
    }

    /// Eight bytes from `start` on, which have to be there.
    @inlinable
    static func word(_ bytes: Span<UInt8>, _ start: Int) -> UInt64 {
        unsafe bytes.extracting(start..<(start &+ 8)).withUnsafeBytes {
            unsafe $0.loadUnaligned(as: UInt64.self)
        }
    }

    /// ASCII lower case of eight bytes; other bytes are unchanged.
    @inlinable
    package static func lowercased(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = word & (ones &* 0x7F)
        // Bit 7 of each byte: at least `A`, and above `Z`; the sums stay within their bytes.
        let isFromA = low &+ (ones &* 0x3F)
        let isAboveZ = low &+ (ones &* 0x25)
        let isUpper = isFromA & ~isAboveZ & ~word & (ones &* 0x80)
        return word | (isUpper >> 2)
    }

    /// ASCII lower case of one byte; other bytes are unchanged.
    @inlinable
    package static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Whether a byte is a `tchar` of RFC 9110 section 5.6.2.
    package static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
