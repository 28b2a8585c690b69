struct ConstantPlan {
    var stringStart: Int32 = 0
    var stringCount: Int32 = 0
    var valueStart: Int32 = 0
    var valueCount: Int32 = 0
    /// The table of the strings where there are many of them; −1: none.
    var tableStart: Int32 = -1
    var tableMask: Int32 = 0
}
