/// One entry of the tape: a value or a member name, 16 bytes.
///
/// The tape holds the document in reading order. A member is two entries, its name and its value. A container is
/// followed by its content and knows the entry after it, so a subtree is skipped in one step.
@frozen
@usableFromInline
package struct TapeEntry {
    /// The kind in the low four bits, flags above.
    @usableFromInline package var meta: UInt32
    /// The byte offset of the value's first byte, after the quotation mark for strings and names; for a name with
    /// escapes the offset of its decoded bytes in `JSONDocument`'s own store.
    @usableFromInline package var offset: UInt32
    /// The length in bytes of a string's content or a number's text; the number of members or elements.
    @usableFromInline package var length: UInt32
    /// What the kind needs besides.
    ///
    /// Containers: the tape index after the subtree. Strings: the number of code points. Names: the seeded hash of the
    /// decoded bytes. Numbers with `smallInteger`: the value as `Int32`.
    @usableFromInline package var extra: UInt32

    /// An entry; offsets and lengths fit 32 bits because a document never has more than 2^30 bytes.
    @inlinable
    @inline(__always)
    package init(meta: UInt32, offset: Int, length: Int, extra: UInt32) {
        self.meta = meta
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
        self.extra = extra
    }

    /// What the entry is.
    @inlinable
    package var code: UInt32 {
        @inline(__always) get { meta & 15 }
    }

    /// Whether the entry is an array or an object, so that `extra` leads over its content.
    @inlinable
    package var isContainer: Bool {
        @inline(__always) get { meta & 14 == 6 }
    }

    /// The content holds escapes; for names: the decoded bytes are in the document's own store.
    @usableFromInline package static let escaped: UInt32 = 1 << 4
    /// The content holds bytes above 0x7F.
    @usableFromInline package static let nonASCII: UInt32 = 1 << 5
    /// A number whose value is in `extra`.
    @usableFromInline package static let smallInteger: UInt32 = 1 << 6

    /// The code of the literal `null`.
    @usableFromInline package static let null: UInt32 = 0
    /// The code of the literal `false`.
    @usableFromInline package static let `false`: UInt32 = 1
    /// The code of the literal `true`.
    @usableFromInline package static let `true`: UInt32 = 2
    /// A number written without fraction and exponent.
    @usableFromInline package static let integer: UInt32 = 3
    /// A number written with a fraction or an exponent.
    @usableFromInline package static let decimal: UInt32 = 4
    /// The code of a string.
    @usableFromInline package static let string: UInt32 = 5
    /// The code of an array.
    @usableFromInline package static let array: UInt32 = 6
    /// The code of an object.
    @usableFromInline package static let object: UInt32 = 7
    /// The code of a member name.
    @usableFromInline package static let name: UInt32 = 8
}
