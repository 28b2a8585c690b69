internal import StrictJSON

/// The second run over a valid document: walks the subschemas that hold and gathers what their keywords say.
///
/// The fast evaluator decides between branches; annotations below `not` and of branches that fail are never made
/// (2020-12 core, section 7.7.1).
struct AnnotationCollector {
    private var evaluator: SchemaEvaluator
    private let program: SchemaProgram
    private let locator: KeywordLocator
    private(set) var annotations: [SchemaAnnotation] = []
    /// Whether something was left out.
    private(set) var isCut = false
    private var depth = 0

    static let countMax = 10_000
    private static let depthMax = 1000

    typealias Place = KeywordLocator.Place

    init(_ evaluator: SchemaEvaluator) {
        self.evaluator = evaluator
        program = evaluator.program
        locator = KeywordLocator(program: evaluator.program)
    }

    /// What the applicators of one subschema found at one value.
    private struct Findings {
        var properties: [[UInt8]] = []
        var patternProperties: [[UInt8]] = []
        var additionalProperties: [[UInt8]] = []
        /// How many elements the list of schemas applied to.
        var prefixCount = 0
        var appliesToRest = false
        var contains: [Int] = []
        var children: [Child] = []
        /// The positions of the members or elements that are evaluated.
        var evaluated: Set<Int> = []
    }

    /// A subschema that applies to a member or an element.
    private struct Child {
        let schema: Int32
        /// Where the value is on the tape, and which member or element it is.
        let index: Int
        let position: Int
    }

    /// Gathers the annotations of a document that satisfies the schema.
    mutating func collect() {
        _ = collect(Place(root: program.root))
        evaluator.finish()
        if evaluator.budget < 0 { isCut = true }
    }

    /// Walks a subschema that holds; gives the positions of the members or elements it evaluates.
    private mutating func collect(_ place: Place) -> Set<Int> {
        depth += 1
        defer { depth -= 1 }
        evaluator.budget -= 1
        guard evaluator.budget >= 0, !isCut, depth <= Self.depthMax else {
            isCut = true
            return []
        }
        if program.usesDynamicScope { evaluator.scratch.scope.append(program.subschemas[place.schema].resource) }
        defer { if program.usesDynamicScope { evaluator.scratch.scope.removeLast() } }
        let subschema = program.subschemas[place.schema]
        let entry = evaluator.tape[place.index]
        var findings = Findings()
        if entry.code == TapeEntry.object, subschema.object >= 0 {
            findObject(program.objects[subschema.object], entry, place, &findings)
        } else if entry.code == TapeEntry.array, subschema.array >= 0 {
            findArray(program.arrays[subschema.array], entry, place, &findings)
        }
        addOwn(entry, place, findings)
        for child in findings.children { descend(child, entry, place) }
        if entry.code == TapeEntry.object, subschema.object >= 0 {
            collectDependencies(program.objects[subschema.object], entry, place, &findings.evaluated)
        }
        for position in subschema.operationStart..<subschema.operationStart + subschema.operationCount {
            let reference = locator.reference(position - subschema.operationStart, place.schema)
            collectOperation(program.operations[position], reference, place, &findings.evaluated)
        }
        collectUnevaluated(subschema, entry, place, &findings.evaluated)
        return findings.evaluated
    }

    /// Walks the subschema of a member or an element.
    private mutating func descend(_ child: Child, _ entry: TapeEntry, _ place: Place) {
        let token =
            entry.code == TapeEntry.object
            ? evaluator.side.name(child.index - 1).copy() : Array(String(child.position).utf8)
        _ = collect(locator.child(child.schema, child.index, token, of: place))
    }

    // MARK: - Objects and arrays

