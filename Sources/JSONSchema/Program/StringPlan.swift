struct StringPlan {
    var lengthMin: UInt32 = 0
    var lengthMax: UInt32 = .max
    var pattern: Int32 = -1
    var format: SchemaFormat?
    var content: ContentRule = .none

    /// There is more to look at than the length.
    var readsText: Bool { pattern >= 0 || format != nil || content != .none }
}
