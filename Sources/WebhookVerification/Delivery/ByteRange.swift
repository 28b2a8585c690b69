/// A place in the bytes of a head or a body: offset and length, four bytes each.
///
/// Offsets instead of copies: nothing of a head becomes a `String` unless it is recorded.
package struct ByteRange: Sendable, Equatable {
    /// The offset of the first byte.
    package let start: UInt32
    /// How many bytes.
    package let count: UInt32

    /// Makes a range; the caller guarantees that it lies inside the bytes it will be used with.
    @inlinable
    package init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    /// The range as bounds for `Span.extracting`.
    @inlinable package var bounds: Range<Int> { Int(start)..<(Int(start) &+ Int(count)) }
}
