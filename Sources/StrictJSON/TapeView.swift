/// The tape read without a bounds check in release builds; debug builds check.
///
/// Borrowed from a `JSONDocument` and valid until its next `parse`.
@safe
@frozen
@usableFromInline
package struct TapeView {
    @usableFromInline let base: UnsafeMutablePointer<TapeEntry>
    /// How many entries are filled.
    @usableFromInline package let count: Int

    /// The first `count` entries at `base`.
    @unsafe
    @inlinable
    package init(base: UnsafeMutablePointer<TapeEntry>, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// The entry at `index`.
    @inlinable
    package subscript(index: Int) -> TapeEntry {
        @inline(__always) get {
            assert(index >= 0 && index < count)
            return unsafe base[index]
        }
    }

    /// The index after the value at `index`.
    @inlinable
    @inline(__always)
    package func next(after index: Int) -> Int {
        let entry = self[index]
        return entry.isContainer ? Int(entry.extra) : index + 1
    }
}

/// A growing buffer that is written without a bounds check in release builds.
///
/// The parser reserves what a document of a given size can need before it starts, so that no write has to look.
@safe
struct Scratch<Element: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var capacity: Int

    init() {
        unsafe base = .allocate(capacity: 16)
        capacity = 16
    }

    /// Makes room for `wanted` elements; what was in the buffer is lost.
    mutating func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        unsafe base.deallocate()
        capacity = max(wanted, capacity * 2)
        unsafe base = .allocate(capacity: capacity)
    }

    func deallocate() {
        unsafe base.deallocate()
    }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            assert(index >= 0 && index < capacity)
            return unsafe base[index]
        }
        @inline(__always) nonmutating set {
            assert(index >= 0 && index < capacity)
            unsafe base[index] = newValue
        }
    }
}
