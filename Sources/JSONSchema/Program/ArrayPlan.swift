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