    private mutating func findObject(
        _ plan: ObjectPlan,
        _ entry: TapeEntry,
        _ place: Place,
        _ findings: inout Findings
    ) {
        evaluator.budget -= Int(entry.length)
        var member = place.index + 1
        for position in 0..<Int(entry.length) {
            let name = evaluator.side.name(member).copy()
            var isKnown = false
            if let known = evaluator.entry(of: member, plan), known.schema >= 0 {
                isKnown = true
                findings.properties.append(name)
                findings.children.append(Child(schema: known.schema, index: member + 1, position: position))
            }
            var isMatched = false
            for number in plan.patternStart..<plan.patternStart + plan.patternCount {
                let property = program.patternProperties[number]
                let text = evaluator.side.name(member)
                guard evaluator.matches(property.pattern, text, 0, text.count) else { continue }
                isMatched = true
                findings.children.append(Child(schema: property.schema, index: member + 1, position: position))
            }
            if isMatched { findings.patternProperties.append(name) }
            if !isKnown, !isMatched, plan.additional >= 0 {
                isKnown = true
                findings.additionalProperties.append(name)
                findings.children.append(Child(schema: plan.additional, index: member + 1, position: position))
            }
            if isKnown || isMatched { findings.evaluated.insert(position) }
            member = evaluator.tape.next(after: member + 1)
        }
    }

    private mutating func findArray(
        _ plan: ArrayPlan,
        _ entry: TapeEntry,
        _ place: Place,
        _ findings: inout Findings
    ) {
        evaluator.budget -= Int(entry.length)
        var element = place.index + 1
        for position in 0..<Int(entry.length) {
            let isPrefix = position < Int(plan.prefixCount)
            let schema =
                isPrefix ? program.operands[plan.prefixStart + Int32(truncatingIfNeeded: position)] : plan.items
            if schema >= 0 {
                if isPrefix { findings.prefixCount += 1 } else { findings.appliesToRest = true }
                findings.evaluated.insert(position)
                findings.children.append(Child(schema: schema, index: element, position: position))
            }
            if plan.contains >= 0, evaluator.evaluate(plan.contains, element, -1) {
                findings.contains.append(position)
                if plan.containsMarks { findings.evaluated.insert(position) }
                findings.children.append(Child(schema: plan.contains, index: element, position: position))
            }
            element = evaluator.tape.next(after: element)
        }
    }

    private mutating func collectDependencies(
        _ plan: ObjectPlan,
        _ entry: TapeEntry,
        _ place: Place,
        _ evaluated: inout Set<Int>
    ) {
        guard plan.dependencyCount > 0 else { return }
        var seen: Set<Int32> = []
        var member = place.index + 1
        for _ in 0..<Int(entry.length) {
            if let known = evaluator.entry(of: member, plan) { seen.insert(known.slot) }
            member = evaluator.tape.next(after: member + 1)
        }
        for position in plan.dependencyStart..<plan.dependencyStart + plan.dependencyCount {
            let dependency = program.dependencies[position]
            guard dependency.schema >= 0, seen.contains(dependency.trigger) else { continue }
            evaluated.formUnion(collect(locator.inPlace(dependency.schema, of: place)))
        }
    }

    // MARK: - Applicators to the same value

    private mutating func collectOperation(
        _ operation: Operation,
        _ reference: String?,
        _ place: Place,
        _ evaluated: inout Set<Int>
    ) {
        switch operation.code {
        case .not: break
        case .all: evaluated.formUnion(collect(locator.inPlace(operation.first, reference, of: place)))
        case .dynamic:
            let target = evaluator.dynamicTarget(operation)
            evaluated.formUnion(collect(locator.inPlace(target, reference, of: place)))
        case .any, .one:
            for number in operation.second..<operation.second + operation.first {
                _ = collectBranch(program.operands[number], place, &evaluated)
            }
        case .condition:
            let holds = collectBranch(operation.first, place, &evaluated)
            let branch = holds ? operation.second : operation.third
            if branch >= 0 { evaluated.formUnion(collect(locator.inPlace(branch, of: place))) }
        }
    }

    /// Walks a branch if it holds, and says whether it does.
    private mutating func collectBranch(_ schema: Int32, _ place: Place, _ evaluated: inout Set<Int>) -> Bool {
        guard evaluator.evaluate(schema, place.index, -1) else { return false }
        evaluated.formUnion(collect(locator.inPlace(schema, of: place)))
        return true
    }

