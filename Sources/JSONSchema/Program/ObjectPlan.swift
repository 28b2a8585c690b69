struct ObjectPlan {
    var countMin: UInt32 = 0
    var countMax: UInt32 = .max
    /// The names that something is said about, as an open-addressing table of `tableMask + 1` entries; −1: none.
    var tableStart: Int32 = -1
    var tableMask: Int32 = 0
    /// What a name's hash is multiplied with; the high bits of the product are its place.
    var tableFactor: UInt32 = 1
    var tableShift: UInt32 = 0
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
    /// There are no rules for names but `properties`, `required` and `additionalProperties`.
    var isPlain: Bool { patternCount == 0 && propertyNames < 0 }
    /// Whether the members have to be looked at at all.
    var looksAtMembers = false
}
