internal import StrictJSON

/// A seeded hash under which equal JSON values are equal: numbers by value, objects without order.
enum ValueHash {
    static func hash(_ side: JSONEquality.Side, _ index: Int, _ seed: (UInt64, UInt64)) -> UInt64 {
        let entry = side.tape[index]
        switch entry.code {
        case TapeEntry.integer, TapeEntry.decimal: return number(side, entry, seed)
        case TapeEntry.string: return string(side, entry, seed)
        case TapeEntry.array: return array(side, index, entry, seed)
        case TapeEntry.object: return object(side, index, entry, seed)
        default: return mix(seed.0, UInt64(entry.code) &+ seed.1)
        }
    }

    @inline(__always)
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = (left ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: right ^ 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }

    private static func number(_ side: JSONEquality.Side, _ entry: TapeEntry, _ seed: (UInt64, UInt64)) -> UInt64 {
        if entry.meta & TapeEntry.smallInteger != 0 {
            return mix(seed.0 &+ 3, UInt64(bitPattern: Int64(Int32(bitPattern: entry.extra))) ^ seed.1)
        }
        let decimal = ExactDecimal(side.bytes, Int(entry.offset), Int(entry.length))
        if let whole = decimal.int64, Int32(exactly: whole) != nil {
            return mix(seed.0 &+ 3, UInt64(bitPattern: whole) ^ seed.1)
        }
        var hash = mix(seed.0 &+ 4, UInt64(bitPattern: Int64(decimal.scale)) ^ (decimal.isNegative ? 1 : 0) ^ seed.1)
        decimal.forEachDigit { hash = mix(hash, UInt64($0) ^ seed.1) }
        return hash
    }

    private static func string(_ side: JSONEquality.Side, _ entry: TapeEntry, _ seed: (UInt64, UInt64)) -> UInt64 {
        var hash = seed.0 &+ 5
        var word: UInt64 = 0
        var count: UInt64 = 0
        var decoder = StringDecoder(side.bytes, Int(entry.offset), Int(entry.length))
        while let byte = decoder.next() {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 { hash = mix(hash, word ^ seed.1) }
        }
        return mix(hash, word ^ seed.1 ^ count << 56)
    }

    private static func array(
        _ side: JSONEquality.Side,
        _ index: Int,
        _ entry: TapeEntry,
        _ seed: (UInt64, UInt64)
    ) -> UInt64 {
        var hash = seed.0 &+ 6
        var element = index + 1
        for _ in 0..<entry.length {
            hash = mix(hash, self.hash(side, element, seed))
            element = side.tape.next(after: element)
        }
        return hash
    }

    private static func object(
        _ side: JSONEquality.Side,
        _ index: Int,
        _ entry: TapeEntry,
        _ seed: (UInt64, UInt64)
    ) -> UInt64 {
        // A sum does not depend on the order.
        var sum = seed.0 &+ 7
        var member = index + 1
        for _ in 0..<entry.length {
            sum &+= mix(UInt64(side.tape[member].extra) ^ seed.1, hash(side, member + 1, seed))
            member = side.tape.next(after: member + 1)
        }
        return mix(sum, seed.1)
    }
}