    private mutating func collectUnevaluated(
        _ subschema: Subschema,
        _ entry: TapeEntry,
        _ place: Place,
        _ evaluated: inout Set<Int>
    ) {
        let isObject = entry.code == TapeEntry.object
        guard isObject || entry.code == TapeEntry.array else { return }
        let schema = isObject ? subschema.unevaluatedProperties : subschema.unevaluatedItems
        guard schema >= 0 else { return }
        var children: [Child] = []
        var next = place.index + 1
        for position in 0..<Int(entry.length) {
            let value = isObject ? next + 1 : next
            if !evaluated.contains(position) {
                children.append(Child(schema: schema, index: value, position: position))
            }
            next = evaluator.tape.next(after: value)
        }
        if isObject {
            add("unevaluatedProperties", Self.list(children.map { evaluator.side.name($0.index - 1).copy() }), place)
        } else if !children.isEmpty {
            add("unevaluatedItems", Array("true".utf8), place)
        }
        for child in children { descend(child, entry, place) }
        // Everything has been evaluated now.
        evaluated = Set(0..<Int(entry.length))
    }

    // MARK: - Annotations

    /// The annotations of the subschema's own keywords, in the order they are written.
    private mutating func addOwn(_ entry: TapeEntry, _ place: Place, _ findings: Findings) {
        let location = program.locations[Int(place.schema)]
        let dialect = program.dialects[Int(program.subschemas[place.schema].resource)]
        let source = program.sources[location.source]
        if dialect.referenceHidesSiblings, locator.hasMember("$ref", place.schema) { return }
        let bytes = source.bytes
        for member in source.document.members(of: JSONNode(index: location.node)) {
            guard let name = source.document.string(member.name, in: bytes.span) else { continue }
            switch AnnotationRule(name, dialect) {
            case .none: continue
            case .value: break
            case .valueOfStrings:
                if entry.code != TapeEntry.string { continue }
            case .valueOfMedia:
                if entry.code != TapeEntry.string || !locator.hasMember("contentMediaType", place.schema) { continue }
            case .result:
                if let result = result(name, entry, place, findings) { add(name, result, place) }
                continue
            }
            add(name, source.compactText(of: member.value), place)
        }
    }

    /// What an applicator of 2019-09 or 2020-12 says about where it applied (2020-12 core, section 10.3).
    private func result(_ name: String, _ entry: TapeEntry, _ place: Place, _ findings: Findings) -> [UInt8]? {
        let count = Int(entry.length)
        if entry.code == TapeEntry.object {
            switch name {
            case "properties": return Self.list(findings.properties)
            case "patternProperties": return Self.list(findings.patternProperties)
            case "additionalProperties": return Self.list(findings.additionalProperties)
            default: return nil
            }
        }
        guard entry.code == TapeEntry.array else { return nil }
        let hasNewItems = program.dialects[Int(program.subschemas[place.schema].resource)].draft == .draft202012
        let rest = findings.appliesToRest ? Array("true".utf8) : nil
        switch name {
        case "prefixItems": return Self.prefix(findings.prefixCount, of: count)
        case "items":
            // A list of schemas before 2020-12 is what `prefixItems` is now.
            return findings.prefixCount > 0 && !hasNewItems ? Self.prefix(findings.prefixCount, of: count) : rest
        case "additionalItems": return findings.prefixCount > 0 ? rest : nil
        case "contains":
            if !hasNewItems { return nil }
            if count > 0, findings.contains.count == count { return Array("true".utf8) }
            return Array(("[" + findings.contains.map(String.init).joined(separator: ",") + "]").utf8)
        default: return nil
        }
    }

    /// The largest index that a list of schemas applied to; `true` where that was the last one.
    private static func prefix(_ applied: Int, of count: Int) -> [UInt8]? {
        applied == 0 ? nil : Array((applied == count ? "true" : String(applied - 1)).utf8)
    }

    private static func list(_ names: [[UInt8]]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginArray()
        for name in names { writer.string(name) }
        writer.endArray()
        return writer.bytes
    }

    private mutating func add(_ keyword: String, _ value: [UInt8], _ place: Place) {
        // One step for every 32 bytes, as for reading.
        evaluator.budget -= (value.count + place.keyword.count + place.instance.count) >> 5
        guard annotations.count < Self.countMax, evaluator.budget >= 0 else {
            isCut = true
            return
        }
        var path: [UInt8] = []
        JSONPointer.append(keyword.utf8, to: &path)
        annotations.append(
            SchemaAnnotation(
                instanceLocation: String(decoding: place.instance, as: UTF8.self),
                keywordLocation: String(decoding: place.keyword + path, as: UTF8.self),
                absoluteKeywordLocation: locator.absolute(place.schema, path),
                value: value
            )
        )
    }
}
