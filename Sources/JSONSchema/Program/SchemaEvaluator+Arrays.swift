internal import StrictJSON

/// Arrays.
extension SchemaEvaluator {
    mutating func checkArray(_ number: Int32, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        satisfies(arrays[number], index, entry, frame)
    }

    /// Whether an array satisfies one plan.
    mutating func satisfies(_ plan: ArrayPlan, _ index: Int, _ entry: TapeEntry, _ frame: Int = -1) -> Bool {
        if entry.length < plan.countMin || entry.length > plan.countMax { return false }
        if plan.prefixCount > 0 || plan.items >= 0, !checkElements(plan, index, entry, frame) { return false }
        if plan.contains >= 0, !checkContains(plan, index, entry, frame) { return false }
        return !plan.isUnique || entry.length < 2 || areUnique(index, Int(entry.length))
    }

    private mutating func checkElements(_ plan: ArrayPlan, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        budget -= Int(entry.length)
        if plan.prefixCount > 0 || frame >= 0 { return checkPrefix(plan, index, entry, frame) }
        let schema = Int(plan.items) << 3
        let end = Int(entry.extra)
        var element = index + 1
        while element < end {
            let value = tape[element]
            if !perform(actions[schema | Int(value.code)], element, value, -1) { return false }
            element = value.isContainer ? Int(value.extra) : element + 1
        }
        return true
    }

    private mutating func checkPrefix(_ plan: ArrayPlan, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        var element = index + 1
        for position in 0..<Int(entry.length) {
            let isPrefix = position < Int(plan.prefixCount)
            let schema =
                isPrefix ? operands[plan.prefixStart + Int32(truncatingIfNeeded: position)] : plan.items
            if schema < 0 { return true }
            if !evaluate(schema, element, -1) { return false }
            if frame >= 0 { marks.mark(frame, position) }
            element = tape.next(after: element)
        }
        return true
    }

    private mutating func checkContains(_ plan: ArrayPlan, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        var element = index + 1
        var count: UInt32 = 0
        let isMarking = frame >= 0 && plan.containsMarks
        budget -= Int(entry.length)
        for position in 0..<Int(entry.length) {
            if evaluate(plan.contains, element, -1) {
                count += 1
                if count > plan.containsMax { return false }
                if isMarking { marks.mark(frame, position) }
                if !isMarking, count >= plan.containsMin, plan.containsMax == .max { return true }
            }
            element = tape.next(after: element)
        }
        return count >= plan.containsMin
    }

    /// `uniqueItems`: few elements pairwise, many through a table of hashes.
    private mutating func areUnique(_ index: Int, _ count: Int) -> Bool {
        let side = side
        if count <= 8 {
            var element = index + 1
            for _ in 0..<count {
                var earlier = index + 1
                while earlier < element {
                    if JSONEquality.equal(side, earlier, side, element) { return false }
                    earlier = tape.next(after: earlier)
                }
                element = tape.next(after: element)
            }
            return true
        }
        return areUniqueByHash(index, count, side)
    }

    private mutating func areUniqueByHash(_ index: Int, _ count: Int, _ side: JSONEquality.Side) -> Bool {
        var size = 16
        while size < count * 2 { size *= 2 }
        if scratch.elementTable.count < size {
            scratch.elementTable = Array(repeating: 0, count: size)
            scratch.elementHashes = Array(repeating: 0, count: size)
        }
        // 0 marks a free place: tape index 0 is the root, never an element.
        for place in 0..<size { scratch.elementTable[place] = 0 }
        var element = index + 1
        for _ in 0..<count {
            let hash = ValueHash.hash(side, element, seed)
            var place = Int(truncatingIfNeeded: hash) & (size - 1)
            while scratch.elementTable[place] != 0 {
                let other = Int(scratch.elementTable[place])
                if scratch.elementHashes[place] == hash, JSONEquality.equal(side, other, side, element) { return false }
                place = (place + 1) & (size - 1)
            }
            scratch.elementTable[place] = UInt64(element)
            scratch.elementHashes[place] = hash
            element = tape.next(after: element)
        }
        return true
    }
}
