internal import StrictJSON

/// The validation keywords of single values.
extension SchemaCompiler {
    // MARK: - type, enum, const

    mutating func fillKinds(_ value: SchemaValue, _ dialect: Dialect, _ subschema: inout Subschema) {
        guard let type = loader.member(value, "type") else { return }
        let names = loader.kind(type) == .array ? loader.elements(type) : [type]
        var mask: UInt16 = 0
        for name in names {
            switch loader.string(name) {
            case "null": mask |= 1 << UInt16(TapeEntry.null)
            case "boolean": mask |= 1 << UInt16(TapeEntry.false) | 1 << UInt16(TapeEntry.true)
            case "string": mask |= 1 << UInt16(TapeEntry.string)
            case "array": mask |= 1 << UInt16(TapeEntry.array)
            case "object": mask |= 1 << UInt16(TapeEntry.object)
            case "number": mask |= Subschema.integerBit | Subschema.decimalBit
            case "integer":
                mask |= Subschema.integerBit
                // Draft 4 looks at how the number is written, later drafts at its value.
                if dialect.draft > .draft4 { subschema.admitsWholeDecimals = true }
            default:
                loader.report(name, "type is null, boolean, object, array, number, integer, string or a list of them")
            }
        }
        subschema.mask = mask
    }

    mutating func fillConstants(_ value: SchemaValue, _ dialect: Dialect, _ subschema: inout Subschema) {
        var lists: [[SchemaValue]] = []
        if let list = loader.member(value, "enum") {
            if loader.kind(list) != .array { loader.report(list, "enum is a list of values") }
            lists.append(loader.elements(list))
        }
        if dialect.draft > .draft4, let constant = loader.member(value, "const") { lists.append([constant]) }
        guard var admitted = lists.first else { return }
        if lists.count > 1 {
            // A value in both lists is one that equals the constant.
            admitted = admitted.filter { areEqual($0, lists[1][0]) }
        }
        var plan = ConstantPlan()
        plan.stringStart = Int32(truncatingIfNeeded: builder.stringConstants.count)
        plan.valueStart = Int32(truncatingIfNeeded: builder.valueConstants.count)
        for constant in admitted { add(constant, &plan) }
        addConstantTable(&plan)
        subschema.constants = Int32(truncatingIfNeeded: builder.constants.count)
        builder.constants.append(plan)
    }

    private mutating func add(_ constant: SchemaValue, _ plan: inout ConstantPlan) {
        if loader.kind(constant) == .string, let bytes = loader.bytes(constant) {
            builder.stringConstants.append(
                StringConstant(
                    hash: Self.hash(bytes),
                    offset: builder.addToPool(bytes),
                    length: Int32(truncatingIfNeeded: bytes.count),
                    short: ShortText(literal: bytes.count <= ShortText.lengthMax ? bytes : [])
                )
            )
            plan.stringCount += 1
            return
        }
        let code = loader.sources[constant.source].document.tape[constant.node.index].code
        builder.valueConstants.append(
            ValueConstant(
                source: Int32(truncatingIfNeeded: constant.source),
                index: Int32(truncatingIfNeeded: constant.node.index),
                code: code == TapeEntry.decimal ? TapeEntry.integer : code
            )
        )
        plan.valueCount += 1
    }

    /// Long lists of strings are looked up by hash, at most half full.
    private mutating func addConstantTable(_ plan: inout ConstantPlan) {
        guard plan.stringCount > 8 else { return }
        var size: Int32 = 32
        while size < plan.stringCount * 2 { size *= 2 }
        var places = Array(repeating: Int32(-1), count: Int(size))
        for number in plan.stringStart..<plan.stringStart + plan.stringCount {
            var place = Int(builder.stringConstants[Int(number)].hash) & Int(size - 1)
            while places[place] >= 0 { place = (place + 1) & Int(size - 1) }
            places[place] = number
        }
        plan.tableStart = Int32(truncatingIfNeeded: builder.constantPlaces.count)
        plan.tableMask = size - 1
        builder.constantPlaces += places
    }

    static func hash(_ bytes: [UInt8]) -> UInt32 {
        withByteView(bytes.span) { NameHash.hash($0, 0, $0.count, NameHash.processSeed) }
    }

    private func areEqual(_ left: SchemaValue, _ right: SchemaValue) -> Bool {
        let one = loader.sources[left.source]
        let other = loader.sources[right.source]
        return JSONEquality.equal(
            one.document,
            left.node.index,
            one.text.bytes,
            other.document,
            right.node.index,
            other.text.bytes
        )
    }

    // MARK: - Numbers

