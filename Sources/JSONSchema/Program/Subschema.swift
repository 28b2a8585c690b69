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
}
