/// Bytes read without a bounds check in release builds: the parser's and the validator's inner loops.
///
/// The view borrows: it must not outlive the span it was made from. Whoever indexes it has compared the index with
/// `count` before; debug builds, which all tests are, check it again.
@safe
@frozen
@usableFromInline
package struct ByteView {
    @usableFromInline let base: UnsafeRawPointer
    /// How many bytes there are.
    @usableFromInline package let count: Int

    /// Wraps `count` bytes at `base`.
    @unsafe
    @inlinable
    package init(base: UnsafeRawPointer, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// The byte at `index`.
    @inlinable
    package subscript(index: Int) -> UInt8 {
        @inline(__always) get {
            assert(index >= 0 && index < count)
            return unsafe base.load(fromByteOffset: index, as: UInt8.self)
        }
    }

    /// Eight bytes from `index` on, the first in the low byte.
    @inlinable
    @inline(__always)
    package func word(at index: Int) -> UInt64 {
        assert(index >= 0 && index + 8 <= count)
        return unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Four bytes from `index` on, the first in the low byte.
    @inlinable
    @inline(__always)
    package func halfWord(at index: Int) -> UInt32 {
        assert(index >= 0 && index + 4 <= count)
        return unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt32.self))
    }

    /// The bytes of `range` as a view of their own.
    @inlinable
    @inline(__always)
    package func slice(_ start: Int, _ length: Int) -> ByteView {
        assert(start >= 0 && length >= 0 && start + length <= count)
        return unsafe ByteView(base: base + start, count: length)
    }

    /// Whether both views hold the same bytes.
    @inlinable
    package func equals(_ other: ByteView) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        while index + 8 <= count {
            if word(at: index) != other.word(at: index) { return false }
            index += 8
        }
        while index < count {
            if self[index] != other[index] { return false }
            index += 1
        }
        return true
    }

    /// A copy of the bytes.
    package func copy() -> [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: count))
    }
}

/// Runs `body` over the bytes of `span`; an empty span gives an empty view.
@inlinable
@inline(__always)
package func withByteView<Result, Failure: Error>(
    _ span: Span<UInt8>,
    _ body: (ByteView) throws(Failure) -> Result
) throws(Failure) -> Result {
    try unsafe span.withUnsafeBytes { (raw) throws(Failure) -> Result in
        if let base = raw.baseAddress {
            return try unsafe body(ByteView(base: base, count: raw.count))
        }
        var nothing: UInt8 = 0
        return try unsafe withUnsafeBytes(of: &nothing) { (empty) throws(Failure) -> Result in
            guard let base = empty.baseAddress else { preconditionFailure("a stored byte has an address") }
            return try unsafe body(ByteView(base: base, count: 0))
        }
    }
}
