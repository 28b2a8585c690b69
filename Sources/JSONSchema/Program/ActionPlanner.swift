internal import StrictJSON

/// Decides for every subschema and kind of value what has to be done; eight actions a subschema.
struct ActionPlanner {
    private let builder: ProgramBuilder
    private var actions: [Action]
    private var isDone: [Bool]
    /// Marks of evaluated members and elements are asked for somewhere.
    private let usesMarks: Bool

    /// Plans the subschemas of a program whose in-place references have no cycle.
    static func plan(_ builder: ProgramBuilder) -> [Action] {
        var planner = ActionPlanner(builder)
        for number in builder.subschemas.indices { planner.plan(number) }
        return planner.actions
    }

    private init(_ builder: ProgramBuilder) {
        self.builder = builder
        actions = Array(repeating: .accept, count: builder.subschemas.count * 8)
        isDone = Array(repeating: false, count: builder.subschemas.count)
        usesMarks = builder.subschemas.contains { $0.unevaluatedItems >= 0 || $0.unevaluatedProperties >= 0 }
    }

    private mutating func plan(_ number: Int) {
        guard !isDone[number] else { return }
        isDone[number] = true
        let subschema = builder.subschemas[number]
        let branches = onlyBranches(subschema)
        for branch in branches { plan(Int(branch)) }
        for code in 0..<8 {
            actions[number * 8 + code] =
                branches.isEmpty
                ? own(subschema, number, UInt32(code)) : choose(branches, subschema, number, code)
        }
    }

    /// The branches of a subschema that is one reference or one `anyOf` or `oneOf` and nothing else.
    ///
    /// The depth of such chains is limited by `SchemaOptions.inPlaceDepthMax`.
    private func onlyBranches(_ subschema: Subschema) -> [Int32] {
        let hasPlans =
            subschema.string >= 0 || subschema.number >= 0 || subschema.object >= 0 || subschema.array >= 0
            || subschema.constants >= 0 || subschema.unevaluatedItems >= 0 || subschema.unevaluatedProperties >= 0
        // With a dynamic scope every step has to enter its resource.
        guard !hasPlans, !builder.usesDynamicScope, subschema.operationCount == 1 else { return [] }
        let operation = builder.operations[Int(subschema.operationStart)]
        switch operation.code {
        case .all: return [operation.first]
        case .any, .one: return Array(builder.operands[Int(operation.second)...].prefix(Int(operation.first)))
        case .not, .condition, .dynamic: return []
        }
    }

    private func choose(_ branches: [Int32], _ subschema: Subschema, _ number: Int, _ code: Int) -> Action {
        let general = Action(Action.Code.general, Int32(truncatingIfNeeded: number))
        if subschema.mask >> UInt16(code) & 1 == 0 {
            return code == Int(TapeEntry.decimal) && subschema.admitsWholeDecimals ? general : .reject
        }
        let candidates = branches.map { actions[Int($0) * 8 + code] }.filter { $0 != .reject }
        if candidates.isEmpty { return .reject }
        if candidates.count == 1 { return candidates[0] }
        let isAny = builder.operations[Int(subschema.operationStart)].code == .any
        let isContainer = code == Int(TapeEntry.object) || code == Int(TapeEntry.array)
        if isAny, !(usesMarks && isContainer), candidates.contains(.accept) { return .accept }
        return general
    }

    private func own(_ subschema: Subschema, _ number: Int, _ code: UInt32) -> Action {
        let general = Action(Action.Code.general, Int32(truncatingIfNeeded: number))
        if subschema.mask >> UInt16(code) & 1 == 0 {
            return code == TapeEntry.decimal && subschema.admitsWholeDecimals ? general : .reject
        }
        if subschema.operationCount > 0 { return general }
        if subschema.constants >= 0 { return constant(subschema, code, general) }
        switch code {
        case TapeEntry.string:
            return subschema.string >= 0 ? Action(Action.Code.string, subschema.string) : .accept
        case TapeEntry.integer, TapeEntry.decimal:
            return subschema.number >= 0 ? Action(Action.Code.number, subschema.number) : .accept
        case TapeEntry.array:
            if subschema.unevaluatedItems >= 0 { return general }
            guard subschema.array >= 0 else { return .accept }
            return builder.usesDynamicScope ? general : Action(Action.Code.array, subschema.array)
        case TapeEntry.object:
            if subschema.unevaluatedProperties >= 0 { return general }
            guard subschema.object >= 0 else { return .accept }
            return builder.usesDynamicScope ? general : Action(Action.Code.object, subschema.object)
        default:
            return .accept
        }
    }

    /// `enum` and `const`: the literals are decided here, strings are compared with strings only.
    private func constant(_ subschema: Subschema, _ code: UInt32, _ general: Action) -> Action {
        let plan = builder.constants[Int(subschema.constants)]
        switch code {
        case TapeEntry.string:
            if plan.stringCount == 0 { return .reject }
            return subschema.string >= 0 ? general : Action(Action.Code.constant, subschema.constants)
        case TapeEntry.null, TapeEntry.true, TapeEntry.false:
            let values = builder.valueConstants[Int(plan.valueStart)...].prefix(Int(plan.valueCount))
            return values.contains { $0.code == code } ? .accept : .reject
        default:
            return general
        }
    }
}
