/// Hexadecimal text over bytes (RFC 4648 section 8): any case accepted, lower case written.
///
/// Judges every byte itself: no sign, prefix, white space or odd digit gets through.
package enum Hex {
    /// The value of one digit, 255 where it is none.
    @inlinable
    package static func value(_ digit: UInt8) -> UInt8 {
        let decimal = digit &- 0x30
        if decimal < 10 { return decimal }
        let letter = (digit | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : 255
    }

    /// Writes the decoded bytes to the start of `output`; returns their number.
    ///
    /// `nil` where `text` is of odd length, has another character than a digit, or does not fit.
    package static func decode(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Int? {
        let count = text.count / 2
        guard text.count % 2 == 0, count <= output.count else { return nil }
        var index = 0
        while index &+ 4 <= count {
            let at = index &* 2
            let low = word(text[at], text[at &+ 1], text[at &+ 2], text[at &+ 3])
            let high = word(text[at &+ 4], text[at &+ 5], text[at &+ 6], text[at &+ 7])
            guard let bytes = pairs(low | high << 32) else { return nil }
            output[index] = UInt8(truncatingIfNeeded: bytes)
            output[index &+ 1] = UInt8(truncatingIfNeeded: bytes >> 16)
            output[index &+ 2] = UInt8(truncatingIfNeeded: bytes >> 32)
            output[index &+ 3] = UInt8(truncatingIfNeeded: bytes >> 48)
            index &+= 4
        }
        while index < count {
            let high = value(text[index &* 2])
            let low = value(text[index &* 2 &+ 1])
            guard high < 16, low < 16 else { return nil }
            output[index] = high << 4 | low
            index &+= 1
        }
        return count
    }

    private static func word(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt64 {
        UInt64(a) | UInt64(b) << 8 | UInt64(c) << 16 | UInt64(d) << 24
    }

    /// Eight digits, the first in the lowest byte, judged and decoded side by side: bytes 0, 2, 4 and 6 of the result.
    private static func pairs(_ digits: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // Letters have bit 6 set, decimal digits have not; no byte of these sums reaches the next one.
        let letters = digits >> 6 & ones
        let values = (digits & (ones &* 0x0F)) &+ letters &* 9
        let written = values &+ (ones &* 0x30) &+ (letters &* 0x27)
        // The digit is written back in lower case and compared; then only letters may be 10 to 15, and must be.
        let isText = written == digits | (letters << 5)
        let isRange = ((values &+ (ones &* 6)) >> 4) & ones == letters && values & (ones &* 0xF0) == 0
        return isText && isRange ? (values << 4) | (values >> 8) : nil
    }

    /// The decoded bytes as an array; `nil` where `text` is not hexadecimal.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: text.count / 2)
        var span = output.mutableSpan
        guard decode(text, into: &span) != nil else { return nil }
        return output
    }

    /// Decodes a text of ours, a test vector or a configured value.
    package static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8).span) }

    /// Appends two lower-case digits for each byte.
    package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            output.append(digit(bytes[index] >> 4))
            output.append(digit(bytes[index] & 15))
            index &+= 1
        }
    }

    /// The lower-case text.
    package static func encode(_ bytes: Span<UInt8>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 2)
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value &+ 0x30 : value &+ 0x57 }
}
