internal import StrictJSON

/// Turns the documents of a loader into a program.
///
/// Subschemas are numbered when they are first named and filled from a list of work, so neither nesting nor chains of
/// references make the compiler recurse.
struct SchemaCompiler {
    var loader: SchemaLoader
    var builder = ProgramBuilder()
    private var numbers: [SchemaValue: Int32] = [:]
    private var pending: [(value: SchemaValue, number: Int32)] = []
    /// Subschemas that apply to the same value, by subschema.
    var inPlace: [Int32: [Int32]] = [:]
    private var dynamicNames: [String: Int32] = [:]
    /// The schema has more subschemas than are allowed, which is said once.
    private var isTooLarge = false

    init(_ loader: SchemaLoader) {
        self.loader = loader
    }

    /// Compiles everything reachable from `root`.
    mutating func compile(_ root: SchemaValue) throws(SchemaFault) -> SchemaProgram {
        let start = number(of: root)
        fillPending()
        fillDynamicAnchors()
        refuseCycles()
        if !loader.problems.isEmpty { throw SchemaFault(problems: loader.problems) }
        let dialects = loader.resources.map(\.dialect)
        return SchemaProgram(builder, sources: loader.sources, dialects: dialects, root: start)
    }

    /// The number of the subschema at `value`; it is filled later.
    mutating func number(of value: SchemaValue) -> Int32 {
        if let known = numbers[value] { return known }
        let number = Int32(truncatingIfNeeded: builder.subschemas.count)
        if builder.subschemas.count >= loader.options.subschemasMax {
            if !isTooLarge { loader.report(value, "more than \(loader.options.subschemasMax) subschemas") }
            isTooLarge = true
            return 0
        }
        numbers[value] = number
        let owner = loader.owner(of: value)
        var subschema = Subschema()
        subschema.resource = Int32(truncatingIfNeeded: owner)
        builder.subschemas.append(subschema)
        let resource = loader.resources[owner]
        let start = resource.root.source == value.source ? resource.root.node.index : 0
        builder.locations.append(
            SchemaLocation(resource: resource.uri, source: value.source, node: value.node.index, start: start)
        )
        pending.append((value, number))
        return number
    }

    private mutating func fillPending() {
        while let (value, number) = pending.popLast() {
            switch loader.kind(value) {
            case .true: break
            case .false: builder.subschemas[Int(number)].mask = 0
            case .object: fill(value, number)
            case .null, .number, .string, .array: loader.report(value, "a schema is an object, true or false")
            }
        }
    }

    private mutating func fill(_ value: SchemaValue, _ number: Int32) {
        let dialect = loader.resources[loader.owner(of: value)].dialect
        var subschema = builder.subschemas[Int(number)]
        var operations: [Operation] = []
        let reference = loader.member(value, "$ref")
        // A reference that leads nowhere is a mistake already: following it would only bring more of them.
        if let reference, let operation = self.reference(reference, at: value) { operations.append(operation) }
        if reference == nil || !dialect.referenceHidesSiblings {
            if dialect.draft == .draft202012, let dynamic = loader.member(value, "$dynamicRef"),
                let operation = dynamicReference(dynamic, at: value)
            {
                operations.append(operation)
            }
            if dialect.draft == .draft201909, let recursive = loader.member(value, "$recursiveRef"),
                let operation = recursiveReference(recursive, at: value)
            {
                operations.append(operation)
            }
            if dialect.hasValidation {
                fillKinds(value, dialect, &subschema)
                fillConstants(value, dialect, &subschema)
                fillNumbers(value, dialect, &subschema)
            }
            fillStrings(value, dialect, &subschema)
            fillArrays(value, dialect, &subschema)
            fillObjects(value, dialect, &subschema)
            if dialect.hasApplicator { fillOperations(value, dialect, &operations) }
            fillDependentSchemas(value, dialect, number)
            if dialect.draft >= .draft201909, dialect.hasUnevaluated {
                if let items = loader.member(value, "unevaluatedItems") {
                    subschema.unevaluatedItems = self.number(of: items)
                }
                if let properties = loader.member(value, "unevaluatedProperties") {
                    subschema.unevaluatedProperties = self.number(of: properties)
                }
            }
        }
        subschema.operationStart = Int32(truncatingIfNeeded: builder.operations.count)
        subschema.operationCount = Int32(truncatingIfNeeded: operations.count)
        builder.operations += operations
        builder.subschemas[Int(number)] = subschema
        for operation in operations { inPlace[number, default: []] += targets(operation) }
    }

