internal import StrictJSON

/// Objects.
extension SchemaEvaluator {
    mutating func checkObject(_ number: Int32, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        let plan = objects[number]
        if entry.length < plan.countMin || entry.length > plan.countMax { return false }
        guard plan.looksAtMembers else { return true }
        budget -= Int(entry.length)
        if plan.nameCount > 64 { return checkWideObject(plan, index, entry, frame) }
        var seen: UInt64 = 0
        let holds =
            plan.isPlain && frame < 0
            ? checkPlainMembers(plan, index, entry, &seen) : checkMembers(plan, index, entry, frame, &seen, -1)
        guard holds, seen & plan.requiredMask == plan.requiredMask else { return false }
        return plan.dependencyCount == 0 || checkDependencies(plan, index, frame, seen, -1)
    }

    /// More names than bits in a word: the names seen are a set on the stack of marks.
    private mutating func checkWideObject(
        _ plan: ObjectPlan,
        _ index: Int,
        _ entry: TapeEntry,
        _ frame: Int
    ) -> Bool {
        var unused: UInt64 = 0
        let base = marks.push(Int(plan.nameCount))
        defer { marks.pop(to: base) }
        guard checkMembers(plan, index, entry, frame, &unused, base),
            hasAll(plan.requiredStart, plan.requiredCount, 0, base)
        else { return false }
        return plan.dependencyCount == 0 || checkDependencies(plan, index, frame, 0, base)
    }

    /// The usual object: known names, and one rule for all others.
    @inline(__always)
    private mutating func checkPlainMembers(
        _ plan: ObjectPlan,
        _ index: Int,
        _ entry: TapeEntry,
        _ seen: inout UInt64
    ) -> Bool {
        let end = Int(entry.extra)
        var member = index + 1
        while member < end {
            let name = tape[member]
            let value = tape[member + 1]
            var schema = plan.additional
            let place = find(plan, name)
            if place >= 0 {
                seen |= 1 << UInt64(truncatingIfNeeded: nameEntries[place].slot)
                let known = nameEntries[place].schema
                if known >= 0 { schema = known }
            }
            if schema >= 0,
                !perform(actions[Int(schema) << 3 | Int(value.code)], member + 1, value, -1)
            {
                return false
            }
            member = value.isContainer ? Int(value.extra) : member + 2
        }
        return true
    }

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
            let value = member + 1
            var isKnown = false
            if let known = self.entry(of: member, plan) {
                if base < 0 {
                    seen |= 1 << UInt64(truncatingIfNeeded: known.slot)
                } else {
                    marks.mark(base, Int(known.slot))
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
            if isKnown, frame >= 0 { marks.mark(frame, position) }
            member = tape.next(after: value)
            position += 1
        }
        return true
    }

    // MARK: - Names

    /// Where the entry of a member's name is, −1 where nothing is said about the name.
    @inline(__always)
    private mutating func find(_ plan: ObjectPlan, _ name: TapeEntry) -> Int {
        guard plan.tableStart >= 0 else { return -1 }
        let hash = name.extra
        var place = Int(truncatingIfNeeded: (hash &* plan.tableFactor) >> plan.tableShift)
        while true {
            let number = Int(plan.tableStart) + place
            let entry = nameEntries[number]
            if entry.slot < 0 { return -1 }
            if entry.hash == hash, isName(entry, name) { return number }
            place = (place + 1) & Int(plan.tableMask)
        }
    }

    @inline(__always)
    private mutating func isName(_ entry: NameEntry, _ name: TapeEntry) -> Bool {
        guard entry.length == Int32(bitPattern: name.length) else { return false }
        if entry.length <= ShortText.lengthMax, name.meta & TapeEntry.escaped == 0 {
            return ShortText(bytes, Int(name.offset), Int(name.length)) == entry.short
        }
        return isLongName(entry, name)
    }

    private mutating func isLongName(_ entry: NameEntry, _ name: TapeEntry) -> Bool {
        let source = name.meta & TapeEntry.escaped != 0 ? names : bytes
        return pool.slice(Int(entry.offset), Int(entry.length))
            .equals(source.slice(Int(name.offset), Int(name.length)))
    }

    /// The entry of the name at `member`.
    mutating func entry(of member: Int, _ plan: ObjectPlan) -> NameEntry? {
        let place = find(plan, tape[member])
        return place >= 0 ? nameEntries[place] : nil
    }

    private mutating func checkPatterns(_ plan: ObjectPlan, _ member: Int, _ isKnown: inout Bool) -> Bool {
        let name = side.name(member)
        budget -= Int(plan.patternCount)
        for position in plan.patternStart..<plan.patternStart + plan.patternCount {
            let property = patternProperties[position]
            if budget < 0 { return false }
            guard matches(property.pattern, name, 0, name.count) else { continue }
            isKnown = true
            if !evaluate(property.schema, member + 1, -1) { return false }
        }
        return true
    }

    /// Evaluates a name as the string value it is (`propertyNames`).
    mutating func evaluateName(_ number: Int32, _ member: Int) -> Bool {
        let action = actions[Int(number) << 3 | Int(TapeEntry.string)]
        if action == .accept { return true }
        let text = side.name(member)
        if action.code == Action.Code.string {
            let plan = strings[action.operand]
            // A name has at most as many code points as bytes.
            let hasLength = plan.lengthMin == 0 && text.count <= Int(plan.lengthMax)
            if hasLength { return !plan.readsText || check(plan, text, 0, text.count) }
        }
        return evaluateNameAlone(number, text)
    }

    /// The name gets a tape of one entry over its decoded bytes.
    private mutating func evaluateNameAlone(_ number: Int32, _ name: ByteView) -> Bool {
        var codePoints: UInt32 = 0
        for index in 0..<name.count where name[index] & 0xC0 != 0x80 { codePoints += 1 }
        var entry = TapeEntry(meta: TapeEntry.string, offset: 0, length: name.count, extra: codePoints)
        return unsafe withUnsafeMutablePointer(to: &entry) { pointer in
            let tape = unsafe TapeView(base: pointer, count: 1)
            var inner = SchemaEvaluator(self, tape: tape, bytes: name, isDecoded: true)
            let verdict = inner.evaluate(number, 0, -1)
            budget = inner.budget
            return verdict
        }
    }

    // MARK: - Names that must be there

    private mutating func hasAll(_ start: Int32, _ count: Int32, _ seen: UInt64, _ base: Int) -> Bool {
        for position in start..<start + count where !has(operands[position], seen, base) { return false }
        return true
    }

    private mutating func has(_ slot: Int32, _ seen: UInt64, _ base: Int) -> Bool {
        base < 0 ? seen >> UInt64(truncatingIfNeeded: slot) & 1 != 0 : marks.isMarked(base, Int(slot))
    }

    private mutating func checkDependencies(
        _ plan: ObjectPlan,
        _ index: Int,
        _ frame: Int,
        _ seen: UInt64,
        _ base: Int
    ) -> Bool {
        budget -= Int(plan.dependencyCount)
        for position in plan.dependencyStart..<plan.dependencyStart + plan.dependencyCount {
            let dependency = dependencies[position]
            guard has(dependency.trigger, seen, base) else { continue }
            if !hasAll(dependency.requiredStart, dependency.requiredCount, seen, base) { return false }
            if dependency.schema >= 0, !evaluate(dependency.schema, index, frame) { return false }
        }
        return true
    }
}
