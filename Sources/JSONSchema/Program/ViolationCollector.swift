internal import StrictJSON

/// The second run after a refusal: walks the failing subschemas and names what failed.
///
/// The fast evaluator answers yes or no for every part; the collector descends only where it says no.
struct ViolationCollector {
    private var evaluator: SchemaEvaluator
    private let program: SchemaProgram
    private let locator: KeywordLocator
    private(set) var violations: [SchemaViolation] = []
    private let most: Int
    private var depth = 0

    static let countMax = 16

    init(_ evaluator: SchemaEvaluator, most: Int) {
        self.most = most
        self.evaluator = evaluator
        program = evaluator.program
        locator = KeywordLocator(program: evaluator.program)
    }

    typealias Place = KeywordLocator.Place

    private var isFull: Bool { violations.count >= most || evaluator.budget < 0 }

    /// Forgets what the run remembered.
    func finish() {
        evaluator.finish()
    }

    mutating func collect(_ place: Place) {
        depth += 1
        defer { depth -= 1 }
        guard !isFull, depth < 300 else { return }
        enterScope(place)
        defer { leaveScope() }
        guard !evaluator.evaluate(place.schema, place.index, -1) else { return }
        let before = violations.count
        let subschema = program.subschemas[place.schema]
        let entry = evaluator.tape[place.index]
        collectOwn(subschema, entry, place)
        for position in subschema.operationStart..<subschema.operationStart + subschema.operationCount {
            collectOperation(program.operations[position], position - subschema.operationStart, place)
        }
        if violations.count == before { collectUnevaluated(subschema, entry, place) }
        // Whatever failed without a rule of its own to name is named as a whole.
        if violations.count == before { add("", "the value to satisfy this schema", place) }
    }

    private mutating func enterScope(_ place: Place) {
        if program.usesDynamicScope { evaluator.scratch.scope.append(program.subschemas[place.schema].resource) }
    }

    private func leaveScope() {
        if program.usesDynamicScope { evaluator.scratch.scope.removeLast() }
    }

    // MARK: - The subschema's own keywords

    private mutating func collectOwn(_ subschema: Subschema, _ entry: TapeEntry, _ place: Place) {
        if subschema.mask == 0, subschema.constants < 0, subschema.operationCount == 0 {
            return add("", "no value: the schema is false", place)
        }
        if !admits(subschema, entry) { return add("/type", Self.kinds(subschema), place) }
        if subschema.constants >= 0, !evaluator.matchesConstant(subschema.constants, place.index, entry) {
            let plan = program.constants[subschema.constants]
            let count = plan.stringCount + plan.valueCount
            let keyword = count == 1 ? locator.hasMember("const", place.schema) ? "/const" : "/enum" : "/enum"
            add(keyword, count == 1 ? "the one admitted value" : "one of \(count) admitted values", place)
        }
        switch entry.code {
        case TapeEntry.string: if subschema.string >= 0 { collectString(subschema.string, entry, place) }
        case TapeEntry.integer, TapeEntry.decimal:
            if subschema.number >= 0 { collectNumber(subschema.number, entry, place) }
        case TapeEntry.array: if subschema.array >= 0 { collectArray(subschema.array, entry, place) }
        case TapeEntry.object: if subschema.object >= 0 { collectObject(subschema.object, entry, place) }
        default: break
        }
    }

    private func admits(_ subschema: Subschema, _ entry: TapeEntry) -> Bool {
        if subschema.mask >> UInt16(truncatingIfNeeded: entry.code) & 1 != 0 { return true }
        return entry.code == TapeEntry.decimal && subschema.admitsWholeDecimals && evaluator.decimal(entry).isInteger
    }

    private static func kinds(_ subschema: Subschema) -> String {
        let names: [(String, UInt32)] = [
            ("null", TapeEntry.null), ("boolean", TapeEntry.true), ("string", TapeEntry.string),
            ("array", TapeEntry.array), ("object", TapeEntry.object),
        ]
        var kinds = names.filter { subschema.mask >> UInt16(truncatingIfNeeded: $0.1) & 1 != 0 }.map(\.0)
        if subschema.mask & Subschema.decimalBit != 0 {
            kinds.append("number")
        } else if subschema.mask & Subschema.integerBit != 0 {
            kinds.append("integer")
        }
        return "type " + kinds.joined(separator: " or ")
    }

    private mutating func collectString(_ number: Int32, _ entry: TapeEntry, _ place: Place) {
        let plan = program.strings[number]
        if entry.extra < plan.lengthMin { add("/minLength", "at least \(plan.lengthMin) characters", place) }
        if entry.extra > plan.lengthMax { add("/maxLength", "at most \(plan.lengthMax) characters", place) }
        if plan.pattern >= 0, !evaluator.satisfies(StringPlan(pattern: plan.pattern), entry) {
            add("/pattern", "a match of the pattern", place)
        }
        if let format = plan.format, !evaluator.satisfies(StringPlan(format: format), entry) {
            add("/format", "the format \(format.name)", place)
        }
        if plan.content != .none, !evaluator.satisfies(StringPlan(content: plan.content), entry) {
            add("/contentMediaType", "content that can be decoded", place)
        }
    }

