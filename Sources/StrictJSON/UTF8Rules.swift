/// The well-formed byte sequences of RFC 3629 section 4.
package enum UTF8Rules {
    /// The length, 2 to 4, of the well-formed sequence that starts at `index` with a byte above 0x7F.
    @inline(__always)
    static func sequenceLength(
        _ bytes: ByteView,
        _ index: Int,
        _ noncharacters: JSONPolicy.Oddity
    ) throws(JSONFault) -> Int {
        let first = bytes[index]
        let left = bytes.count - index
        if first >= 0xE1, first <= 0xEC, left >= 3 {
            // Most of the Basic Multilingual Plane, Hangul and Han among it, needs no further look.
            guard bytes[index + 1] & 0xC0 == 0x80, bytes[index + 2] & 0xC0 == 0x80 else {
                throw JSONFault(.invalidUTF8, at: index)
            }
            return 3
        }
        let length = wellFormedLength(bytes, index)
        guard length > 0 else { throw JSONFault(.invalidUTF8, at: index) }
        if noncharacters == .refuse, first >= 0xEF, isNoncharacter(scalar(bytes, index, length)) {
            throw JSONFault(.noncharacter, at: index)
        }
        return length
    }

    /// The length of the well-formed sequence at `index`, 0 where there is none.
    package static func wellFormedLength(_ bytes: ByteView, _ index: Int) -> Int {
        let first = bytes[index]
        let left = bytes.count - index
        if first < 0x80 { return 1 }
        if first < 0xC2 || first > 0xF4 { return 0 }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard left >= length else { return 0 }
        let second = bytes[index + 1]
        let isSecondFine =
            switch first {
            case 0xE0: second >= 0xA0 && second <= 0xBF
            case 0xED: second >= 0x80 && second <= 0x9F
            case 0xF0: second >= 0x90 && second <= 0xBF
            case 0xF4: second >= 0x80 && second <= 0x8F
            default: second & 0xC0 == 0x80
            }
        guard isSecondFine else { return 0 }
        var position = 2
        while position < length {
            guard bytes[index + position] & 0xC0 == 0x80 else { return 0 }
            position += 1
        }
        return length
    }

    /// The code point of the well-formed sequence of `length` bytes at `index`.
    package static func scalar(_ bytes: ByteView, _ index: Int, _ length: Int) -> UInt32 {
        let first = UInt32(bytes[index])
        if length == 1 { return first }
        var value = length == 2 ? first & 0x1F : length == 3 ? first & 0x0F : first & 0x07
        var position = 1
        while position < length {
            value = value << 6 | UInt32(bytes[index + position] & 0x3F)
            position += 1
        }
        return value
    }

    /// Whether `scalar` is one of the 66 noncharacters (Unicode, section 23.7).
    static func isNoncharacter(_ scalar: UInt32) -> Bool {
        scalar & 0xFFFE == 0xFFFE || scalar >= 0xFDD0 && scalar <= 0xFDEF
    }

    /// The UTF-8 bytes of `scalar` in the low bytes of the word, the first lowest, and how many there are.
    package static func encode(_ scalar: UInt32) -> (bytes: UInt32, count: Int) {
        if scalar < 0x80 { return (scalar, 1) }
        if scalar < 0x800 {
            return (0xC0 | scalar >> 6 | (0x80 | scalar & 0x3F) << 8, 2)
        }
        if scalar < 0x1_0000 {
            return (0xE0 | scalar >> 12 | (0x80 | scalar >> 6 & 0x3F) << 8 | (0x80 | scalar & 0x3F) << 16, 3)
        }
        let low = (0x80 | scalar >> 6 & 0x3F) << 16 | (0x80 | scalar & 0x3F) << 24
        return (0xF0 | scalar >> 18 | (0x80 | scalar >> 12 & 0x3F) << 8 | low, 4)
    }
}
