internal import StrictJSON

/// Strings, numbers and constants.
extension SchemaEvaluator {
    // MARK: - Strings

    @inline(__always)
    mutating func checkString(_ number: Int32, _ entry: TapeEntry) -> Bool {
        let plan = strings[number]
        if entry.extra < plan.lengthMin || entry.extra > plan.lengthMax { return false }
        return !plan.readsText || readText(number, entry)
    }

    private mutating func readText(_ number: Int32, _ entry: TapeEntry) -> Bool {
        let plan = strings[number]
        if entry.meta & TapeEntry.escaped == 0 || isDecoded {
            return check(plan, bytes, Int(entry.offset), Int(entry.length))
        }
        return withDecoded(entry) { evaluator, view in evaluator.check(plan, view, 0, view.count) }
    }

    /// Whether a string satisfies one plan.
    mutating func satisfies(_ plan: StringPlan, _ entry: TapeEntry) -> Bool {
        if entry.extra < plan.lengthMin || entry.extra > plan.lengthMax { return false }
        if entry.meta & TapeEntry.escaped == 0 || isDecoded {
            return check(plan, bytes, Int(entry.offset), Int(entry.length))
        }
        return withDecoded(entry) { evaluator, view in evaluator.check(plan, view, 0, view.count) }
    }

    /// Runs `body` over the decoded bytes of a string with escapes.
    mutating func withDecoded(_ entry: TapeEntry, _ body: (inout SchemaEvaluator, ByteView) -> Bool) -> Bool {
        var decoded: [UInt8] = []
        swap(&decoded, &scratch.decoded)
        decoded.removeAll(keepingCapacity: true)
        var decoder = StringDecoder(bytes, Int(entry.offset), Int(entry.length))
        while let byte = decoder.next() { decoded.append(byte) }
        let verdict = withByteView(decoded.span) { body(&self, $0) }
        swap(&decoded, &scratch.decoded)
        return verdict
    }

    @inline(__always)
    mutating func check(_ plan: StringPlan, _ text: ByteView, _ start: Int, _ count: Int) -> Bool {
        // One step for every 32 bytes.
        budget -= count >> 5
        if plan.pattern >= 0, !matches(plan.pattern, text, start, count) { return false }
        if let format = plan.format, !format.accepts(text.slice(start, count)) { return false }
        return plan.content == .none || plan.content.accepts(text.slice(start, count), scratch.embedded)
    }

    /// Whether a pattern matches somewhere in the `count` bytes from `start` on.
    mutating func matches(_ pattern: Int32, _ bytes: ByteView, _ start: Int, _ count: Int) -> Bool {
        let slot = patternSlots[pattern]
        if let runs = slot.runs { return runs.matches(bytes, start, count) }
        if let table = slot.table { return table.matches(bytes, start, count) }
        return program.patterns[Int(pattern)].matches(bytes.slice(start, count), budget: &budget)
    }

    // MARK: - Numbers

    @inline(__always)
    mutating func checkNumber(_ number: Int32, _ entry: TapeEntry) -> Bool {
        let plan = numbers[number]
        if entry.meta & TapeEntry.smallInteger != 0, !plan.needsExactRules {
            let value = Int64(Int32(bitPattern: entry.extra))
            return value >= plan.low && value <= plan.high && (plan.divisor == 0 || value % plan.divisor == 0)
        }
        return satisfiesRules(number, entry)
    }

    private mutating func satisfiesRules(_ number: Int32, _ entry: TapeEntry) -> Bool {
        let plan = numbers[number]
        for position in plan.ruleStart..<plan.ruleStart + plan.ruleCount
        where !satisfies(numberRules[position], entry) {
            return false
        }
        return true
    }

    /// Whether a number satisfies one rule, exactly.
    mutating func satisfies(_ rule: NumberRule, _ entry: TapeEntry) -> Bool {
        let value = decimal(entry)
        let bound = ExactDecimal(pool, Int(rule.offset), Int(rule.length))
        return switch rule.code {
        case .minimum: ExactDecimal.compare(value, bound) >= 0
        case .maximum: ExactDecimal.compare(value, bound) <= 0
        case .exclusiveMinimum: ExactDecimal.compare(value, bound) > 0
        case .exclusiveMaximum: ExactDecimal.compare(value, bound) < 0
        case .multipleOf: DecimalDivision.isMultiple(value, of: bound)
        }
    }

    // MARK: - Constants

    mutating func matchesConstant(_ number: Int32, _ index: Int, _ entry: TapeEntry) -> Bool {
        let plan = constants[number]
        if entry.code == TapeEntry.string { return plan.stringCount > 0 && matchesString(number, entry) }
        let code = entry.code == TapeEntry.decimal ? TapeEntry.integer : entry.code
        for position in plan.valueStart..<plan.valueStart + plan.valueCount {
            let constant = valueConstants[position]
            budget -= 1
            guard constant.code == code else { continue }
            if JSONEquality.equal(program.sides[Int(constant.source)], Int(constant.index), side, index) { return true }
        }
        return false
    }