    private mutating func collectNumber(_ number: Int32, _ entry: TapeEntry, _ place: Place) {
        let plan = program.numbers[number]
        for position in plan.ruleStart..<plan.ruleStart + plan.ruleCount {
            let rule = program.numberRules[position]
            guard !evaluator.satisfies(rule, entry) else { continue }
            let bound = String(
                decoding: program.poolView.slice(Int(rule.offset), Int(rule.length)).copy(),
                as: UTF8.self
            )
            switch rule.code {
            case .minimum: add("/minimum", "at least \(bound)", place)
            case .maximum: add("/maximum", "at most \(bound)", place)
            case .exclusiveMinimum: add("/exclusiveMinimum", "more than \(bound)", place)
            case .exclusiveMaximum: add("/exclusiveMaximum", "less than \(bound)", place)
            case .multipleOf: add("/multipleOf", "a multiple of \(bound)", place)
            }
        }
    }

    // MARK: - Arrays and objects

    private mutating func collectArray(_ number: Int32, _ entry: TapeEntry, _ place: Place) {
        let plan = program.arrays[number]
        if entry.length < plan.countMin { add("/minItems", "at least \(plan.countMin) elements", place) }
        if entry.length > plan.countMax { add("/maxItems", "at most \(plan.countMax) elements", place) }
        var element = place.index + 1
        for position in 0..<Int(entry.length) {
            if isFull { return }
            let isPrefix = position < Int(plan.prefixCount)
            let schema =
                isPrefix ? program.operands[plan.prefixStart + Int32(truncatingIfNeeded: position)] : plan.items
            if schema < 0 { break }
            descend(schema, element, String(position).utf8, place)
            element = evaluator.tape.next(after: element)
        }
        if plan.contains >= 0 {
            var only = ArrayPlan()
            only.contains = plan.contains
            only.containsMin = plan.containsMin
            only.containsMax = plan.containsMax
            if !evaluator.satisfies(only, place.index, entry) {
                let most = plan.containsMax == .max ? "" : ", at most \(plan.containsMax)"
                add("/contains", "at least \(plan.containsMin) matching elements\(most)", place)
            }
        }
        if plan.isUnique {
            var only = ArrayPlan()
            only.isUnique = true
            if !evaluator.satisfies(only, place.index, entry) { add("/uniqueItems", "elements that all differ", place) }
        }
    }

    private mutating func collectObject(_ number: Int32, _ entry: TapeEntry, _ place: Place) {
        let plan = program.objects[number]
        if entry.length < plan.countMin { add("/minProperties", "at least \(plan.countMin) members", place) }
        if entry.length > plan.countMax { add("/maxProperties", "at most \(plan.countMax) members", place) }
        var seen: Set<Int32> = []
        var member = place.index + 1
        for _ in 0..<Int(entry.length) {
            if isFull { return }
            collectMember(plan, member, &seen, place)
            member = evaluator.tape.next(after: member + 1)
        }
        for position in plan.requiredStart..<plan.requiredStart + plan.requiredCount
        where !seen.contains(program.operands[position]) {
            add("/required", "the member " + quotedName(plan, program.operands[position]), place)
        }
        for position in plan.dependencyStart..<plan.dependencyStart + plan.dependencyCount {
            let dependency = program.dependencies[position]
            guard seen.contains(dependency.trigger) else { continue }
            for operand in dependency.requiredStart..<dependency.requiredStart + dependency.requiredCount
            where !seen.contains(program.operands[operand]) {
                add(
                    dependencyKeyword(plan, dependency, place),
                    "the member " + quotedName(plan, program.operands[operand]),
                    place
                )
            }
            if dependency.schema >= 0 { descendInPlace(dependency.schema, place) }
        }
    }

    /// `dependentRequired` where that names the trigger, else `dependencies`.
    private func dependencyKeyword(_ plan: ObjectPlan, _ dependency: Dependency, _ place: Place) -> String {
        let location = program.locations[Int(place.schema)]
        let source = program.sources[location.source]
        let bytes = source.bytes
        let schema = JSONNode(index: location.node)
        let name = self.name(plan, dependency.trigger)
        guard let required = source.document.member("dependentRequired", of: schema, in: bytes.span),
            source.document.member(name.span, of: required, in: bytes.span) != nil
        else { return "/dependencies" }
        return "/dependentRequired"
    }

