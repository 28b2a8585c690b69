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