    /// Whether a string is one of a constant plan's.
    @inline(__always)
    mutating func matchesString(_ number: Int32, _ entry: TapeEntry) -> Bool {
        if entry.meta & TapeEntry.escaped == 0 || isDecoded {
            return isConstant(number, bytes, Int(entry.offset), Int(entry.length))
        }
        return withDecoded(entry) { evaluator, view in evaluator.isConstant(number, view, 0, view.count) }
    }

    private mutating func isConstant(_ number: Int32, _ text: ByteView, _ start: Int, _ count: Int) -> Bool {
        let plan = constants[number]
        if plan.tableStart >= 0 { return isInTable(plan, text, start, count) }
        let isShort = count <= ShortText.lengthMax
        let short = isShort ? ShortText(text, start, count) : ShortText(literal: [])
        for position in plan.stringStart..<plan.stringStart + plan.stringCount {
            let constant = stringConstants[position]
            guard Int(constant.length) == count else { continue }
            if isShort ? constant.short == short : equals(constant, text, start, count) { return true }
        }
        return false
    }

    private mutating func isInTable(_ plan: ConstantPlan, _ text: ByteView, _ start: Int, _ count: Int) -> Bool {
        let hash = NameHash.hash(text, start, count, seed)
        var place = Int32(bitPattern: hash) & plan.tableMask
        while true {
            let number = constantPlaces[plan.tableStart + place]
            if number < 0 { return false }
            let constant = stringConstants[number]
            if constant.hash == hash, Int(constant.length) == count, equals(constant, text, start, count) {
                return true
            }
            place = (place + 1) & plan.tableMask
        }
    }

    private mutating func equals(_ constant: StringConstant, _ text: ByteView, _ start: Int, _ count: Int) -> Bool {
        pool.slice(Int(constant.offset), count).equals(text.slice(start, count))
    }
}

/// `multipleOf` on decimals, exactly.
enum DecimalDivision {
    /// Whether `value` is a whole multiple of `divisor`, which is above zero.
    ///
    /// Both are digits times a power of ten. The value's digits do not end in a zero, so where its power is the smaller
    /// one it cannot be a multiple; otherwise the remainder is found digit by digit, the missing zeros included, and
    /// nothing large is ever built.
    static func isMultiple(_ value: ExactDecimal, of divisor: ExactDecimal) -> Bool {
        if value.isZero { return true }
        let valuePower = value.scale - value.digitCount
        let divisorPower = divisor.scale - divisor.digitCount
        // A divisor such as 25 reaches below its own power: 25·10⁰ divides 5·10¹.
        guard valuePower >= divisorPower else { return false }
        let zeros = valuePower - divisorPower
        if divisor.digitCount <= 18 { return isMultipleOfWord(value, zeros, divisor) }
        return isMultipleOfDigits(value, zeros, divisor)
    }

    private static func isMultipleOfWord(_ value: ExactDecimal, _ zeros: Int, _ divisor: ExactDecimal) -> Bool {
        var modulus: UInt64 = 0
        divisor.forEachDigit { modulus = modulus * 10 + UInt64($0) }
        guard modulus > 0 else { return false }
        var remainder: UInt64 = 0
        value.forEachDigit { remainder = step(remainder, $0, modulus) }
        for _ in 0..<zeros where remainder != 0 { remainder = step(remainder, 0, modulus) }
        return remainder == 0
    }

    /// The remainder after one more digit; it is below `modulus`, so the division cannot overflow.
    @inline(__always)
    private static func step(_ remainder: UInt64, _ digit: UInt8, _ modulus: UInt64) -> UInt64 {
        let wide = remainder.multipliedFullWidth(by: 10)
        let sum = wide.low.addingReportingOverflow(UInt64(digit))
        return modulus.dividingFullWidth((wide.high + (sum.overflow ? 1 : 0), sum.partialValue)).remainder
    }

    /// The same with digits for a divisor that fits no word: at most nine subtractions a digit.
    private static func isMultipleOfDigits(_ value: ExactDecimal, _ zeros: Int, _ divisor: ExactDecimal) -> Bool {
        var modulus: [UInt8] = [0]
        divisor.forEachDigit { modulus.append($0) }
        var remainder = Array(repeating: UInt8(0), count: modulus.count)
        func append(_ digit: UInt8) {
            remainder.removeFirst()
            remainder.append(digit)
            while !remainder.lexicographicallyPrecedes(modulus) {
                var borrow: UInt8 = 0
                for index in remainder.indices.reversed() {
                    let taken = modulus[index] + borrow
                    borrow = remainder[index] < taken ? 1 : 0
                    remainder[index] = remainder[index] + borrow * 10 - taken
                }
            }
        }
        value.forEachDigit(append)
        for _ in 0..<zeros { append(0) }
        return remainder.allSatisfy { $0 == 0 }
    }
}
