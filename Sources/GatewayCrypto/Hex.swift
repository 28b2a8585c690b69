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
        while index < count {
            let high = value(text[index &* 2])
            let low = value(text[index &* 2 &+ 1])
            guard high < 16, low < 16 else { return nil }
            output[index] = high << 4 | low
            index &+= 1
        }
        return count
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
