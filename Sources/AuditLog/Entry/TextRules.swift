/// How text of unknown content becomes the inside of a JSON string: the escapes of RFC 8785 and the rules for the rest.
enum TextRules {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// How many of `bytes` to record under `limit`: all, or the longest start that does not end inside a character.
    static func cutLength(_ bytes: Span<UInt8>, limit: Int) -> Int {
        guard bytes.count > limit else { return bytes.count }
        var end = limit
        while end > 0, limit &- end < 4, bytes[end] & 0xC0 == 0x80 { end &-= 1 }
        return limit &- end < 4 ? end : limit
    }

    /// Appends bytes as they are; nothing where they do not fit.
    @inline(__always)
    static func copy(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        let count = bytes.count
        guard count > 0, output.freeCapacity >= count else { return }
        unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
            unsafe bytes.withUnsafeBufferPointer { source in
                if let from = source.baseAddress, let base = buffer.baseAddress {
                    unsafe (base + initialized).initialize(from: from, count: count)
                    initialized &+= count
                }
            }
        }
    }

    /// Whether every byte is printable ASCII other than `"` and `\`; the usual case, eight bytes a step.
    @inline(__always)
    static func isPlain(_ bytes: Span<UInt8>) -> Bool {
        let count = bytes.count
        var index = 0
        while index &+ 8 <= count {
            let word = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: index, as: UInt64.self) }
            if hasSpecial(word) { return false }
            index &+= 8
        }
        while index < count {
            let byte = bytes[index]
            if byte &- 0x20 >= 0x5F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
            index &+= 1
        }
        return true
    }

    @inline(__always)
    private static func hasSpecial(_ word: UInt64) -> Bool {
        let control = (word &- 0x2020_2020_2020_2020) & ~word
        let quote = word ^ 0x2222_2222_2222_2222
        let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let delete = word ^ 0x7F7F_7F7F_7F7F_7F7F
        let hits =
            control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((delete &- ones) & ~delete)
            | word
        return hits & highs != 0
    }

    /// Appends a text that is not plain; returns whether it had to be percent-encoded.
    ///
    /// Bytes that are not UTF-8, and characters that could steer a terminal or turn the reading direction, are
    /// percent-encoded, and with them every byte outside printable ASCII and `%` itself, so that it can be undone.
    static func appendEscaped(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) -> Bool {
        if isReadable(bytes) {
            for index in 0..<bytes.count { appendJSON(bytes[index], to: &output) }
            return false
        }
        for index in 0..<bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "%") {
                put(UInt8(ascii: "%"), to: &output)
                put(upperHex(byte >> 4), to: &output)
                put(upperHex(byte & 15), to: &output)
            } else {
                appendJSON(byte, to: &output)
            }
        }
        return true
    }

    /// Appends one byte of valid UTF-8 inside a JSON string (RFC 8785 section 3.2.2.2).
    static func appendJSON(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            put(UInt8(ascii: "\\"), to: &output)
            put(byte, to: &output)
        case 0x08: putPair(UInt8(ascii: "b"), to: &output)
        case 0x09: putPair(UInt8(ascii: "t"), to: &output)
        case 0x0A: putPair(UInt8(ascii: "n"), to: &output)
        case 0x0C: putPair(UInt8(ascii: "f"), to: &output)
        case 0x0D: putPair(UInt8(ascii: "r"), to: &output)
        case 0..<0x20:
            putPair(UInt8(ascii: "u"), to: &output)
            put(UInt8(ascii: "0"), to: &output)
            put(UInt8(ascii: "0"), to: &output)
            put(UInt8(ascii: "0") &+ (byte >> 4), to: &output)
            put(lowerHex(byte & 15), to: &output)
        default: put(byte, to: &output)
        }
    }

    /// Whether the bytes are UTF-8 without DEL, C1 controls, line separators, byte order marks and bidi controls.
    private static func isReadable(_ bytes: Span<UInt8>) -> Bool {
        guard (try? UTF8Span(validating: bytes)) != nil else { return false }
        for index in 0..<bytes.count {
            let byte = bytes[index]
            if byte == 0x7F { return false }
            guard byte >= 0xC2, index &+ 1 < bytes.count else { continue }
            let second = bytes[index &+ 1]
            let third = index &+ 2 < bytes.count ? bytes[index &+ 2] : 0
            switch (byte, second) {
            case (0xC2, 0x80...0x9F), (0xD8, 0x9C): return false
            case (0xE2, 0x80) where third == 0x8E || third == 0x8F || (0xA8...0xAE).contains(third): return false
            case (0xE2, 0x81) where (0xA6...0xA9).contains(third): return false
            case (0xEF, 0xBB) where third == 0xBF: return false
            default: continue
            }
        }
        return true
    }

    /// Appends one byte; nothing where there is no room, which the encoder's size check notices.
    @inline(__always)
    static func put(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        if output.freeCapacity > 0 { output.append(byte) }
    }

    private static func putPair(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        put(UInt8(ascii: "\\"), to: &output)
        put(byte, to: &output)
    }

    @inline(__always)
    static func lowerHex(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") &+ nibble : UInt8(ascii: "a") &+ (nibble &- 10)
    }

    private static func upperHex(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") &+ nibble : UInt8(ascii: "A") &+ (nibble &- 10)
    }
}
