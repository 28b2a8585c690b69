internal import StrictJSON

/// The keywords of arrays and objects, and the applicators.
extension SchemaCompiler {
    // MARK: - Arrays

    mutating func fillArrays(_ value: SchemaValue, _ dialect: Dialect, _ subschema: inout Subschema) {
        var plan = ArrayPlan()
        var isNeeded = false
        if dialect.hasValidation {
            if let bound = loader.member(value, "minItems"), let count = count(bound), count > 0 {
                plan.countMin = count
                isNeeded = true
            }
            if let bound = loader.member(value, "maxItems"), let count = count(bound) {
                plan.countMax = count
                isNeeded = true
            }
            if let unique = loader.member(value, "uniqueItems") {
                let kind = loader.kind(unique)
                if kind != .true, kind != .false { loader.report(unique, "uniqueItems is true or false") }
                plan.isUnique = kind == .true
                isNeeded = isNeeded || plan.isUnique
            }
        }
        if dialect.hasApplicator {
            fillItems(value, dialect, &plan, &isNeeded)
            fillContains(value, dialect, &plan, &isNeeded)
        }
        guard isNeeded else { return }
        subschema.array = Int32(truncatingIfNeeded: builder.arrays.count)
        builder.arrays.append(plan)
    }

    private mutating func fillItems(
        _ value: SchemaValue,
        _ dialect: Dialect,
        _ plan: inout ArrayPlan,
        _ isNeeded: inout Bool
    ) {
        var prefix: SchemaValue?
        var rest: SchemaValue?
        let items = loader.member(value, "items")
        if dialect.draft == .draft202012 {
            prefix = loader.member(value, "prefixItems")
            rest = items
        } else if let items, loader.kind(items) == .array {
            prefix = items
            rest = loader.member(value, "additionalItems")
        } else {
            rest = items
        }
        if let prefix {
            if loader.kind(prefix) != .array { loader.report(prefix, "this is a list of schemas") }
            let numbers = loader.elements(prefix).map { number(of: $0) }
            plan.prefixStart = Int32(truncatingIfNeeded: builder.operands.count)
            plan.prefixCount = Int32(truncatingIfNeeded: numbers.count)
            builder.operands += numbers
            isNeeded = true
        }
        if let rest {
            plan.items = number(of: rest)
            isNeeded = true
        }
    }

    private mutating func fillContains(
        _ value: SchemaValue,
        _ dialect: Dialect,
        _ plan: inout ArrayPlan,
        _ isNeeded: inout Bool
    ) {
        guard dialect.draft > .draft4, let contains = loader.member(value, "contains") else { return }
        plan.contains = number(of: contains)
        plan.containsMarks = dialect.draft == .draft202012
        isNeeded = true
        guard dialect.draft >= .draft201909, dialect.hasValidation else { return }
        if let bound = loader.member(value, "minContains"), let count = count(bound) { plan.containsMin = count }
        if let bound = loader.member(value, "maxContains"), let count = count(bound) { plan.containsMax = count }
    }

    // MARK: - Objects

    mutating func fillObjects(_ value: SchemaValue, _ dialect: Dialect, _ subschema: inout Subschema) {
        var plan = ObjectPlan()
        var table = NameTable()
        var isNeeded = false
        if dialect.hasValidation {
            if let bound = loader.member(value, "minProperties"), let count = count(bound), count > 0 {
                plan.countMin = count
                isNeeded = true
            }
            if let bound = loader.member(value, "maxProperties"), let count = count(bound) {
                plan.countMax = count
                isNeeded = true
            }
        }
        if dialect.hasApplicator { fillProperties(value, dialect, &plan, &table) }
        fillRequired(value, dialect, &plan, &table)
        fillDependencies(value, dialect, &plan, &table)
        plan.looksAtMembers =
            !table.names.isEmpty || plan.patternCount > 0 || plan.additional >= 0 || plan.propertyNames >= 0
        guard isNeeded || plan.looksAtMembers else { return }
        table.freeze(into: &builder, &plan)
        subschema.object = Int32(truncatingIfNeeded: builder.objects.count)
        builder.objects.append(plan)
    }

