internal import StrictJSON

/// Runs a program over a document: yes or no, no locations.
///
/// Functions that change nothing are `mutating` too: the others would be handed a copy of all these fields.
///
/// `frame` is where the evaluated members or elements of the current value are recorded, −1 where nobody asks.
struct SchemaEvaluator {
    let program: SchemaProgram
    // Copies of the program's tables: reaching them through the class costs reference counting.
    let subschemas: FrozenTable<Subschema>
    let actions: FrozenTable<Action>
    let operations: FrozenTable<Operation>
    let operands: FrozenTable<Int32>
    let strings: FrozenTable<StringPlan>
    let numbers: FrozenTable<NumberPlan>
    let numberRules: FrozenTable<NumberRule>
    let objects: FrozenTable<ObjectPlan>
    let nameEntries: FrozenTable<NameEntry>
    let patternProperties: FrozenTable<PatternProperty>
    let dependencies: FrozenTable<Dependency>
    let arrays: FrozenTable<ArrayPlan>
    let constants: FrozenTable<ConstantPlan>
    let stringConstants: FrozenTable<StringConstant>
    let valueConstants: FrozenTable<ValueConstant>
    let constantPlaces: FrozenTable<Int32>
    let patternSlots: FrozenTable<PatternSlot>
    let pool: ByteView
    let usesDynamicScope: Bool
    let tape: TapeView
    let bytes: ByteView
    let names: ByteView
    let scratch: SchemaScratch
    let marks: MarkStack
    let seed: (UInt64, UInt64)
    /// Steps that are left; below zero every answer is void.
    var budget: Int
    /// Below this many steps left, verdicts are remembered.
    let memoBelow: Int
    /// The bytes are decoded already: the value is a member name.
    let isDecoded: Bool
    private var depth = 0

    static let depthMax = 1500
    /// Steps before verdicts are remembered: ordinary validations stay below.
    static let memoAfter = 20_000

    init(_ program: SchemaProgram, _ document: JSONDocument, _ bytes: ByteView, _ scratch: SchemaScratch) {
        self.program = program
        subschemas = program.subschemas
        actions = program.actions
        operations = program.operations
        operands = program.operands
        strings = program.strings
        numbers = program.numbers
        numberRules = program.numberRules
        objects = program.objects
        nameEntries = program.names
        patternProperties = program.patternProperties
        dependencies = program.dependencies
        arrays = program.arrays
        constants = program.constants
        stringConstants = program.stringConstants
        valueConstants = program.valueConstants
        constantPlaces = program.constantPlaces
        patternSlots = program.patternSlots
        pool = program.poolView
        usesDynamicScope = program.usesDynamicScope
        tape = document.tape
        self.bytes = bytes
        names = document.decodedNameView
        self.scratch = scratch
        marks = scratch.marks
        seed = NameHash.processSeed
        budget = 64 * document.entryCount + bytes.count + 100_000
        memoBelow = program.usesDynamicScope ? 0 : budget - Self.memoAfter
        isDecoded = false
        marks.pop(to: 0)
    }

    /// Forgets the verdicts of this validation; they belong to this document.
    func finish() {
        if budget < memoBelow { scratch.memo.removeAll(keepingCapacity: true) }
    }

    /// The same validation over another tape and other bytes.
    init(_ outer: SchemaEvaluator, tape: TapeView, bytes: ByteView, isDecoded: Bool) {
        program = outer.program
        subschemas = outer.subschemas
        actions = outer.actions
        operations = outer.operations
        operands = outer.operands
        strings = outer.strings
        numbers = outer.numbers
        numberRules = outer.numberRules
        objects = outer.objects
        nameEntries = outer.nameEntries
        patternProperties = outer.patternProperties
        dependencies = outer.dependencies
        arrays = outer.arrays
        constants = outer.constants
        stringConstants = outer.stringConstants
        valueConstants = outer.valueConstants
        constantPlaces = outer.constantPlaces
        patternSlots = outer.patternSlots
        pool = outer.pool
        usesDynamicScope = outer.usesDynamicScope
        self.tape = tape
        self.bytes = bytes
        names = outer.names
        scratch = outer.scratch
        marks = outer.marks
        seed = outer.seed
        budget = outer.budget
        // Remembered verdicts belong to the outer tape: only the end of the budget matters.
        memoBelow = 0
        self.isDecoded = isDecoded
        depth = outer.depth
    }

    /// Whether the value at `index` satisfies the subschema `number`.
    mutating func evaluate(_ number: Int32, _ index: Int, _ frame: Int) -> Bool {
        let entry = tape[index]
        return perform(actions[Int(number) << 3 | Int(entry.code)], index, entry, frame)
    }

