struct ConstantPlan {
    var stringStart: Int32 = 0
    var stringCount: Int32 = 0
    var valueStart: Int32 = 0
    var valueCount: Int32 = 0
}
