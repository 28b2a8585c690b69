/// Finds equal hashes among the names of one object.
///
/// Small objects are compared pairwise. Larger ones go through an open-addressing table whose slots carry the number of
/// the object, so that it never has to be cleared.
struct DuplicateTable {
    private var slots = Scratch<UInt64>()
    private var slotCount = 0
    private var generation: UInt32 = 0

    func deallocate() {
        slots.deallocate()
    }

    /// The first position in `names[base..<base + count]` whose hash occurred before in that range.
    @inline(__always)
    mutating func firstRepeat(_ names: Scratch<UInt64>, base: Int, count: Int) -> Int? {
        if count <= 8 {
            var seen: UInt64 = 0
            var position = base
            while position < base + count {
                let hash = names[position] >> 32
                let bit: UInt64 = 1 << (hash & 63)
                if seen & bit != 0, Self.occurs(hash, names, base, position) { return position }
                seen |= bit
                position += 1
            }
            return nil
        }
        return firstRepeatInTable(names, base: base, count: count)
    }

    /// Whether `hash` occurs in `names[base..<end]`.
    static func occurs(_ hash: UInt64, _ names: Scratch<UInt64>, _ base: Int, _ end: Int) -> Bool {
        var index = base
        while index < end {
            if names[index] >> 32 == hash { return true }
            index += 1
        }
        return false
    }

    private mutating func firstRepeatInTable(_ names: Scratch<UInt64>, base: Int, count: Int) -> Int? {
        let mask = prepare(for: count)
        let stamp = UInt64(generation) << 32
        var position = base
        while position < base + count {
            let hash = names[position] >> 32
            var slot = Int(hash) & mask
            while slots[slot] & 0xFFFF_FFFF_0000_0000 == stamp {
                if slots[slot] & 0xFFFF_FFFF == hash { return position }
                slot = (slot + 1) & mask
            }
            slots[slot] = stamp | hash
            position += 1
        }
        return nil
    }

    /// Opens a new generation in a table at least twice as large as the object; gives the mask of its slots.
    private mutating func prepare(for count: Int) -> Int {
        var wanted = 64
        while wanted < count * 2 { wanted *= 2 }
        if wanted > slotCount || generation == .max {
            slotCount = max(wanted, slotCount)
            slots.reserve(slotCount)
            for index in 0..<slotCount { slots[index] = 0 }
            generation = 0
        }
        generation += 1
        return wanted - 1
    }
}
