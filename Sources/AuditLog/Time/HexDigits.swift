/// Lower-case hexadecimal of integers, for ids and digests inside entries.
enum HexDigits {
    /// Appends the lowest `digits` digits of `value`, at most 16; nothing where they do not fit.
    @inline(__always)
    static func append(_ value: UInt64, digits: Int, to output: inout OutputSpan<UInt8>) {
        guard output.freeCapacity >= digits else { return }
        var shift = digits &* 4
        while shift >= 32 {
            shift &-= 32
            append(word(UInt32(truncatingIfNeeded: value >> UInt64(shift))), count: 8, to: &output)
        }
        if shift > 0 {
            // The digits wanted are the last of the eight: brought to the front of the word.
            let digits = word(UInt32(truncatingIfNeeded: value)) >> UInt64((8 &- shift / 4) &* 8)
            append(digits, count: shift / 4, to: &output)
        }
    }

    @inline(__always)
    private static func append(_ word: UInt64, count: Int, to output: inout OutputSpan<UInt8>) {
        var rest = word
        for _ in 0..<count {
            output.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// The eight digits of a number, the first in the lowest byte: all nibbles are turned into digits at once.
    @inline(__always)
    private static func word(_ value: UInt32) -> UInt64 {
        var word = UInt64(value.byteSwapped)
        word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
        word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
        word = (word >> 4 & 0x000F_000F_000F_000F) | (word & 0x000F_000F_000F_000F) << 8
        // A digit of ten or more carries into the fifth bit when six is added.
        let letters = (word &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return word &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }
}
