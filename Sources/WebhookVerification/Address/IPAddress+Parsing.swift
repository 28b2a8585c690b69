/// The strict text grammars: what two readers could understand differently is refused.
extension IPAddress {
    /// Reads exactly one address; `nil` for everything else.
    ///
    /// IPv4: four decimals from 0 to 255 without leading zeros; octal, hexadecimal, integer and short forms are refused
    /// (R-IP-07). IPv6: RFC 4291 section 2.2, groups of one to four hexadecimal digits, at most one `::` that stands for
    /// at least one group, an IPv4 tail; zone ids and brackets are refused (R-IP-08).
    package init?(_ text: Span<UInt8>) {
        var hasColon = false
        for index in text.indices where text[index] == UInt8(ascii: ":") { hasColon = true }
        if hasColon {
            guard let parsed = IPAddress.parseV6(text) else { return nil }
            self = parsed
        } else {
            guard let parsed = IPAddress.parseV4(text) else { return nil }
            self.init(v4: parsed)
        }
    }

    /// Reads an address out of text; `nil` as for bytes.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span)
    }

    /// Reads one element of X-Forwarded-For, `nil` for everything else.
    ///
    /// An address, an IPv4 address with a port, or an IPv6 address in brackets with an optional port. Spaces are not
    /// trimmed here. The port is checked and forgotten.
    package init?(forwardedElement text: Span<UInt8>) {
        guard text.count > 0 else { return nil }
        if text[0] == UInt8(ascii: "[") {
            guard let close = IPAddress.firstIndex(of: UInt8(ascii: "]"), in: text),
                let parsed = IPAddress.parseV6(text.extracting(1..<close)),
                IPAddress.isPortSuffix(text.extracting((close &+ 1)..<text.count))
            else { return nil }
            self = parsed
            return
        }
        if let colon = IPAddress.firstIndex(of: UInt8(ascii: ":"), in: text),
            let parsed = IPAddress.parseV4(text.extracting(0..<colon))
        {
            guard IPAddress.isPortSuffix(text.extracting(colon..<text.count)) else { return nil }
            self.init(v4: parsed)
            return
        }
        self.init(text)
    }

    private static func firstIndex(of byte: UInt8, in text: Span<UInt8>) -> Int? {
        for index in text.indices where text[index] == byte { return index }
        return nil
    }

    /// Nothing, or a colon and a port from 1 to 65535 without leading zeros.
    private static func isPortSuffix(_ text: Span<UInt8>) -> Bool {
        if text.count == 0 { return true }
        guard text.count >= 2, text.count <= 6, text[0] == UInt8(ascii: ":"), text[1] != UInt8(ascii: "0") else {
            return false
        }
        var port = 0
        for index in 1..<text.count {
            guard let digit = decimalDigit(text[index]) else { return false }
            port = port &* 10 &+ Int(digit)
        }
        return port <= 65535
    }

    /// Four decimals separated by dots, nothing else.
    private static func parseV4(_ text: Span<UInt8>) -> UInt32? {
        guard text.count >= 7, text.count <= 15 else { return nil }
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in text.indices {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                address = address << 8 | part
                part = 0
                digits = 0
                dots &+= 1
            } else {
                // A zero may stand alone, never in front: `010` is 8 to some readers and 10 to others.
                guard let digit = decimalDigit(byte), !(digits > 0 && part == 0) else { return nil }
                part = part &* 10 &+ UInt32(digit)
                digits &+= 1
                guard part <= 255 else { return nil }
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        return address << 8 | part
    }

    /// RFC 4291 section 2.2, forms 1 to 3.
    private static func parseV6(_ text: Span<UInt8>) -> IPAddress? {
        guard text.count >= 2, text.count <= 45 else { return nil }
        var value: UInt128 = 0
        var groups = 0
        var groupsBeforeGap: Int?
        var index = 0
        if text[0] == UInt8(ascii: ":") {
            guard text[1] == UInt8(ascii: ":") else { return nil }
            groupsBeforeGap = 0
            index = 2
        }
        while index < text.count {
            let start = index
            var group: UInt32 = 0
            while index < text.count, let digit = hexadecimalDigit(text[index]) {
                group = group << 4 | UInt32(digit)
                index &+= 1
                guard index &- start <= 4 else { return nil }
            }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard groups <= 6, let tail = parseV4(text.extracting(start..<text.count)) else { return nil }
                value = value << 32 | UInt128(tail)
                groups &+= 2
                break
            }
            guard index > start, groups < 8 else { return nil }
            value = value << 16 | UInt128(group)
            groups &+= 1
            if index == text.count { break }
            guard text[index] == UInt8(ascii: ":") else { return nil }
            index &+= 1
            // A single colon has to be followed by a group.
            guard index < text.count else { return nil }
            if text[index] == UInt8(ascii: ":") {
                guard groupsBeforeGap == nil else { return nil }
                groupsBeforeGap = groups
                index &+= 1
            }
        }
        return assemble(value, groups: groups, groupsBeforeGap: groupsBeforeGap)
    }

    /// Opens the gap: `value` holds `groups` groups, of which `groupsBeforeGap` belong in front of the zeros.
    private static func assemble(_ value: UInt128, groups: Int, groupsBeforeGap: Int?) -> IPAddress? {
        guard let front = groupsBeforeGap else {
            guard groups == 8 else { return nil }
            return IPAddress(value)
        }
        guard groups < 8 else { return nil }
        let backBits = (groups &- front) &* 16
        let back = value & ((1 << UInt128(backBits)) &- 1)
        let head = front == 0 ? 0 : (value >> UInt128(backBits)) << UInt128(128 &- front &* 16)
        return IPAddress(head | back)
    }

    /// An IPv6 number as an address; a mapped one becomes IPv4.
    private init(_ value: UInt128) {
        self.init(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
    }

    private static func decimalDigit(_ byte: UInt8) -> UInt8? {
        let digit = byte &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }
}
