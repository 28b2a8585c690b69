/// One subschema: which kinds of values it admits and the plans for each of them; −1 stands for "nothing to check".
struct Subschema {
    /// Bit n: values whose tape code is n.
    var mask: UInt16 = Subschema.everything
    /// A number written with a fraction or an exponent is admitted where its value is whole.
    var admitsWholeDecimals = false
    var string: Int32 = -1
    var number: Int32 = -1
    var object: Int32 = -1
    var array: Int32 = -1
    var constants: Int32 = -1
    var operationStart: Int32 = 0
    var operationCount: Int32 = 0
    var unevaluatedItems: Int32 = -1
    var unevaluatedProperties: Int32 = -1
    var resource: Int32 = 0

    static let everything: UInt16 = 0xFF
    static let integerBit: UInt16 = 1 << 3
    static let decimalBit: UInt16 = 1 << 4
    static let containerBits: UInt16 = 1 << 6 | 1 << 7
}

/// An in-place applicator.
struct Operation {
    enum Code: UInt8 {
        /// `first` must hold: `$ref` and the branches of `allOf`.
        case all
        /// At least one of `first` branches of `operands[second...]`.
        case any
        /// Exactly one of `first` branches of `operands[second...]`.
        case one
        /// `first` must not hold.
        case not
        /// `first` decides between `second` and `third`; −1 stands for true.
        case condition
        /// `first` is the table of dynamic anchors, `second` the target where none applies.
        case dynamic
    }

    var code: Code
    var first: Int32 = -1
    var second: Int32 = -1
    var third: Int32 = -1
}

struct StringPlan {
    var lengthMin: UInt32 = 0
    var lengthMax: UInt32 = .max
    var pattern: Int32 = -1
    var format: SchemaFormat?
    var content: ContentRule = .none
}

struct NumberPlan {
    /// The bounds of numbers that fit `Int32`.
    var low = Int64.min
    var high = Int64.max
    /// A positive divisor of numbers that fit `Int32`; 0 where there is none or it needs decimals.
    var divisor: Int64 = 0
    /// Numbers that fit `Int32` need the exact rules too.
    var needsExactRules = false
    var ruleStart: Int32 = 0
    var ruleCount: Int32 = 0
}

/// One bound as text in the program's pool.
struct NumberRule {
    enum Code: UInt8 {
        case minimum
        case maximum
        case exclusiveMinimum
        case exclusiveMaximum
        case multipleOf
    }

    var code: Code
    var offset: Int32
    var length: Int32
}

struct ObjectPlan {
    var countMin: UInt32 = 0
    var countMax: UInt32 = .max
    /// The names that something is said about, as an open-addressing table of `slotMask + 1` entries; −1: none.
    var tableStart: Int32 = -1
    var tableMask: Int32 = 0
    /// How many names there are: each has a number, its bit in the set of names seen.
    var nameCount: Int32 = 0
    /// `required` of the first 64 names; the rest, and all where there are more, in `requiredStart`.
    var requiredMask: UInt64 = 0
    var requiredStart: Int32 = 0
    var requiredCount: Int32 = 0
    var patternStart: Int32 = 0
    var patternCount: Int32 = 0
    var additional: Int32 = -1
    var propertyNames: Int32 = -1
    var dependencyStart: Int32 = 0
    var dependencyCount: Int32 = 0
    /// Whether the members have to be looked at at all.
    var looksAtMembers = false
}

struct NameEntry {
    var hash: UInt32 = 0
    /// The name's number, −1 for a free place.
    var slot: Int32 = -1
    /// The subschema of the value, −1 where only the presence counts.
    var schema: Int32 = -1
    var offset: Int32 = 0
    var length: Int32 = 0
}

struct PatternProperty {
    var pattern: Int32
    var schema: Int32
}

/// When the name `trigger` is there: `required` names must be, and `schema` must hold.
struct Dependency {
    var trigger: Int32
    var schema: Int32
    var requiredStart: Int32
    var requiredCount: Int32
}

struct ArrayPlan {
    var countMin: UInt32 = 0
    var countMax: UInt32 = .max
    var prefixStart: Int32 = 0
    var prefixCount: Int32 = 0
    var items: Int32 = -1
    var contains: Int32 = -1
    var containsMin: UInt32 = 1
    var containsMax: UInt32 = .max
    /// `contains` counts as an evaluation (2020-12).
    var containsMarks = false
    var isUnique = false
}

struct ConstantPlan {
    var stringStart: Int32 = 0
    var stringCount: Int32 = 0
    var valueStart: Int32 = 0
    var valueCount: Int32 = 0
}

struct StringConstant {
    var hash: UInt32
    var offset: Int32
    var length: Int32
}

struct ValueConstant {
    var source: Int32
    var index: Int32
    var code: UInt32
}

/// What an asserted content keyword demands (draft 7).
enum ContentRule: UInt8 {
    case none
    case json
    case base64
    case base64JSON
}