    private mutating func fillProperties(
        _ value: SchemaValue,
        _ dialect: Dialect,
        _ plan: inout ObjectPlan,
        _ table: inout NameTable
    ) {
        if let properties = loader.member(value, "properties") {
            requireObject(properties)
            for (name, schema) in loader.members(properties) { table.setSchema(number(of: schema), of: name) }
        }
        if let patterns = loader.member(value, "patternProperties") {
            requireObject(patterns)
            var list: [PatternProperty] = []
            for (text, schema) in loader.members(patterns) {
                let pattern = pattern(text, at: schema)
                if pattern >= 0 { list.append(PatternProperty(pattern: pattern, schema: number(of: schema))) }
            }
            plan.patternStart = Int32(truncatingIfNeeded: builder.patternProperties.count)
            plan.patternCount = Int32(truncatingIfNeeded: list.count)
            builder.patternProperties += list
        }
        if let additional = loader.member(value, "additionalProperties") { plan.additional = number(of: additional) }
        if dialect.draft > .draft4, let names = loader.member(value, "propertyNames") {
            plan.propertyNames = number(of: names)
        }
    }

    private mutating func fillRequired(
        _ value: SchemaValue,
        _ dialect: Dialect,
        _ plan: inout ObjectPlan,
        _ table: inout NameTable
    ) {
        guard dialect.hasValidation, let required = loader.member(value, "required") else { return }
        let slots = self.slots(required, &table)
        plan.requiredStart = Int32(truncatingIfNeeded: builder.operands.count)
        plan.requiredCount = Int32(truncatingIfNeeded: slots.count)
        builder.operands += slots
        for slot in slots where slot < 64 { plan.requiredMask |= 1 << UInt64(slot) }
    }

    /// The numbers of the names in a list.
    private mutating func slots(_ list: SchemaValue, _ table: inout NameTable) -> [Int32] {
        guard loader.kind(list) == .array else {
            loader.report(list, "this is a list of member names")
            return []
        }
        var slots: [Int32] = []
        for name in loader.elements(list) {
            guard loader.kind(name) == .string, let bytes = loader.bytes(name) else {
                loader.report(name, "a member name is a string")
                continue
            }
            slots.append(table.slot(of: bytes))
        }
        return slots
    }

    private mutating func fillDependencies(
        _ value: SchemaValue,
        _ dialect: Dialect,
        _ plan: inout ObjectPlan,
        _ table: inout NameTable
    ) {
        var list: [Dependency] = []
        if dialect.draft >= .draft201909, dialect.hasValidation,
            let required = loader.member(value, "dependentRequired")
        {
            requireObject(required)
            for (name, names) in loader.members(required) { list.append(dependency(name, names, &table)) }
        }
        for keyword in dependencyKeywords(dialect) {
            guard let schemas = loader.member(value, keyword) else { continue }
            requireObject(schemas)
            for (name, schema) in loader.members(schemas) {
                if loader.kind(schema) == .array {
                    list.append(dependency(name, schema, &table))
                } else {
                    let trigger = table.slot(of: name)
                    list.append(
                        Dependency(trigger: trigger, schema: number(of: schema), requiredStart: 0, requiredCount: 0)
                    )
                }
            }
        }
        plan.dependencyStart = Int32(truncatingIfNeeded: builder.dependencies.count)
        plan.dependencyCount = Int32(truncatingIfNeeded: list.count)
        builder.dependencies += list
    }

    private func dependencyKeywords(_ dialect: Dialect) -> [StaticString] {
        guard dialect.hasApplicator else { return [] }
        return dialect.draft >= .draft201909 ? ["dependentSchemas", "dependencies"] : ["dependencies"]
    }

    private mutating func dependency(_ name: [UInt8], _ names: SchemaValue, _ table: inout NameTable) -> Dependency {
        let trigger = table.slot(of: name)
        let slots = self.slots(names, &table)
        let start = Int32(truncatingIfNeeded: builder.operands.count)
        builder.operands += slots
        return Dependency(
            trigger: trigger,
            schema: -1,
            requiredStart: start,
            requiredCount: Int32(truncatingIfNeeded: slots.count)
        )
    }

    /// Dependent schemas apply to the same value: they count for cycles.
    mutating func fillDependentSchemas(_ value: SchemaValue, _ dialect: Dialect, _ number: Int32) {
        for keyword in dependencyKeywords(dialect) {
            guard let schemas = loader.member(value, keyword) else { continue }
            for schema in loader.subschemas(schemas, .dependencies) {
                inPlace[number, default: []].append(self.number(of: schema))
            }
        }
    }

    mutating func requireObject(_ value: SchemaValue) {
        if loader.kind(value) != .object { loader.report(value, "this is an object of schemas by name") }
    }

    // MARK: - Applicators

