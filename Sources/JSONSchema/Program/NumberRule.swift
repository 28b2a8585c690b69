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