    /// Does what the planner decided for a value of this kind.
    @inline(__always)
    mutating func perform(_ action: Action, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        switch action.code {
        case Action.Code.accept: true
        case Action.Code.reject: false
        case Action.Code.string: checkString(action.operand, entry)
        case Action.Code.number: checkNumber(action.operand, entry)
        case Action.Code.constant: matchesString(action.operand, entry)
        default: descend(action, index, entry, frame)
        }
    }

    /// Everything that can lead to other values: counted, limited and, in long validations, remembered.
    private mutating func descend(_ action: Action, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        budget -= 1
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax { budget = -1 }
        if budget < memoBelow { return descendSlowly(action, index, entry, frame) }
        return enter(action, index, entry, frame)
    }

    @inline(__always)
    private mutating func enter(_ action: Action, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        switch action.code {
        case Action.Code.object: checkObject(action.operand, index, entry, frame)
        case Action.Code.array: checkArray(action.operand, index, entry, frame)
        default: evaluateWritten(subschemas[action.operand], index, entry, frame)
        }
    }

    /// A long validation: every step looks at the budget and remembers what it found.
    private mutating func descendSlowly(_ action: Action, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        if budget < 0 { return false }
        guard frame < 0, !usesDynamicScope else { return enter(action, index, entry, frame) }
        let key = UInt64(action.bits) << 32 | UInt64(UInt32(truncatingIfNeeded: index))
        if let known = scratch.memo[key] { return known }
        let verdict = enter(action, index, entry, frame)
        if budget >= 0 { scratch.memo[key] = verdict }
        return verdict
    }

    /// The subschema as it is written: kind, constants, plans, applicators.
    private mutating func evaluateWritten(
        _ subschema: Subschema,
        _ index: Int,
        _ entry: TapeEntry,
        _ frame: Int
    ) -> Bool {
        if subschema.mask >> UInt16(truncatingIfNeeded: entry.code) & 1 == 0 {
            guard entry.code == TapeEntry.decimal, subschema.admitsWholeDecimals, decimal(entry).isInteger else {
                return false
            }
        }
        if usesDynamicScope { return evaluateScoped(subschema, index, entry, frame) }
        return evaluateKind(subschema, index, entry, frame)
    }

    /// Enters the subschema's resource in the dynamic scope (JSON Schema 2020-12 core, section 7.1).
    private mutating func evaluateScoped(
        _ subschema: Subschema,
        _ index: Int,
        _ entry: TapeEntry,
        _ frame: Int
    ) -> Bool {
        if scratch.scope.last == subschema.resource { return evaluateKind(subschema, index, entry, frame) }
        scratch.scope.append(subschema.resource)
        defer { scratch.scope.removeLast() }
        return evaluateKind(subschema, index, entry, frame)
    }

    private mutating func evaluateKind(_ subschema: Subschema, _ index: Int, _ entry: TapeEntry, _ frame: Int) -> Bool {
        if subschema.constants >= 0, !matchesConstant(subschema.constants, index, entry) { return false }
        switch entry.code {
        case TapeEntry.string:
            if subschema.string >= 0, !checkString(subschema.string, entry) { return false }
        case TapeEntry.integer, TapeEntry.decimal:
            if subschema.number >= 0, !checkNumber(subschema.number, entry) { return false }
        case TapeEntry.object, TapeEntry.array:
            return evaluateContainer(subschema, index, entry, frame)
        default:
            break
        }
        return subschema.operationCount == 0 || applyOperations(subschema, index, -1)
    }

    private mutating func evaluateContainer(
        _ subschema: Subschema,
        _ index: Int,
        _ entry: TapeEntry,
        _ frame: Int
    ) -> Bool {
        let isObject = entry.code == TapeEntry.object
        let unevaluated = isObject ? subschema.unevaluatedProperties : subschema.unevaluatedItems
        if unevaluated >= 0 { return evaluateUnevaluated(subschema, unevaluated, index, entry, frame) }
        return evaluateContent(subschema, isObject, index, entry, frame)
    }

    @inline(__always)
    private mutating func evaluateContent(
        _ subschema: Subschema,
        _ isObject: Bool,
        _ index: Int,
        _ entry: TapeEntry,
        _ frame: Int
    ) -> Bool {
        if isObject {
            if subschema.object >= 0, !checkObject(subschema.object, index, entry, frame) { return false }
        } else if subschema.array >= 0, !checkArray(subschema.array, index, entry, frame) {
            return false
        }
        return subschema.operationCount == 0 || applyOperations(subschema, index, frame)
    }