    mutating func fillOperations(_ value: SchemaValue, _ dialect: Dialect, _ operations: inout [Operation]) {
        for branch in list(value, "allOf") { operations.append(Operation(code: .all, first: number(of: branch))) }
        for (keyword, code) in [("anyOf", .any), ("oneOf", .one)] as [(StaticString, Operation.Code)] {
            guard loader.member(value, keyword) != nil else { continue }
            let branches = list(value, keyword).map { number(of: $0) }
            operations.append(
                Operation(
                    code: code,
                    first: Int32(truncatingIfNeeded: branches.count),
                    second: Int32(truncatingIfNeeded: builder.operands.count)
                )
            )
            builder.operands += branches
        }
        if let inverted = loader.member(value, "not") {
            operations.append(Operation(code: .not, first: number(of: inverted)))
        }
        guard dialect.draft >= .draft7, let condition = loader.member(value, "if") else { return }
        let holds = loader.member(value, "then").map { number(of: $0) } ?? -1
        let fails = loader.member(value, "else").map { number(of: $0) } ?? -1
        if holds < 0, fails < 0, dialect.draft == .draft7 { return }
        operations.append(Operation(code: .condition, first: number(of: condition), second: holds, third: fails))
    }

    private mutating func list(_ value: SchemaValue, _ keyword: StaticString) -> [SchemaValue] {
        guard let list = loader.member(value, keyword) else { return [] }
        let branches = loader.elements(list)
        if branches.isEmpty { loader.report(list, "this is a list of at least one schema") }
        return branches
    }
}

/// The names of one object plan while it is compiled.
struct NameTable {
    private(set) var names: [[UInt8]] = []
    private var schemas: [Int32] = []
    private var slots: [[UInt8]: Int32] = [:]

    mutating func slot(of name: [UInt8]) -> Int32 {
        if let known = slots[name] { return known }
        let slot = Int32(truncatingIfNeeded: names.count)
        slots[name] = slot
        names.append(name)
        schemas.append(-1)
        return slot
    }

    mutating func setSchema(_ schema: Int32, of name: [UInt8]) {
        schemas[Int(slot(of: name))] = schema
    }

    /// Writes the open-addressing table, at most half full, with a factor that leaves few names out of their place.
    func freeze(into builder: inout ProgramBuilder, _ plan: inout ObjectPlan) {
        plan.nameCount = Int32(truncatingIfNeeded: names.count)
        guard !names.isEmpty else { return }
        var bits: UInt32 = 2
        while 1 << bits < names.count * (names.count <= 128 ? 3 : 2) { bits += 1 }
        let hashes = names.map(SchemaCompiler.hash)
        plan.tableShift = 32 - bits
        plan.tableFactor = Self.factor(hashes, bits)
        let mask = 1 << Int(bits) - 1
        var entries = Array(repeating: NameEntry(), count: mask + 1)
        for (slot, name) in names.enumerated() {
            var place = Int((hashes[slot] &* plan.tableFactor) >> plan.tableShift)
            while entries[place].slot >= 0 { place = (place + 1) & mask }
            entries[place] = NameEntry(
                hash: hashes[slot],
                slot: Int32(truncatingIfNeeded: slot),
                schema: schemas[slot],
                offset: builder.addToPool(name),
                length: Int32(truncatingIfNeeded: name.count),
                short: ShortText(literal: name.count <= ShortText.lengthMax ? name : [])
            )
        }
        plan.tableStart = Int32(truncatingIfNeeded: builder.names.count)
        plan.tableMask = Int32(truncatingIfNeeded: mask)
        builder.names += entries
    }

    /// The odd factor, of a few that are tried, that sends the fewest hashes to a place that is taken.
    private static func factor(_ hashes: [UInt32], _ bits: UInt32) -> UInt32 {
        // Large tables gain little and would take long.
        guard hashes.count > 1, hashes.count <= 128 else { return 0x9E37_79B1 }
        var best: (factor: UInt32, collisions: Int) = (0x9E37_79B1, .max)
        var candidate: UInt32 = 0x9E37_79B1
        var taken = Array(repeating: 0, count: 1 << Int(bits))
        for round in 1...400 where best.collisions > 0 {
            var collisions = 0
            for hash in hashes {
                let place = Int((hash &* candidate) >> (32 - bits))
                if taken[place] == round { collisions += 1 }
                taken[place] = round
            }
            if collisions < best.collisions { best = (candidate, collisions) }
            candidate = candidate &* 0x85EB_CA6B &+ 0x2C1B_3C6C | 1
        }
        return best.factor
    }
}
