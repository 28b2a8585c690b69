/// Equality of JSON values: numbers by value, strings by decoded bytes, objects without order.
@usableFromInline
package enum JSONEquality {
    /// Whether the value at `left` of one document equals the value at `right` of another (or the same) one.
    ///
    /// Both documents are as deep as their policy allows at most, which bounds the recursion.
    package static func equal(
        _ leftDocument: JSONDocument,
        _ left: Int,
        _ leftBytes: ByteView,
        _ rightDocument: JSONDocument,
        _ right: Int,
        _ rightBytes: ByteView
    ) -> Bool {
        let one = Side(tape: leftDocument.tape, bytes: leftBytes, names: leftDocument.decodedNameView)
        let other = Side(tape: rightDocument.tape, bytes: rightBytes, names: rightDocument.decodedNameView)
        return equal(one, left, other, right)
    }

    /// One document's views.
    @frozen
    @usableFromInline
    package struct Side {
        /// The entries.
        @usableFromInline package let tape: TapeView
        /// The text.
        @usableFromInline package let bytes: ByteView
        /// The decoded bytes of names with escapes.
        @usableFromInline package let names: ByteView

        /// The views of one document and the bytes it was parsed from.
        @inlinable
        package init(tape: TapeView, bytes: ByteView, names: ByteView) {
            self.tape = tape
            self.bytes = bytes
            self.names = names
        }

        /// The decoded bytes of the name at `index`.
        @inlinable
        @inline(__always)
        package func name(_ index: Int) -> ByteView {
            let entry = tape[index]
            let source = entry.meta & TapeEntry.escaped != 0 ? names : bytes
            return source.slice(Int(entry.offset), Int(entry.length))
        }
    }

    /// The same over views.
    package static func equal(_ one: Side, _ left: Int, _ other: Side, _ right: Int) -> Bool {
        let first = one.tape[left]
        let second = other.tape[right]
        switch first.code {
        case TapeEntry.integer, TapeEntry.decimal:
            return second.code == TapeEntry.integer || second.code == TapeEntry.decimal
                ? numbersEqual(one, first, other, second) : false
        case TapeEntry.string:
            return second.code == TapeEntry.string && stringsEqual(one.bytes, first, other.bytes, second)
        case TapeEntry.array:
            return second.code == TapeEntry.array && arraysEqual(one, left, other, right)
        case TapeEntry.object:
            return second.code == TapeEntry.object && objectsEqual(one, left, other, right)
        default:
            return first.code == second.code
        }
    }

    private static func numbersEqual(_ one: Side, _ first: TapeEntry, _ other: Side, _ second: TapeEntry) -> Bool {
        if first.meta & second.meta & TapeEntry.smallInteger != 0 { return first.extra == second.extra }
        let left = ExactDecimal(one.bytes, Int(first.offset), Int(first.length))
        let right = ExactDecimal(other.bytes, Int(second.offset), Int(second.length))
        return ExactDecimal.compare(left, right) == 0
    }

    /// Whether two strings have the same decoded bytes.
    package static func stringsEqual(
        _ leftBytes: ByteView,
        _ left: TapeEntry,
        _ rightBytes: ByteView,
        _ right: TapeEntry
    ) -> Bool {
        guard left.extra == right.extra else { return false }
        if (left.meta | right.meta) & TapeEntry.escaped == 0 {
            return leftBytes.slice(Int(left.offset), Int(left.length))
                .equals(rightBytes.slice(Int(right.offset), Int(right.length)))
        }
        var one = StringDecoder(leftBytes, Int(left.offset), Int(left.length))
        var other = StringDecoder(rightBytes, Int(right.offset), Int(right.length))
        while true {
            let byte = one.next()
            if byte != other.next() { return false }
            if byte == nil { return true }
        }
    }

    private static func arraysEqual(_ one: Side, _ left: Int, _ other: Side, _ right: Int) -> Bool {
        guard one.tape[left].length == other.tape[right].length else { return false }
        var first = left + 1
        var second = right + 1
        for _ in 0..<one.tape[left].length {
            guard equal(one, first, other, second) else { return false }
            first = one.tape.next(after: first)
            second = other.tape.next(after: second)
        }
        return true
    }

    /// With equal counts and no name twice, finding every name of one object in the other is enough.
    private static func objectsEqual(_ one: Side, _ left: Int, _ other: Side, _ right: Int) -> Bool {
        let count = one.tape[left].length
        guard count == other.tape[right].length else { return false }
        var member = left + 1
        // Usually the names stand in the same order: look at the same place first, then everywhere.
        var guess = right + 1
        for _ in 0..<count {
            guard let found = find(one, member, other, right, guess) else { return false }
            guard equal(one, member + 1, other, found + 1) else { return false }
            member = one.tape.next(after: member + 1)
            let next = other.tape.next(after: found + 1)
            guess = next < Int(other.tape[right].extra) ? next : right + 1
        }
        return true
    }

    /// The name in the object at `right` that equals the name at `member`.
    private static func find(_ one: Side, _ member: Int, _ other: Side, _ right: Int, _ guess: Int) -> Int? {
        let name = one.tape[member]
        var index = guess
        for _ in 0..<other.tape[right].length {
            if other.tape[index].extra == name.extra, one.name(member).equals(other.name(index)) { return index }
            index = other.tape.next(after: index + 1)
            if index >= Int(other.tape[right].extra) { index = right + 1 }
        }
        return nil
    }
}