    private mutating func collectMember(
        _ plan: ObjectPlan,
        _ member: Int,
        _ seen: inout Set<Int32>,
        _ place: Place
    ) {
        let name = evaluator.side.name(member).copy()
        var isKnown = false
        if let known = evaluator.entry(of: member, plan) {
            seen.insert(known.slot)
            if known.schema >= 0 {
                isKnown = true
                descend(known.schema, member + 1, name, place)
            }
        }
        if plan.propertyNames >= 0, !evaluator.evaluateName(plan.propertyNames, member) {
            add("/propertyNames", "a member name that satisfies this schema", place, child: name)
        }
        for position in plan.patternStart..<plan.patternStart + plan.patternCount {
            let property = program.patternProperties[position]
            let text = evaluator.side.name(member)
            guard evaluator.matches(property.pattern, text, 0, text.count) else { continue }
            isKnown = true
            descend(property.schema, member + 1, name, place)
        }
        guard !isKnown, plan.additional >= 0 else { return }
        if program.subschemas[plan.additional].mask == 0 {
            add("/additionalProperties", "no member of this name", place, child: name)
        } else {
            descend(plan.additional, member + 1, name, place)
        }
    }

    /// The name that has the number `slot`; empty where there is none.
    private func name(_ plan: ObjectPlan, _ slot: Int32) -> [UInt8] {
        guard plan.tableStart >= 0 else { return [] }
        for position in plan.tableStart...plan.tableStart + plan.tableMask where program.names[position].slot == slot {
            let entry = program.names[position]
            return program.poolView.slice(Int(entry.offset), Int(entry.length)).copy()
        }
        return []
    }

    private func quotedName(_ plan: ObjectPlan, _ slot: Int32) -> String {
        "\"" + String(decoding: name(plan, slot), as: UTF8.self) + "\""
    }

    // MARK: - Applicators

    private mutating func collectOperation(_ operation: Operation, _ position: Int32, _ place: Place) {
        if isFull { return }
        switch operation.code {
        case .all: descendInPlace(operation.first, place, locator.reference(position, place.schema))
        case .dynamic:
            descendInPlace(evaluator.dynamicTarget(operation), place, locator.reference(position, place.schema))
        case .any, .one:
            var holding = 0
            for position in operation.second..<operation.second + operation.first
            where evaluator.evaluate(program.operands[position], place.index, -1) {
                holding += 1
            }
            if operation.code == .any, holding == 0 {
                add("/anyOf", "at least one of \(operation.first) schemas to hold, none does", place)
            }
            if operation.code == .one, holding != 1 {
                add("/oneOf", "exactly one of \(operation.first) schemas to hold, \(holding) do", place)
            }
        case .not:
            if evaluator.evaluate(operation.first, place.index, -1) { add("/not", "the schema not to hold", place) }
        case .condition:
            let holds = evaluator.evaluate(operation.first, place.index, -1)
            let branch = holds ? operation.second : operation.third
            if branch >= 0 { descendInPlace(branch, place) }
        }
    }

    private mutating func collectUnevaluated(_ subschema: Subschema, _ entry: TapeEntry, _ place: Place) {
        let isObject = entry.code == TapeEntry.object
        guard isObject || entry.code == TapeEntry.array else { return }
        let schema = isObject ? subschema.unevaluatedProperties : subschema.unevaluatedItems
        guard schema >= 0 else { return }
        let keyword = isObject ? "/unevaluatedProperties" : "/unevaluatedItems"
        for child in evaluator.unevaluated(subschema, place.index, entry) {
            if isFull { return }
            let token = isObject ? evaluator.side.name(child.index - 1).copy() : Array(String(child.position).utf8)
            if program.subschemas[schema].mask == 0 {
                add(keyword, isObject ? "no member of this name" : "no element here", place, child: token)
            } else {
                descend(schema, child.index, token, place)
            }
        }
    }

    // MARK: - Going on

    private mutating func descend(_ schema: Int32, _ index: Int, _ token: some Sequence<UInt8>, _ place: Place) {
        if !isFull { collect(locator.child(schema, index, token, of: place)) }
    }

    private mutating func descendInPlace(_ schema: Int32, _ place: Place, _ reference: String? = nil) {
        collect(locator.inPlace(schema, reference, of: place))
    }

    private mutating func add(_ keyword: String, _ expected: String, _ place: Place, child: [UInt8]? = nil) {
        guard !isFull else { return }
        var instance = place.instance
        if let child { JSONPointer.append(child, to: &instance) }
        violations.append(
            SchemaViolation(
                instanceLocation: String(decoding: instance, as: UTF8.self),
                keywordLocation: String(decoding: place.keyword, as: UTF8.self) + keyword,
                absoluteKeywordLocation: locator.absolute(place.schema, keyword.utf8),
                expected: expected
            )
        )
    }
}
