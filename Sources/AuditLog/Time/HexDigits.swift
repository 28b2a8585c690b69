/// Lower-case hexadecimal of integers, for ids and digests inside entries.
enum HexDigits {
    /// Appends the lowest `digits` digits of `value`; the caller made sure of the room.
    @inline(__always)
    static func append(_ value: UInt64, digits: Int, to output: inout OutputSpan<UInt8>) {
        var shift = UInt64(truncatingIfNeeded: digits) &* 4
        while shift > 0 {
            shift &-= 4
            TextRules.put(TextRules.lowerHex(UInt8(truncatingIfNeeded: (value >> shift) & 15)), to: &output)
        }
    }
}
