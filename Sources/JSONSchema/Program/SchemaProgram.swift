internal import StrictJSON

/// A compiled schema's tables.
///
/// `@unchecked Sendable`: everything is filled before the initialiser returns and never changed after it, the documents
/// of the constants included.
final class SchemaProgram: @unchecked Sendable {
    let subschemas: FrozenTable<Subschema>
    /// Eight a subschema, one for every kind of value.
    let actions: FrozenTable<Action>
    let operations: FrozenTable<Operation>
    let operands: FrozenTable<Int32>
    let strings: FrozenTable<StringPlan>
    let numbers: FrozenTable<NumberPlan>
    let numberRules: FrozenTable<NumberRule>
    let objects: FrozenTable<ObjectPlan>
    let names: FrozenTable<NameEntry>
    let patternProperties: FrozenTable<PatternProperty>
    let dependencies: FrozenTable<Dependency>
    let arrays: FrozenTable<ArrayPlan>
    let constants: FrozenTable<ConstantPlan>
    let stringConstants: FrozenTable<StringConstant>
    let valueConstants: FrozenTable<ValueConstant>
    /// Numbers of string constants by hash, −1 for a free place: the tables of long lists.
    let constantPlaces: FrozenTable<Int32>
    let pool: FrozenTable<UInt8>
    let poolView: ByteView
    let patterns: [PatternMatcher]
    let patternSlots: FrozenTable<PatternSlot>
    let sources: [SchemaSource]
    let sides: [JSONEquality.Side]
    /// For every dynamic anchor the subschema by resource.
    let dynamicAnchors: [[Int32: Int32]]
    let usesDynamicScope: Bool
    let root: Int32
    /// Where every subschema stands; pointers are made when a violation is reported.
    let locations: [SchemaLocation]
    /// The rules each resource is read by.
    let dialects: [Dialect]

    init(_ builder: ProgramBuilder, sources: [SchemaSource], dialects: [Dialect], root: Int32) {
        subschemas = FrozenTable(builder.subschemas)
        actions = FrozenTable(ActionPlanner.plan(builder))
        operations = FrozenTable(builder.operations)
        operands = FrozenTable(builder.operands)
        strings = FrozenTable(builder.strings)
        numbers = FrozenTable(builder.numbers)
        numberRules = FrozenTable(builder.numberRules)
        objects = FrozenTable(builder.objects)
        names = FrozenTable(builder.names)
        patternProperties = FrozenTable(builder.patternProperties)
        dependencies = FrozenTable(builder.dependencies)
        arrays = FrozenTable(builder.arrays)
        constants = FrozenTable(builder.constants)
        stringConstants = FrozenTable(builder.stringConstants)
        valueConstants = FrozenTable(builder.valueConstants)
        constantPlaces = FrozenTable(builder.constantPlaces)
        let pool = FrozenTable(builder.pool)
        self.pool = pool
        poolView = pool.bytes
        patterns = builder.patterns
        patternSlots = FrozenTable(builder.patterns.map(\.slot))
        self.sources = sources
        sides = sources.map {
            JSONEquality.Side(tape: $0.document.tape, bytes: $0.text.bytes, names: $0.document.decodedNameView)
        }
        dynamicAnchors = builder.dynamicAnchors
        usesDynamicScope = builder.usesDynamicScope
        locations = builder.locations
        self.dialects = dialects
        self.root = root
    }

    deinit {
        subschemas.deallocate()
        actions.deallocate()
        constantPlaces.deallocate()
        operations.deallocate()
        operands.deallocate()
        strings.deallocate()
        numbers.deallocate()
        numberRules.deallocate()
        objects.deallocate()
        names.deallocate()
        patternProperties.deallocate()
        dependencies.deallocate()
        arrays.deallocate()
        constants.deallocate()
        patternSlots.deallocate()
        stringConstants.deallocate()
        valueConstants.deallocate()
        pool.deallocate()
    }
}

/// A pattern's runs or its table; neither where only the simulation can match it.
struct PatternSlot: BitwiseCopyable {
    let runs: RunView?
    let table: PatternView?
}

/// Where a subschema stands.
struct SchemaLocation: Sendable {
    /// The URI of the resource.
    let resource: String
    /// The document, and the tape indices of the subschema and of the resource's root.
    let source: Int
    let node: Int
    let start: Int
}

/// The tables while the compiler fills them.
struct ProgramBuilder {
    var subschemas: [Subschema] = []
    var operations: [Operation] = []
    var operands: [Int32] = []
    var strings: [StringPlan] = []
    var numbers: [NumberPlan] = []
    var numberRules: [NumberRule] = []
    var objects: [ObjectPlan] = []
    var names: [NameEntry] = []
    var patternProperties: [PatternProperty] = []
    var dependencies: [Dependency] = []
    var arrays: [ArrayPlan] = []
    var constants: [ConstantPlan] = []
    var stringConstants: [StringConstant] = []
    var valueConstants: [ValueConstant] = []
    var constantPlaces: [Int32] = []
    var pool: [UInt8] = []
    var patterns: [PatternMatcher] = []
    var patternNumbers: [[UInt8]: Int32] = [:]
    var dynamicAnchors: [[Int32: Int32]] = []
    var usesDynamicScope = false
    var locations: [SchemaLocation] = []

    /// Puts bytes into the pool and gives their offset.
    mutating func addToPool(_ bytes: [UInt8]) -> Int32 {
        let offset = Int32(truncatingIfNeeded: pool.count)
        pool += bytes
        return offset
    }
}

extension FrozenTable where Element == UInt8 {
    /// The table as bytes; good as long as the table is not deallocated.
    var bytes: ByteView {
        unsafe ByteView(base: UnsafeRawPointer(address), count: count)
    }
}
