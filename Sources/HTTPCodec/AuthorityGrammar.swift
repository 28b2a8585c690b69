/// The grammar of an authority without userinfo: `host [":" port]` (RFC 3986 section 3.2, R-H1-33), read strictly.
///
/// host: letters, digits and `- . _ ~`, labels not empty (one trailing dot is allowed), or an IPv6 address in brackets
/// without zone. No percent-encoding, no sub-delims: a name that needs them is not one a route can be configured with.
/// port: 1 to 65535, at most five digits. At most 255 bytes in all.
enum AuthorityGrammar {
    /// Whether `bytes[range]` is such an authority.
    static func isValid(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= 255 else { return false }
        let bracketed = bytes.byte(at: range.lowerBound) == 0x5B
        let hostEnd = bracketed ? endOfLiteral(bytes, range) : endOfName(bytes, range)
        guard let hostEnd else { return false }
        if hostEnd == range.upperBound { return true }
        return bytes.byte(at: hostEnd) == 0x3A && isPort(bytes, (hostEnd &+ 1)..<range.upperBound)
    }

    /// Whether two authorities are the same but for the case of letters.
    static func isSame(_ bytes: RawSpan, _ one: Range<Int>, _ other: Range<Int>) -> Bool {
        guard one.count == other.count else { return false }
        for offset in 0..<one.count {
            let left = bytes.byte(at: one.lowerBound &+ offset)
            let right = bytes.byte(at: other.lowerBound &+ offset)
            if left == right { continue }
            let isLetter = (left | 0x20) &- 0x61 < 26
            if !isLetter || left | 0x20 != right | 0x20 { return false }
        }
        return true
    }

    private static func endOfName(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        var position = range.lowerBound
        var previous: UInt8 = 0x2E
        while position < range.upperBound {
            let byte = bytes.byte(at: position)
            guard ByteClass.isHostName(byte) else { break }
            if byte == 0x2E, previous == 0x2E { return nil }
            previous = byte
            position &+= 1
        }
        return position > range.lowerBound ? position : nil
    }

    private static func isPort(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= 5 else { return false }
        var port = 0
        for offset in range {
            let byte = bytes.byte(at: offset)
            guard ByteClass.isDigit(byte) else { return false }
            port = port &* 10 &+ Int(byte &- 0x30)
        }
        return port > 0 && port <= 65_535
    }

    /// The offset after `]`, or `nil` if what stands in the brackets is not an IPv6 address (RFC 4291 section 2.2).
    private static func endOfLiteral(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        var position = range.lowerBound &+ 1
        var groups = 0
        var compressed = false
        var digits = 0
        var groupStart = position
        while position < range.upperBound {
            let byte = bytes.byte(at: position)
            if ByteClass.hexValue(byte) < 16 {
                if digits == 0 { groupStart = position }
                digits &+= 1
                guard digits <= 4 else { return nil }
                position &+= 1
                continue
            }
            switch byte {
            case 0x3A:
                let isDouble = position &+ 1 < range.upperBound && bytes.byte(at: position &+ 1) == 0x3A
                if isDouble {
                    guard !compressed else { return nil }
                    compressed = true
                } else if digits == 0 {
                    return nil
                }
                if digits > 0 { groups &+= 1 }
                digits = 0
                position &+= isDouble ? 2 : 1
                // A single colon has to be followed by a group.
                let next = position < range.upperBound ? bytes.byte(at: position) : 0
                guard ByteClass.hexValue(next) < 16 || (isDouble && next == 0x5D) else { return nil }
            case 0x2E:
                guard digits > 0, let end = endOfDottedQuad(bytes, groupStart..<range.upperBound) else { return nil }
                return isCount(groups &+ 2, compressed) ? end : nil
            case 0x5D:
                if digits > 0 { groups &+= 1 }
                return isCount(groups, compressed) ? position &+ 1 : nil
            default:
                return nil
            }
        }
        return nil
    }

    private static func isCount(_ groups: Int, _ compressed: Bool) -> Bool {
        compressed ? groups <= 7 : groups == 8
    }

    /// The offset after `]`, or `nil` if not four decimal numbers of at most 255 stand before it.
    private static func endOfDottedQuad(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        var position = range.lowerBound
        for part in 0..<4 {
            var number = 0
            let start = position
            while position < range.upperBound, ByteClass.isDigit(bytes.byte(at: position)), position &- start < 3 {
                number = number &* 10 &+ Int(bytes.byte(at: position) &- 0x30)
                position &+= 1
            }
            let hasLeadingZero = position &- start > 1 && bytes.byte(at: start) == 0x30
            guard position > start, number <= 255, !hasLeadingZero, position < range.upperBound else { return nil }
            guard bytes.byte(at: position) == (part == 3 ? 0x5D : 0x2E) else { return nil }
            position &+= 1
        }
        return position
    }
}
