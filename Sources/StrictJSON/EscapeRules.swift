/// The escapes of RFC 8259 section 7.
enum EscapeRules {
    /// Checks the escape whose backslash is at `index`, a surrogate pair as a whole; gives its length in bytes.
    static func checkedLength(
        _ bytes: ByteView,
        _ index: Int,
        _ policy: JSONPolicy,
        refusesNUL: Bool
    ) throws(JSONFault) -> Int {
        guard index + 1 < bytes.count else { throw JSONFault(.unexpectedEnd, at: bytes.count) }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            break
        default:
            throw JSONFault(.invalidEscape, at: index)
        }
        let unit = try hexUnit(bytes, index + 2)
        if unit == 0, refusesNUL { throw JSONFault(.nulCharacter, at: index) }
        guard unit >= 0xD800, unit <= 0xDFFF else {
            if policy.noncharacters == .refuse, UTF8Rules.isNoncharacter(unit) {
                throw JSONFault(.noncharacter, at: index)
            }
            return 6
        }
        guard unit <= 0xDBFF, index + 7 < bytes.count, bytes[index + 6] == UInt8(ascii: "\\"),
            bytes[index + 7] == UInt8(ascii: "u")
        else { throw JSONFault(.loneSurrogate, at: index) }
        let second = try hexUnit(bytes, index + 8)
        guard second >= 0xDC00, second <= 0xDFFF else { throw JSONFault(.loneSurrogate, at: index) }
        if policy.noncharacters == .refuse, UTF8Rules.isNoncharacter(pairScalar(unit, second)) {
            throw JSONFault(.noncharacter, at: index)
        }
        return 12
    }

    /// Four hexadecimal digits at `start`.
    static func hexUnit(_ bytes: ByteView, _ start: Int) throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for position in start..<start + 4 {
            guard position < bytes.count else { throw JSONFault(.unexpectedEnd, at: bytes.count) }
            guard let digit = hexDigit(bytes[position]) else { throw JSONFault(.invalidEscape, at: position) }
            value = value << 4 | digit
        }
        return value
    }

    /// The value of a hexadecimal digit in either case.
    @inline(__always)
    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The code point of a surrogate pair (RFC 8259 section 7).
    static func pairScalar(_ high: UInt32, _ low: UInt32) -> UInt32 {
        0x1_0000 + ((high - 0xD800) << 10 | (low - 0xDC00))
    }

    /// Whether the decoded name is `__proto__`, `constructor` or `prototype`.
    static func namesPrototype(_ bytes: ByteView, _ start: Int, _ length: Int) -> Bool {
        if length == 9 {
            return bytes.slice(start, length).equals("__proto__") || bytes.slice(start, length).equals("prototype")
        }
        return length == 11 && bytes.slice(start, length).equals("constructor")
    }
}

extension ByteView {
    /// Whether the view holds exactly the bytes of `literal`.
    package func equals(_ literal: StaticString) -> Bool {
        guard literal.hasPointerRepresentation, literal.utf8CodeUnitCount == count else { return false }
        return unsafe equals(ByteView(base: UnsafeRawPointer(literal.utf8Start), count: literal.utf8CodeUnitCount))
    }
}
