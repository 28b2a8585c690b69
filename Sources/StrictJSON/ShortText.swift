/// A text of up to 16 bytes as two words, padded with zeros.
///
/// Two such texts are equal where their lengths and their words are: no loop, and no branch on the length.
@frozen
@usableFromInline
package struct ShortText: Equatable, BitwiseCopyable, Sendable {
    /// The bytes 0 to 7, the first in the low byte.
    @usableFromInline package let low: UInt64
    /// The bytes 8 to 15, the first in the low byte.
    @usableFromInline package let high: UInt64

    /// How long a text may be to fit.
    @inlinable package static var lengthMax: Int { 16 }

    /// The `length` bytes from `start` on; at most `lengthMax`.
    @inlinable
    @inline(__always)
    package init(_ bytes: ByteView, _ start: Int, _ length: Int) {
        if start + 16 <= bytes.count {
            low = bytes.word(at: start) & Self.mask(length)
            high = bytes.word(at: start + 8) & Self.mask(max(length - 8, 0))
        } else {
            low = Self.assemble(bytes, start, min(length, 8))
            high = Self.assemble(bytes, start + 8, max(length - 8, 0))
        }
    }

    /// `length` bytes from `start` on, one by one: where fewer than 16 can be read.
    @inlinable
    static func assemble(_ bytes: ByteView, _ start: Int, _ length: Int) -> UInt64 {
        var word: UInt64 = 0
        for position in 0..<length { word |= UInt64(bytes[start + position]) << UInt64(position * 8) }
        return word
    }

    /// The low `count` bytes; all of them from eight on.
    @inlinable
    @inline(__always)
    static func mask(_ count: Int) -> UInt64 {
        count >= 8 ? .max : 1 &<< UInt64(truncatingIfNeeded: count * 8) &- 1
    }
}

extension ShortText {
    /// The same for bytes that are known at load; at most `lengthMax`.
    package init(literal bytes: [UInt8]) {
        self = withByteView(bytes.span) { ShortText($0, 0, $0.count) }
    }
}
