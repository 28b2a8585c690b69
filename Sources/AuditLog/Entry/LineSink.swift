/// Appends the members of one line in the canonical form of RFC 8785; the caller brings them in sorted order.
///
/// Every member is written with a comma in front; `open` and `close` turn the first comma of an object into its brace.
/// What does not fit is left out, and the line is then too long for the encoder, which tries again with shorter texts.
enum LineSink {
    /// Appends a constant.
    @inline(__always)
    static func put(_ text: StaticString, to output: inout OutputSpan<UInt8>) {
        let count = text.utf8CodeUnitCount
        guard output.freeCapacity >= count else { return }
        unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
            if let base = buffer.baseAddress {
                unsafe (base + initialized).initialize(from: text.utf8Start, count: count)
                initialized &+= count
            }
        }
    }

    /// Turns the comma at `index` into an opening brace and appends the closing one; `{}` where no member followed.
    @inline(__always)
    static func close(_ index: Int, in output: inout OutputSpan<UInt8>) {
        if index < output.count {
            output[index] = UInt8(ascii: "{")
        } else {
            TextRules.put(UInt8(ascii: "{"), to: &output)
        }
        TextRules.put(UInt8(ascii: "}"), to: &output)
    }

    /// Appends an integer, brought into the range that JSON readers keep exactly: less than 2^53 from zero.
    @inline(__always)
    static func put(_ value: Int, to output: inout OutputSpan<UInt8>) {
        let limit = 9_007_199_254_740_991
        var rest = UInt64(min(max(value, -limit), limit).magnitude)
        guard output.freeCapacity >= 17 else { return }
        if value < 0 { output.append(UInt8(ascii: "-")) }
        var digits: InlineArray<16, UInt8> = .init(repeating: 0)
        var count = 0
        repeat {
            digits[count] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            count &+= 1
        } while rest > 0
        while count > 0 {
            count &-= 1
            output.append(digits[count])
        }
    }

    /// Appends a member whose value is an integer.
    @inline(__always)
    static func member(_ key: StaticString, _ value: Int, to output: inout OutputSpan<UInt8>) {
        put(key, to: &output)
        put(value, to: &output)
    }

    /// Appends a member whose value is a word of ours.
    @inline(__always)
    static func member(_ key: StaticString, word: StaticString, to output: inout OutputSpan<UInt8>) {
        put(key, to: &output)
        TextRules.put(UInt8(ascii: "\""), to: &output)
        put(word, to: &output)
        TextRules.put(UInt8(ascii: "\""), to: &output)
    }

    /// Appends a JSON string of at most `limit` bytes of `bytes`; returns whether it does not hold them exactly.
    @inline(__always)
    static func string(_ bytes: Span<UInt8>, limit: Int, to output: inout OutputSpan<UInt8>) -> Bool {
        let count = TextRules.cutLength(bytes, limit: limit)
        let text = bytes.extracting(first: count)
        var isChanged = count < bytes.count
        TextRules.put(UInt8(ascii: "\""), to: &output)
        if TextRules.isPlain(text) {
            TextRules.copy(text, to: &output)
        } else if TextRules.appendEscaped(text, to: &output) {
            isChanged = true
        }
        TextRules.put(UInt8(ascii: "\""), to: &output)
        return isChanged
    }
}
