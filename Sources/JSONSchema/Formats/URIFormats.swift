internal import StrictJSON

/// RFC 3986 and, for the international form, RFC 3987.
enum URIFormats {
    static func isURI(_ text: ByteView, isInternational: Bool, mayBeRelative: Bool) -> Bool {
        var index = schemeEnd(text)
        if index == 0, !mayBeRelative { return false }
        let hasScheme = index > 0
        if index + 1 < text.count, text[index] == UInt8(ascii: "/"), text[index + 1] == UInt8(ascii: "/") {
            let start = index + 2
            index = start
            while index < text.count, !isOneOf(text[index], "/?#") { index += 1 }
            guard isAuthority(text.slice(start, index - start), isInternational) else { return false }
            if index < text.count, text[index] == UInt8(ascii: "/") { index += 1 }
        } else if !hasScheme, !firstSegmentHasNoColon(text, index) {
            return false
        }
        guard let path = scan(text, index, "/", isInternational, isQuery: false) else { return false }
        index = path
        if index < text.count, text[index] == UInt8(ascii: "?") {
            guard let query = scan(text, index + 1, "/?", isInternational, isQuery: true) else { return false }
            index = query
        }
        if index < text.count, text[index] == UInt8(ascii: "#") {
            guard let fragment = scan(text, index + 1, "/?", isInternational, isQuery: false) else { return false }
            index = fragment
        }
        return index == text.count
    }

    /// RFC 3986 section 4.2: the first segment of a relative reference has no colon.
    private static func firstSegmentHasNoColon(_ text: ByteView, _ start: Int) -> Bool {
        var index = start
        while index < text.count, !isOneOf(text[index], "/?#") {
            if text[index] == UInt8(ascii: ":") { return false }
            index += 1
        }
        return true
    }

    /// The index after `scheme:`, 0 where there is none.
    private static func schemeEnd(_ text: ByteView) -> Int {
        guard text.count > 1, ByteClass.isLetter(text[0]) else { return 0 }
        var index = 1
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: ":") { return index + 1 }
            guard ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || isOneOf(byte, "+-.") else { return 0 }
            index += 1
        }
        return 0
    }

    @inline(__always)
    private static func isOneOf(_ byte: UInt8, _ characters: StaticString) -> Bool {
        for index in 0..<characters.utf8CodeUnitCount where unsafe characters.utf8Start[index] == byte { return true }
        return false
    }

    /// One bit a byte: unreserved, sub-delims, `:` and `@` (RFC 3986 section 3.3, pchar).
    private static let pathBytes: (UInt64, UInt64) = {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for byte in UInt8(0)..<128 {
            let isFine = ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || isOneOf(byte, "-._~!$&'()*+,;=:@")
            if isFine, byte < 64 { low |= 1 << UInt64(byte) }
            if isFine, byte >= 64 { high |= 1 << UInt64(byte - 64) }
        }
        return (low, high)
    }()

    @inline(__always)
    private static func isPathByte(_ byte: UInt8, _ bits: (UInt64, UInt64)) -> Bool {
        byte < 64 ? bits.0 >> UInt64(byte) & 1 != 0 : byte < 128 && bits.1 >> UInt64(byte - 64) & 1 != 0
    }

    /// Goes over pchar and `extra`; gives where it stops, `nil` for a malformed escape.
    private static func scan(
        _ text: ByteView,
        _ start: Int,
        _ extra: StaticString,
        _ isInternational: Bool,
        isQuery: Bool
    ) -> Int? {
        let bits = pathBytes
        var index = start
        while index < text.count {
            let byte = text[index]
            if isPathByte(byte, bits) || isOneOf(byte, extra) {
                index += 1
            } else if byte == UInt8(ascii: "%") {
                guard isEscape(text, index) else { return nil }
                index += 3
            } else if byte >= 0x80, isInternational {
                let length = UTF8Rules.wellFormedLength(text, index)
                guard length > 0, isInternationalScalar(UTF8Rules.scalar(text, index, length), isQuery) else {
                    return nil
                }
                index += length
            } else {
                return index
            }
        }
        return index
    }

    private static func isEscape(_ text: ByteView, _ index: Int) -> Bool {
        index + 2 < text.count && ByteClass.isHex(text[index + 1]) && ByteClass.isHex(text[index + 2])
    }

    /// RFC 3987 section 2.2, ucschar, and iprivate in queries.
    static func isInternationalScalar(_ scalar: UInt32, _ allowsPrivate: Bool) -> Bool {
        switch scalar {
        case 0xA0...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFEF: true
        case 0xE000...0xF8FF, 0xF_0000...0xF_FFFD, 0x10_0000...0x10_FFFD: allowsPrivate
        case 0x1_0000...0xD_FFFF: scalar & 0xFFFF <= 0xFFFD
        case 0xE_1000...0xE_FFFD: true
        default: false
        }
    }

    /// RFC 3986 section 3.2: user information, host, port.
    private static func isAuthority(_ text: ByteView, _ isInternational: Bool) -> Bool {
        var start = 0
        for index in 0..<text.count where text[index] == UInt8(ascii: "@") {
            start = index + 1
            break
        }
        if start > 0 {
            let user = text.slice(0, start - 1)
            guard scan(user, 0, "", isInternational, isQuery: false) == user.count else { return false }
        }
        var end = text.count
        while end > start, ByteClass.isDigit(text[end - 1]) { end -= 1 }
        if end > start, text[end - 1] == UInt8(ascii: ":") { end -= 1 } else { end = text.count }
        let host = text.slice(start, end - start)
        if host.count > 0, host[0] == UInt8(ascii: "[") { return isBracketed(host) }
        for index in 0..<host.count where isOneOf(host[index], ":@") { return false }
        return scan(host, 0, "", isInternational, isQuery: false) == host.count
    }

    /// RFC 3986 section 3.2.2, IP-literal.
    private static func isBracketed(_ host: ByteView) -> Bool {
        guard host.count > 2, host[host.count - 1] == UInt8(ascii: "]") else { return false }
        let inner = host.slice(1, host.count - 2)
        guard inner[0] | 0x20 == UInt8(ascii: "v") else { return HostFormats.isIPv6(inner) }
        var index = 1
        while index < inner.count, ByteClass.isHex(inner[index]) { index += 1 }
        guard index > 1, index + 1 < inner.count, inner[index] == UInt8(ascii: ".") else { return false }
        let bits = pathBytes
        for position in index + 1..<inner.count {
            guard isPathByte(inner[position], bits), inner[position] != UInt8(ascii: "@") else { return false }
        }
        return true
    }
}

