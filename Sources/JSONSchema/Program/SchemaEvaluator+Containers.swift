internal import StrictJSON

/// Objects and arrays.
extension SchemaEvaluator {
    // MARK: - Objects

    mutating func checkObject(_ number: Int32, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        let plan = objects[number]
        if entry.length < plan.countMin || entry.length > plan.countMax { return false }
        guard plan.looksAtMembers else { return true }
        if plan.nameCount <= 64 {
            var seen: UInt64 = 0
            guard checkMembers(plan, index, entry, frame, &seen, -1) else { return false }
            if seen & plan.requiredMask != plan.requiredMask { return false }
            return plan.dependencyCount == 0 || checkDependencies(plan, index, frame, seen, -1)
        }
        var unused: UInt64 = 0
        let base = scratch.push((Int(plan.nameCount) + 63) / 64)
        defer { scratch.pop(to: base) }
        guard checkMembers(plan, index, entry, frame, &unused, base),
            hasAll(plan.requiredStart, plan.requiredCount, 0, base)
        else { return false }
        return plan.dependencyCount == 0 || checkDependencies(plan, index, frame, 0, base)
    }

    @inline(__always)
    private mutating func checkMembers(
        _ plan: ObjectPlan,
        _ index: Int,
        _ entry: TapeEntry,
        _ frame: Int,
        _ seen: inout UInt64,
        _ base: Int
    ) -> Bool {
        var member = index + 1
        var position = 0
        let count = Int(entry.length)
        while position < count {
            let name = tape[member]
            let value = member + 1
            var isKnown = false
            if plan.tableStart >= 0, let known = find(plan, name) {
                if base < 0 {
                    seen |= 1 << UInt64(truncatingIfNeeded: known.slot)
                } else {
                    mark(base, Int(known.slot))
                }
                if known.schema >= 0 {
                    isKnown = true
                    if !evaluate(known.schema, value, -1) { return false }
                }
            }
            if plan.propertyNames >= 0, !evaluateName(plan.propertyNames, member) { return false }
            if plan.patternCount > 0, !checkPatterns(plan, member, &isKnown) { return false }
            if !isKnown, plan.additional >= 0 {
                isKnown = true
                if !evaluate(plan.additional, value, -1) { return false }
            }
            if isKnown, frame >= 0 { mark(frame, position) }
            member = tape.next(after: value)
            position += 1
        }
        return true
    }

    /// The entry of a member's name.
    @inline(__always)
    private func find(_ plan: ObjectPlan, _ name: TapeEntry) -> NameEntry? {
        let source = name.meta & TapeEntry.escaped != 0 ? names : bytes
        var place = Int32(bitPattern: name.extra) & plan.tableMask
        while true {
            let entry = nameEntries[plan.tableStart + place]
            if entry.slot < 0 { return nil }
            if entry.hash == name.extra, entry.length == Int32(bitPattern: name.length),
                pool.slice(Int(entry.offset), Int(entry.length))
                    .equals(source.slice(Int(name.offset), Int(name.length)))
            {
                return entry
            }
            place = (place + 1) & plan.tableMask
        }
    }

    /// The entry of the name at `member`, for reports.
    func entry(of member: Int, _ plan: ObjectPlan) -> NameEntry? {
        plan.tableStart >= 0 ? find(plan, tape[member]) : nil
    }

    private mutating func checkPatterns(_ plan: ObjectPlan, _ member: Int, _ isKnown: inout Bool) -> Bool {
        let name = side.name(member)
        for position in plan.patternStart..<plan.patternStart + plan.patternCount {
            let property = patternProperties[position]
            guard matches(property.pattern, name) else { continue }
            isKnown = true
            if !evaluate(property.schema, member + 1, -1) { return false }
        }
        return true
    }

    /// Evaluates a name as the string it is: names lie on the tape as entries of their own.
    mutating func evaluateName(_ number: Int32, _ member: Int) -> Bool {
        NameEvaluation(side.name(member)).run(number, self, &budget)
    }

    private func hasAll(_ start: Int32, _ count: Int32, _ seen: UInt64, _ base: Int) -> Bool {
        for position in start..<start + count where !has(operands[position], seen, base) { return false }
        return true
    }

    private func has(_ slot: Int32, _ seen: UInt64, _ base: Int) -> Bool {
        let word = base < 0 ? seen : scratch.words[base + Int(slot >> 6)]
        return word >> UInt64(slot & 63) & 1 != 0
    }

    private mutating func checkDependencies(
        _ plan: ObjectPlan,
        _ index: Int,
        _ frame: Int,
        _ seen: UInt64,
        _ base: Int
    ) -> Bool {
        for position in plan.dependencyStart..<plan.dependencyStart + plan.dependencyCount {
            let dependency = dependencies[position]
            guard has(dependency.trigger, seen, base) else { continue }
            if !hasAll(dependency.requiredStart, dependency.requiredCount, seen, base) { return false }
            if dependency.schema >= 0, !evaluate(dependency.schema, index, frame) { return false }
        }
        return true
    }

    // MARK: - Arrays

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
        var element = index + 1
        for position in 0..<Int(entry.length) {
            let isPrefix = position < Int(plan.prefixCount)
            let schema =
                isPrefix ? operands[plan.prefixStart + Int32(truncatingIfNeeded: position)] : plan.items
            if schema < 0 { return true }
            if !evaluate(schema, element, -1) { return false }
            if frame >= 0 { mark(frame, position) }
            element = tape.next(after: element)
        }
        return true
    }

    private mutating func checkContains(_ plan: ArrayPlan, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        var element = index + 1
        var count: UInt32 = 0
        let marks = frame >= 0 && plan.containsMarks
        for position in 0..<Int(entry.length) {
            if evaluate(plan.contains, element, -1) {
                count += 1
                if count > plan.containsMax { return false }
                if marks { mark(frame, position) }
                if !marks, count >= plan.containsMin, plan.containsMax == .max { return true }
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
