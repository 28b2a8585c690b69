/// The seeded hash of member names.
///
/// The seed is drawn once per process, so nobody outside can prepare names that collide. Names of up to 16 bytes cost
/// one multiplication.
@usableFromInline
package enum NameHash {
    @usableFromInline static let seed: (UInt64, UInt64) = {
        var generator = SystemRandomNumberGenerator()
        return (generator.next() | 1, generator.next() | 1)
    }()

    /// The process's seed, read once by whoever hashes in a loop.
    @inlinable package static var processSeed: (UInt64, UInt64) { seed }

    /// The hash of the bytes from `start` on.
    @inlinable
    @inline(__always)
    package static func hash(_ bytes: ByteView, _ start: Int, _ length: Int, _ seed: (UInt64, UInt64)) -> UInt32 {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var accumulator = seed.0
        if length >= 8 {
            if length > 16 { accumulator = fold(bytes, start, length, seed) }
            low = bytes.word(at: start)
            high = bytes.word(at: start + length - 8)
        } else if length >= 4 {
            low = UInt64(bytes.halfWord(at: start))
            high = UInt64(bytes.halfWord(at: start + length - 4))
        } else if length > 0 {
            low = UInt64(bytes[start]) | UInt64(bytes[start + length >> 1]) << 8
            high = UInt64(bytes[start + length - 1])
        }
        let product = (low ^ accumulator).multipliedFullWidth(
            by: high ^ seed.1 ^ UInt64(length) &* 0x9E37_79B9_7F4A_7C15
        )
        let mixed = product.high ^ product.low
        return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    /// Folds all but the last eight bytes of a long name.
    @inlinable
    package static func fold(_ bytes: ByteView, _ start: Int, _ length: Int, _ seed: (UInt64, UInt64)) -> UInt64 {
        var accumulator = seed.0
        var index = start + 8
        let end = start + length - 8
        while index < end {
            let product = (bytes.word(at: index) ^ accumulator).multipliedFullWidth(by: seed.1 ^ 0xD6E8_FEB8_6659_FD93)
            accumulator = product.high ^ product.low
            index += 8
        }
        return accumulator
    }
}