    private func targets(_ operation: Operation) -> [Int32] {
        switch operation.code {
        case .all, .not: [operation.first]
        case .any, .one: Array(builder.operands[Int(operation.second)...].prefix(Int(operation.first)))
        case .condition: [operation.first, operation.second, operation.third].filter { $0 >= 0 }
        case .dynamic: [operation.second]
        }
    }

    // MARK: - References

    private mutating func reference(_ reference: SchemaValue, at value: SchemaValue) -> Operation? {
        guard let target = resolve(reference, at: value)?.target else { return nil }
        return Operation(code: .all, first: number(of: target))
    }

    private mutating func resolve(
        _ reference: SchemaValue,
        at value: SchemaValue
    ) -> (target: SchemaValue, anchor: String?)? {
        guard let text = loader.string(reference) else {
            loader.report(reference, "a reference is a string")
            return nil
        }
        guard let found = loader.resolve(text, at: value) else {
            loader.report(reference, "the reference leads nowhere: add the document it names, or correct its fragment")
            return nil
        }
        return found
    }

    private mutating func dynamicReference(_ reference: SchemaValue, at value: SchemaValue) -> Operation? {
        guard let (target, anchor) = resolve(reference, at: value) else { return nil }
        let owner = loader.resources[loader.owner(of: target)]
        guard let anchor, owner.dynamicAnchors[anchor] == target else {
            return Operation(code: .all, first: number(of: target))
        }
        return Operation(code: .dynamic, first: dynamicTable(anchor), second: number(of: target))
    }

    private mutating func recursiveReference(_ reference: SchemaValue, at value: SchemaValue) -> Operation? {
        guard let (target, _) = resolve(reference, at: value) else { return nil }
        let owner = loader.resources[loader.owner(of: target)]
        guard owner.isRecursiveAnchor, owner.root == target else {
            return Operation(code: .all, first: number(of: target))
        }
        // No anchor has the empty name, so it stands for $recursiveAnchor.
        return Operation(code: .dynamic, first: dynamicTable(""), second: number(of: target))
    }

    private mutating func dynamicTable(_ name: String) -> Int32 {
        if let known = dynamicNames[name] { return known }
        let number = Int32(truncatingIfNeeded: builder.dynamicAnchors.count)
        builder.dynamicAnchors.append([:])
        dynamicNames[name] = number
        return number
    }

    /// Enters every anchor of the names that are referred to; compiling them may bring further names and documents.
    private mutating func fillDynamicAnchors() {
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for (name, table) in dynamicNames {
                for (owner, resource) in loader.resources.enumerated() {
                    let target =
                        name.isEmpty
                        ? (resource.isRecursiveAnchor ? resource.root : nil) : resource.dynamicAnchors[name]
                    let key = Int32(truncatingIfNeeded: owner)
                    guard let target, builder.dynamicAnchors[Int(table)][key] == nil else { continue }
                    builder.dynamicAnchors[Int(table)][key] = number(of: target)
                    hasChanged = true
                }
            }
            fillPending()
        }
        for index in builder.operations.indices where builder.operations[index].code == .dynamic {
            if builder.dynamicAnchors[Int(builder.operations[index].first)].count > 1 {
                builder.usesDynamicScope = true
            } else {
                // With a single candidate the reference is an ordinary one.
                builder.operations[index] = Operation(code: .all, first: builder.operations[index].second)
            }
        }
    }

    // MARK: - Cycles

    /// Refuses subschemas that apply to the same value again through themselves, which no value could end, and chains
    /// that would nest deeper than the limit.
    private mutating func refuseCycles() {
        var depths: [Int32: Int] = [:]
        var open: Set<Int32> = []
        for start in 0..<Int32(truncatingIfNeeded: builder.subschemas.count) where depths[start] == nil {
            var stack: [(number: Int32, next: Int)] = [(start, 0)]
            open.insert(start)
            while let (number, next) = stack.last {
                let targets = inPlace[number] ?? []
                if next < targets.count {
                    stack[stack.count - 1].next += 1
                    let target = targets[next]
                    if open.contains(target) {
                        reportPlace(target, "the schema applies to the same value again through itself")
                        return
                    }
                    if depths[target] == nil {
                        open.insert(target)
                        stack.append((target, 0))
                    }
                    continue
                }
                stack.removeLast()
                open.remove(number)
                let depth = 1 + (targets.compactMap { depths[$0] }.max() ?? 0)
                depths[number] = depth
                if depth > loader.options.inPlaceDepthMax {
                    reportPlace(
                        number,
                        "more than \(loader.options.inPlaceDepthMax) subschemas apply inside one another"
                    )
                    return
                }
            }
        }
    }

    private mutating func reportPlace(_ number: Int32, _ text: String) {
        guard let value = numbers.first(where: { $0.value == number })?.key else { return }
        loader.report(value, text)
    }
}
