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