    mutating func fillNumbers(_ value: SchemaValue, _ dialect: Dialect, _ subschema: inout Subschema) {
        var rules: [(NumberRule.Code, SchemaValue)] = []
        if dialect.draft == .draft4 {
            let isLowOpen = flag(loader.member(value, "exclusiveMinimum"))
            let isHighOpen = flag(loader.member(value, "exclusiveMaximum"))
            if let bound = loader.member(value, "minimum") {
                rules.append((isLowOpen ? .exclusiveMinimum : .minimum, bound))
            }
            if let bound = loader.member(value, "maximum") {
                rules.append((isHighOpen ? .exclusiveMaximum : .maximum, bound))
            }
        } else {
            if let bound = loader.member(value, "minimum") { rules.append((.minimum, bound)) }
            if let bound = loader.member(value, "maximum") { rules.append((.maximum, bound)) }
            if let bound = loader.member(value, "exclusiveMinimum") { rules.append((.exclusiveMinimum, bound)) }
            if let bound = loader.member(value, "exclusiveMaximum") { rules.append((.exclusiveMaximum, bound)) }
        }
        if let divisor = loader.member(value, "multipleOf") { rules.append((.multipleOf, divisor)) }
        guard !rules.isEmpty else { return }
        var plan = NumberPlan()
        plan.ruleStart = Int32(truncatingIfNeeded: builder.numberRules.count)
        for (code, bound) in rules { add(code, bound, &plan) }
        subschema.number = Int32(truncatingIfNeeded: builder.numbers.count)
        builder.numbers.append(plan)
    }

    private mutating func flag(_ value: SchemaValue?) -> Bool {
        guard let value else { return false }
        let kind = loader.kind(value)
        if kind != .true, kind != .false { loader.report(value, "in draft 4 this is true or false") }
        return kind == .true
    }

    private mutating func add(_ code: NumberRule.Code, _ bound: SchemaValue, _ plan: inout NumberPlan) {
        guard let text = loader.numberText(bound) else {
            loader.report(bound, "a bound is a number")
            return
        }
        builder.numberRules.append(
            NumberRule(code: code, offset: builder.addToPool(text), length: Int32(truncatingIfNeeded: text.count))
        )
        plan.ruleCount += 1
        let isPositive = withByteView(text.span) { view in
            let number = ExactDecimal(view, 0, view.count)
            return !number.isZero && !number.isNegative
        }
        if code == .multipleOf, !isPositive { loader.report(bound, "multipleOf is larger than zero") }
        guard let exact = loader.integer(bound), exact.magnitude < 1 << 62 else {
            plan.needsExactRules = true
            return
        }
        switch code {
        case .minimum: plan.low = max(plan.low, exact)
        case .maximum: plan.high = min(plan.high, exact)
        case .exclusiveMinimum: plan.low = max(plan.low, exact + 1)
        case .exclusiveMaximum: plan.high = min(plan.high, exact - 1)
        case .multipleOf: plan.divisor = exact
        }
    }

    // MARK: - Strings

    mutating func fillStrings(_ value: SchemaValue, _ dialect: Dialect, _ subschema: inout Subschema) {
        var plan = StringPlan()
        var isNeeded = false
        if dialect.hasValidation {
            if let bound = loader.member(value, "minLength"), let count = count(bound), count > 0 {
                plan.lengthMin = count
                isNeeded = true
            }
            if let bound = loader.member(value, "maxLength"), let count = count(bound) {
                plan.lengthMax = count
                isNeeded = true
            }
            if let text = loader.member(value, "pattern") {
                plan.pattern = pattern(text)
                isNeeded = true
            }
        }
        if let name = loader.member(value, "format") {
            if loader.kind(name) != .string { loader.report(name, "format is a string") }
            let asserts = dialect.assertsFormat || dialect.hasFormat && loader.options.format == .assert
            if asserts, let format = loader.string(name).flatMap({ SchemaFormat(name: $0, dialect.draft) }) {
                plan.format = format
                isNeeded = true
            }
        }
        if dialect.draft == .draft7, loader.options.content == .assert {
            plan.content = contentRule(value)
            if plan.content != .none { isNeeded = true }
        }
        guard isNeeded else { return }
        subschema.string = Int32(truncatingIfNeeded: builder.strings.count)
        builder.strings.append(plan)
    }

    private func contentRule(_ value: SchemaValue) -> ContentRule {
        let isBase64 = loader.string(loader.member(value, "contentEncoding"))?.lowercased() == "base64"
        let isJSON = loader.string(loader.member(value, "contentMediaType"))?.lowercased() == "application/json"
        return isBase64 ? (isJSON ? .base64JSON : .base64) : (isJSON ? .json : .none)
    }

    /// A count keyword's value; counts beyond 32 bits are as good as the largest one.
    mutating func count(_ value: SchemaValue) -> UInt32? {
        guard let exact = loader.integer(value), exact >= 0 else {
            loader.report(value, "this is a whole number, zero or larger")
            return nil
        }
        return UInt32(clamping: exact)
    }

    /// The number of the pattern that the string `value` holds.
    mutating func pattern(_ value: SchemaValue) -> Int32 {
        guard loader.kind(value) == .string, let text = loader.bytes(value) else {
            loader.report(value, "a pattern is a string")
            return -1
        }
        return pattern(text, at: value)
    }

    /// The same for bytes that stand at or above `value`.
    mutating func pattern(_ text: [UInt8], at value: SchemaValue) -> Int32 {
        if let known = builder.patternNumbers[text] { return known }
        do throws(PatternFault) {
            let matcher = try PatternMatcher(text)
            let number = Int32(truncatingIfNeeded: builder.patterns.count)
            builder.patterns.append(matcher)
            builder.patternNumbers[text] = number
            return number
        } catch {
            loader.report(value, "pattern: \(error.reason) (at character \(error.offset + 1))")
            return -1
        }
    }
}
