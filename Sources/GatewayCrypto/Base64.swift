/// Base64 over bytes (RFC 4648 sections 4 and 5), strict: one alphabet, no white space, no second spelling of a value.
///
/// Padding may be there in full or not at all. Trailing bits that no byte uses must be zero, so that two texts of one
/// length never decode to the same bytes.
package enum Base64 {
    /// Which 62nd and 63rd characters are used.
    package enum Alphabet: Sendable {
        /// `+` and `/`.
        case standard
        /// `-` and `_`.
        case url
    }

    /// Whether the text is filled up to a multiple of four.
    package enum Padding: Sendable {
        case full
        case none
    }

    /// Writes the decoded bytes to the start of `output`; returns their number.
    ///
    /// `nil` where `text` is not strict base64 of this alphabet, or does not fit.
    package static func decode(
        _ text: Span<UInt8>,
        alphabet: Alphabet,
        into output: inout MutableSpan<UInt8>
    ) -> Int? {
        guard let digits = digitCount(text) else { return nil }
        let count = digits * 6 / 8
        guard count <= output.count else { return nil }
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        var written = 0
        var index = 0
        while index &+ 4 <= digits {
            let first = UInt32(value(text[index], alphabet))
            let second = UInt32(value(text[index &+ 1], alphabet))
            let third = UInt32(value(text[index &+ 2], alphabet))
            let fourth = UInt32(value(text[index &+ 3], alphabet))
            guard first | second | third | fourth < 64 else { return nil }
            let group = first << 18 | second << 12 | third << 6 | fourth
            output[written] = UInt8(truncatingIfNeeded: group >> 16)
            output[written &+ 1] = UInt8(truncatingIfNeeded: group >> 8)
            output[written &+ 2] = UInt8(truncatingIfNeeded: group)
            written &+= 3
            index &+= 4
        }
        while index < digits {
            let digit = value(text[index], alphabet)
            guard digit < 64 else { return nil }
            bits = bits << 6 | UInt32(digit)
            bitCount &+= 6
            if bitCount >= 8 {
                bitCount &-= 8
                output[written] = UInt8(truncatingIfNeeded: bits >> bitCount)
                written &+= 1
                bits &= (1 << bitCount) &- 1
            }
            index &+= 1
        }
        return bits == 0 ? written : nil
    }

    /// The decoded bytes as an array; `nil` where `text` is not strict base64 of this alphabet.
    package static func decode(_ text: Span<UInt8>, alphabet: Alphabet = .standard) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: text.count / 4 * 3 + 3)
        var span = output.mutableSpan
        guard let count = decode(text, alphabet: alphabet, into: &span) else { return nil }
        output.removeLast(output.count - count)
        return output
    }

    /// Decodes a text of ours, a test vector or a configured value.
    package static func decode(_ text: String, alphabet: Alphabet = .standard) -> [UInt8]? {
        decode(Array(text.utf8).span, alphabet: alphabet)
    }

    /// Appends the text of `bytes`.
    package static func append(
        _ bytes: Span<UInt8>,
        alphabet: Alphabet = .standard,
        padding: Padding = .full,
        to output: inout [UInt8]
    ) {
        var index = 0
        while index < bytes.count {
            let left = bytes.count &- index
            let first = UInt32(bytes[index]) << 16
            let second = left > 1 ? UInt32(bytes[index &+ 1]) << 8 : 0
            let third = left > 2 ? UInt32(bytes[index &+ 2]) : 0
            let group = first | second | third
            output.append(character(group >> 18 & 63, alphabet))
            output.append(character(group >> 12 & 63, alphabet))
            if left > 1 { output.append(character(group >> 6 & 63, alphabet)) }
            if left > 2 { output.append(character(group & 63, alphabet)) }
            if padding == .full, left < 3 { output.append(contentsOf: repeatElement(0x3D, count: 3 &- left)) }
            index &+= 3
        }
    }

    /// The text of `bytes`.
    package static func encode(
        _ bytes: Span<UInt8>,
        alphabet: Alphabet = .standard,
        padding: Padding = .full
    ) -> String {
        var output: [UInt8] = []
        append(bytes, alphabet: alphabet, padding: padding, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// How many characters are digits, padding left out; `nil` where length or padding cannot be right.
    private static func digitCount(_ text: Span<UInt8>) -> Int? {
        var digits = text.count
        var padding = 0
        while padding < 2, digits > 0, text[digits &- 1] == 0x3D {
            digits &-= 1
            padding &+= 1
        }
        if digits % 4 == 1 { return nil }
        return padding == 0 || (digits &+ padding) % 4 == 0 ? digits : nil
    }

    private static func value(_ character: UInt8, _ alphabet: Alphabet) -> UInt8 {
        if character &- 0x41 < 26 { return character &- 0x41 }
        if character &- 0x61 < 26 { return character &- 0x61 &+ 26 }
        if character &- 0x30 < 10 { return character &- 0x30 &+ 52 }
        switch alphabet {
        case .standard: return character == 0x2B ? 62 : character == 0x2F ? 63 : 255
        case .url: return character == 0x2D ? 62 : character == 0x5F ? 63 : 255
        }
    }

    private static func character(_ value: UInt32, _ alphabet: Alphabet) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        if value < 26 { return value &+ 0x41 }
        if value < 52 { return value &- 26 &+ 0x61 }
        if value < 62 { return value &- 52 &+ 0x30 }
        switch alphabet {
        case .standard: return value == 62 ? 0x2B : 0x2F
        case .url: return value == 62 ? 0x2D : 0x5F
        }
    }
}