/// RFC 6570 section 2.
enum URITemplateFormat {
    static func isTemplate(_ text: ByteView) -> Bool {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "{") {
                var end = index + 1
                while end < text.count, text[end] != UInt8(ascii: "}") { end += 1 }
                guard end < text.count, isExpression(text.slice(index + 1, end - index - 1)) else { return false }
                index = end + 1
            } else if byte == UInt8(ascii: "%") {
                guard isEscape(text, index) else { return false }
                index += 3
            } else if byte >= 0x80 {
                let length = UTF8Rules.wellFormedLength(text, index)
                guard length > 0, URIFormats.isInternationalScalar(UTF8Rules.scalar(text, index, length), true) else {
                    return false
                }
                index += length
            } else {
                guard isLiteral(byte) else { return false }
                index += 1
            }
        }
        return true
    }

    private static func isEscape(_ text: ByteView, _ index: Int) -> Bool {
        index + 2 < text.count && ByteClass.isHex(text[index + 1]) && ByteClass.isHex(text[index + 2])
    }

    /// Section 2.1, with the erratum that admits the apostrophe.
    private static func isLiteral(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
            UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default:
            true
        }
    }

    /// Section 2.2: an operator and a list of variables.
    private static func isExpression(_ text: ByteView) -> Bool {
        var index = 0
        if text.count > 0 {
            switch text[0] {
            case UInt8(ascii: "+"), UInt8(ascii: "#"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ";"),
                UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "!"),
                UInt8(ascii: "@"), UInt8(ascii: "|"):
                index = 1
            default: break
            }
        }
        while true {
            guard let end = variableEnd(text, index) else { return false }
            if end == text.count { return true }
            guard text[end] == UInt8(ascii: ",") else { return false }
            index = end + 1
        }
    }

    /// Sections 2.3 and 2.4: a name and a modifier.
    private static func variableEnd(_ text: ByteView, _ start: Int) -> Int? {
        var index = start
        var wasDot = true
        while index < text.count {
            let byte = text[index]
            if ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || byte == UInt8(ascii: "_") {
                index += 1
                wasDot = false
            } else if byte == UInt8(ascii: "%"), isEscape(text, index) {
                index += 3
                wasDot = false
            } else if byte == UInt8(ascii: "."), !wasDot {
                index += 1
                wasDot = true
            } else {
                break
            }
        }
        if wasDot { return nil }
        guard index < text.count else { return index }
        if text[index] == UInt8(ascii: "*") { return index + 1 }
        guard text[index] == UInt8(ascii: ":") else { return index }
        let first = index + 1
        index = first
        while index < text.count, index < first + 4, ByteClass.isDigit(text[index]) { index += 1 }
        return index > first && text[first] != UInt8(ascii: "0") ? index : nil
    }
}
