/// A request id: a UUID of version 7, which sorts by the time it was made (RFC 9562 section 5.7).
package struct UUIDv7: Sendable, Hashable {
    /// The first eight bytes, big-endian: 48 bits of milliseconds, version, 12 bits.
    package let high: UInt64
    /// The last eight bytes, big-endian: variant and 62 bits.
    package let low: UInt64

    /// Takes the two halves of an id that exists already.
    @inlinable
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes an id out of a time and 62 random bits; the same arguments give the same id.
    ///
    /// The 12 bits after the version hold the fraction of the millisecond (section 6.2, method 3), so that ids of one
    /// loop sort by microsecond too.
    @inlinable
    package init(microseconds: Int64, random: UInt64) {
        let time = UInt64(clamping: microseconds)
        let milliseconds = time / 1000
        let fraction = (time % 1000) &* 4096 / 1000
        high = (milliseconds << 16) | 0x7000 | fraction
        low = 0x8000_0000_0000_0000 | (random & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// The 36 characters of the text form as text; for code off the wire path.
    package var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the 36 characters of the text form, lower case.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: 36) { append(to: &$0) }
    }

    /// Appends the 36 characters of the text form, lower case; nothing where they do not fit.
    func append(to output: inout OutputSpan<UInt8>) {
        guard output.freeCapacity >= 36 else { return }
        HexDigits.append(high >> 32, digits: 8, to: &output)
        output.append(UInt8(ascii: "-"))
        HexDigits.append(high >> 16, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        HexDigits.append(high, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        HexDigits.append(low >> 48, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        HexDigits.append(low >> 32, digits: 4, to: &output)
        HexDigits.append(low, digits: 8, to: &output)
    }
}