    /// `unevaluatedProperties` and `unevaluatedItems`: a frame of its own, which hides what neighbours evaluated.
    private mutating func evaluateUnevaluated(
        _ subschema: Subschema,
        _ unevaluated: Int32,
        _ index: Int,
        _ entry: TapeEntry,
        _ frame: Int
    ) -> Bool {
        let isObject = entry.code == TapeEntry.object
        let own = marks.push(Int(entry.length))
        defer { marks.pop(to: own) }
        budget -= Int(entry.length)
        guard evaluateContent(subschema, isObject, index, entry, own) else { return false }
        var child = index + 1
        for position in 0..<Int(entry.length) {
            let value = isObject ? child + 1 : child
            if !marks.isMarked(own, position), !evaluate(unevaluated, value, -1) { return false }
            child = tape.next(after: value)
        }
        // Everything has been evaluated now.
        if frame >= 0 { for position in 0..<Int(entry.length) { marks.mark(frame, position) } }
        return true
    }

    /// The members or elements that the rest of the subschema does not evaluate: where their values are and which they
    /// are; none where the rest does not hold.
    mutating func unevaluated(
        _ subschema: Subschema,
        _ index: Int,
        _ entry: TapeEntry
    ) -> [(index: Int, position: Int)] {
        let isObject = entry.code == TapeEntry.object
        let own = marks.push(Int(entry.length))
        defer { marks.pop(to: own) }
        guard evaluateContent(subschema, isObject, index, entry, own) else { return [] }
        var found: [(index: Int, position: Int)] = []
        var child = index + 1
        for position in 0..<Int(entry.length) {
            let value = isObject ? child + 1 : child
            if !marks.isMarked(own, position) { found.append((value, position)) }
            child = tape.next(after: value)
        }
        return found
    }

    // MARK: - Applicators

    private mutating func applyOperations(_ subschema: Subschema, _ index: Int, _ frame: Int) -> Bool {
        let end = subschema.operationStart + subschema.operationCount
        var position = subschema.operationStart
        while position < end {
            let operation = operations[position]
            let holds =
                switch operation.code {
                case .all: evaluate(operation.first, index, frame)
                case .any: applyAny(operation, index, frame)
                case .one: applyOne(operation, index, frame)
                case .not: !evaluate(operation.first, index, -1)
                case .condition: applyCondition(operation, index, frame)
                case .dynamic: evaluate(dynamicTarget(operation), index, frame)
                }
            if !holds { return false }
            position += 1
        }
        return true
    }

    /// Evaluates a branch whose marks count only when it holds.
    private mutating func tryBranch(_ number: Int32, _ index: Int, _ frame: Int) -> Bool {
        guard frame >= 0 else { return evaluate(number, index, -1) }
        let count = Int(tape[index].length)
        let own = marks.push(count)
        defer { marks.pop(to: own) }
        guard evaluate(number, index, own) else { return false }
        marks.unite(frame, own, count)
        return true
    }

    private mutating func applyAny(_ operation: Operation, _ index: Int, _ frame: Int) -> Bool {
        var holds = false
        budget -= Int(operation.first)
        for position in operation.second..<operation.second + operation.first
        where tryBranch(operands[position], index, frame) {
            holds = true
            // Only marks make the other branches matter.
            if frame < 0 { return true }
        }
        return holds
    }

    private mutating func applyOne(_ operation: Operation, _ index: Int, _ frame: Int) -> Bool {
        var count = 0
        budget -= Int(operation.first)
        for position in operation.second..<operation.second + operation.first
        where tryBranch(operands[position], index, frame) {
            count += 1
            if count > 1 { return false }
        }
        return count == 1
    }

    private mutating func applyCondition(_ operation: Operation, _ index: Int, _ frame: Int) -> Bool {
        let branch = tryBranch(operation.first, index, frame) ? operation.second : operation.third
        return branch < 0 || evaluate(branch, index, frame)
    }

    /// The outermost resource of the dynamic scope that has the anchor (2020-12 core, section 8.2.3.2).
    mutating func dynamicTarget(_ operation: Operation) -> Int32 {
        let table = program.dynamicAnchors[Int(operation.first)]
        for resource in scratch.scope {
            if let target = table[resource] { return target }
        }
        return operation.second
    }

    // MARK: - Values

    @inline(__always)
    func decimal(_ entry: TapeEntry) -> ExactDecimal {
        ExactDecimal(bytes, Int(entry.offset), Int(entry.length))
    }

    var side: JSONEquality.Side {
        @inline(__always) get { JSONEquality.Side(tape: tape, bytes: bytes, names: names) }
    }
}
