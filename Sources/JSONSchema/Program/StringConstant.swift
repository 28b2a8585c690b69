struct StringConstant {
    var hash: UInt32
    var offset: Int32
    var length: Int32
}
