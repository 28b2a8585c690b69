struct ValueConstant {
    var source: Int32
    var index: Int32
    var code: UInt32
}
