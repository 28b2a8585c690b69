internal import StrictJSON

/// Host names and addresses.
enum HostFormats {
    /// RFC 1123 section 2.1: labels of letters, digits and inner hyphens; A-labels are looked into (RFC 5890).
    static func isHostname(_ text: ByteView) -> Bool {
        guard text.count >= 1, text.count <= 253 else { return false }
        var start = 0
        var index = 0
        while index <= text.count {
            if index == text.count || text[index] == UInt8(ascii: ".") {
                guard isLabel(text, start, index) else { return false }
                start = index + 1
            }
            index += 1
        }
        return true
    }

    private static func isLabel(_ text: ByteView, _ start: Int, _ end: Int) -> Bool {
        let length = end - start
        guard length >= 1, length <= 63, text[start] != UInt8(ascii: "-"), text[end - 1] != UInt8(ascii: "-") else {
            return false
        }
        for index in start..<end {
            let byte = text[index]
            guard ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || byte == UInt8(ascii: "-") else { return false }
        }
        let isEncoded =
            length >= 4 && text[start] | 0x20 == UInt8(ascii: "x") && text[start + 1] | 0x20 == UInt8(ascii: "n")
            && text[start + 2] == UInt8(ascii: "-") && text[start + 3] == UInt8(ascii: "-")
        return !isEncoded || InternationalName.isALabel(text.slice(start, length))
    }

    /// RFC 3986 section 3.2.2, IPv4address: four decimal numbers without leading zeros.
    static func isIPv4(_ text: ByteView) -> Bool {
        guard text.count >= 7, text.count <= 15 else { return false }
        var parts = 0
        var index = 0
        while true {
            let first = index
            var value = 0
            while index < text.count, index < first + 3, ByteClass.isDigit(text[index]) {
                value = value * 10 + Int(text[index] - 0x30)
                index += 1
            }
            guard index > first, value <= 255, index == first + 1 || text[first] != 0x30 else { return false }
            parts += 1
            if parts == 4 { return index == text.count }
            guard index < text.count, text[index] == UInt8(ascii: ".") else { return false }
            index += 1
        }
    }

    /// RFC 4291 section 2.2, without zone.
    static func isIPv6(_ text: ByteView) -> Bool {
        var groups = 0
        var hasGap = false
        var index = 0
        guard text.count >= 2 else { return false }
        if text[0] == UInt8(ascii: ":") {
            guard text[1] == UInt8(ascii: ":") else { return false }
            hasGap = true
            index = 2
            if index == text.count { return true }
        }
        while true {
            let first = index
            while index < text.count, index < first + 5, ByteClass.isHex(text[index]) { index += 1 }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard isIPv4(text.slice(first, text.count - first)) else { return false }
                groups += 2
                break
            }
            guard index > first, index <= first + 4 else { return false }
            groups += 1
            if index == text.count { break }
            guard text[index] == UInt8(ascii: ":"), groups < 8 else { return false }
            index += 1
            guard index < text.count else { return false }
            if text[index] == UInt8(ascii: ":") {
                if hasGap { return false }
                hasGap = true
                index += 1
                if index == text.count { break }
            }
        }
        return hasGap ? groups <= 7 : groups == 8
    }
}

/// RFC 5321 section 4.1.2, Mailbox; with RFC 6531 section 3.3 for the international form.
enum MailFormat {
    static func isMailbox(_ text: ByteView, isInternational: Bool) -> Bool {
        guard let at = localEnd(text, isInternational), at > 0, at <= 64 || isInternational && at <= 254,
            at + 1 < text.count
        else { return false }
        let domain = text.slice(at + 1, text.count - at - 1)
        if domain[0] == UInt8(ascii: "[") { return isLiteral(domain) }
        return isInternational ? isInternationalDomain(domain) : HostFormats.isHostname(domain)
    }

    /// The index of the `@` after a well-formed local part.
    private static func localEnd(_ text: ByteView, _ isInternational: Bool) -> Int? {
        guard text.count > 0 else { return nil }
        if text[0] == UInt8(ascii: "\"") { return quotedEnd(text, isInternational) }
        var index = 0
        var wasDot = true
        while index < text.count, text[index] != UInt8(ascii: "@") {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                if wasDot { return nil }
                wasDot = true
            } else {
                guard isAtom(byte) || byte >= 0x80 && isInternational else { return nil }
                wasDot = false
            }
            index += 1
        }
        return index < text.count && !wasDot ? index : nil
    }

    private static func quotedEnd(_ text: ByteView, _ isInternational: Bool) -> Int? {
        var index = 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            if text[index] == UInt8(ascii: "\\") { index += 1 }
            guard index < text.count, text[index] >= 0x20, text[index] != 0x7F,
                text[index] < 0x80 || isInternational
            else { return nil }
            index += 1
        }
        guard index + 1 < text.count, text[index + 1] == UInt8(ascii: "@") else { return nil }
        return index + 1
    }

    /// RFC 5322 section 3.2.3, atext.
    private static func isAtom(_ byte: UInt8) -> Bool {
        if ByteClass.isLetter(byte) || ByteClass.isDigit(byte) { return true }
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"),
            UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }

    private static func isLiteral(_ domain: ByteView) -> Bool {
        guard domain.count > 2, domain[domain.count - 1] == UInt8(ascii: "]") else { return false }
        let inner = domain.slice(1, domain.count - 2)
        if inner.count > 5, inner.slice(0, 5).equals("IPv6:") {
            return HostFormats.isIPv6(inner.slice(5, inner.count - 5))
        }
        return HostFormats.isIPv4(inner)
    }

    /// RFC 6531 section 3.3, sub-domain: letters, digits, hyphens and UTF-8 beyond ASCII.
    private static func isInternationalDomain(_ domain: ByteView) -> Bool {
        var start = 0
        for index in 0...domain.count {
            if index == domain.count || domain[index] == UInt8(ascii: ".") {
                guard index > start, domain[start] != UInt8(ascii: "-"), domain[index - 1] != UInt8(ascii: "-") else {
                    return false
                }
                start = index + 1
                continue
            }
            let byte = domain[index]
            let isFine =
                ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || byte == UInt8(ascii: "-") || byte >= 0x80
            guard isFine else { return false }
        }
        return true
    }
}
