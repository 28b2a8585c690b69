/// Classes of bytes by bitmap, and the bytes with a name.
///
/// Bitmaps instead of tables: two registers, no memory, no initialisation at run time.
enum ByteClass {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20

    /// Whether `byte` is a `tchar` (RFC 9110 section 5.6.2): a letter, a digit, or one of ``!#$%&'*+-.^_`|~``.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        contains(byte, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// Whether `byte` may stand for itself in a path or query: `pchar`, `/` (RFC 3986 section 3.3), without `%` and `?`.
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool {
        contains(byte, low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    }

    /// Whether `byte` is a letter, a digit, `-`, `.`, `_` or `~`: the characters accepted in a host name.
    @inline(__always)
    static func isHostName(_ byte: UInt8) -> Bool {
        contains(byte, low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// Whether `byte` is a letter, a digit or `-`, like every byte of an ordinary field name.
    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || isDigit(byte) || byte == 0x2D
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    /// The value of a hex digit, 16 or more for any other byte.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8 {
        let digit = byte &- 0x30
        if digit < 10 { return digit }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : 255
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab
    }

    /// Whether `byte` may stand in a field value: not a control character other than HTAB (RFC 9110 section 5.5).
    @inline(__always)
    static func isFieldValue(_ byte: UInt8) -> Bool {
        (byte >= space && byte != 0x7F) || byte == tab
    }

    @inline(__always)
    private static func contains(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        let word = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && (word &>> UInt64(byte & 0x3F)) & 1 != 0
    }
}

extension RawSpan {
    /// The byte at `offset`, bounds-checked.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Eight bytes from `offset` on, the first one lowest, bounds-checked.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The first offset from `start` on whose byte is a control character other than HTAB or DEL; `end` if there is none.
    ///
    /// `highBits` collects the top bits of the bytes passed over: non-zero in `0x80…` when one of them is not ASCII.
    @inline(__always)
    func firstControl(from start: Int, to end: Int, highBits: inout UInt64) -> Int {
        var offset = start
        while offset &+ 8 <= end {
            let eight = word(at: offset)
            let stops = Self.controls(in: eight)
            if stops == 0 {
                highBits |= eight
                offset &+= 8
                continue
            }
            let before = stops.trailingZeroBitCount & ~7
            highBits |= eight & ((1 &<< UInt64(before)) &- 1)
            offset &+= before &>> 3
            if byte(at: offset) != ByteClass.tab { return offset }
            offset &+= 1
        }
        while offset < end {
            let one = byte(at: offset)
            if !ByteClass.isFieldValue(one) { return offset }
            highBits |= UInt64(one)
            offset &+= 1
        }
        return offset
    }

    /// Marks the top bit of each byte below 0x20 or equal to 0x7F; exact for the lowest marked byte.
    @inline(__always)
    private static func controls(in eight: UInt64) -> UInt64 {
        let tops: UInt64 = 0x8080_8080_8080_8080
        let below = (eight &- 0x2020_2020_2020_2020) & ~eight
        let deleted = eight ^ 0x7F7F_7F7F_7F7F_7F7F
        let equal = (deleted &- 0x0101_0101_0101_0101) & ~deleted
        return (below | equal) & tops
    }

    /// Marks the top bit of each byte that is not a letter, a digit or `-`; exact for every byte.
    ///
    /// Sums of seven-bit numbers tell by their top bit which are at or above a bound, without carries between bytes.
    @inline(__always)
    static func notPlain(in eight: UInt64) -> UInt64 {
        let tops: UInt64 = 0x8080_8080_8080_8080
        let low = eight & ~tops
        let folded = low | 0x2020_2020_2020_2020
        let letters = (folded &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(folded &+ 0x0505_0505_0505_0505)
        let digits = (low &+ 0x5050_5050_5050_5050) & ~(low &+ 0x4646_4646_4646_4646)
        let hyphens = ~((low ^ 0x2D2D_2D2D_2D2D_2D2D) &+ 0x7F7F_7F7F_7F7F_7F7F)
        return ~((letters | digits | hyphens) & ~eight) & tops
    }

    /// Whether the bytes from `start` on equal `lowercased`, letters in any case.
    ///
    /// Only for bytes that hold no control characters (a checked name or value): the folding sets bit 5 of every byte.
    @inline(__always)
    func matches(_ lowercased: StaticString, at start: Int) -> Bool {
        let count = lowercased.utf8CodeUnitCount
        guard start >= 0, start &+ count <= byteCount else { return false }
        let expected = UnsafeRawPointer(lowercased.utf8Start)
        let fold: UInt64 = 0x2020_2020_2020_2020
        if count >= 8 {
            var offset = 0
            while offset &+ 8 <= count {
                let eight = UInt64(littleEndian: expected.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                if word(at: start &+ offset) | fold != eight { return false }
                offset &+= 8
            }
            let last = count &- 8
            let eight = UInt64(littleEndian: expected.loadUnaligned(fromByteOffset: last, as: UInt64.self))
            return word(at: start &+ last) | fold == eight
        }
        for offset in 0..<count
        where byte(at: start &+ offset) | 0x20 != expected.load(fromByteOffset: offset, as: UInt8.self) {
            return false
        }
        return true
    }

    /// Whether the bytes from `start` on equal `exact`, case included.
    @inline(__always)
    func equals(_ exact: StaticString, at start: Int) -> Bool {
        let count = exact.utf8CodeUnitCount
        guard start >= 0, start &+ count <= byteCount else { return false }
        let expected = UnsafeRawPointer(exact.utf8Start)
        for offset in 0..<count where byte(at: start &+ offset) != expected.load(fromByteOffset: offset, as: UInt8.self)
        {
            return false
        }
        return true
    }
}

extension RawSpan {
    /// Whether the bytes from `start` on equal `lowercased`, letters in any case.
    func matches(_ lowercased: RawSpan, at start: Int) -> Bool {
        guard start >= 0, start &+ lowercased.byteCount <= byteCount else { return false }
        for offset in 0..<lowercased.byteCount {
            let byte = byte(at: start &+ offset)
            let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if folded != lowercased.byte(at: offset) { return false }
        }
        return true
    }
}
