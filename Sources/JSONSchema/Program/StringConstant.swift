internal import StrictJSON

struct StringConstant {
    var hash: UInt32
    var offset: Int32
    var length: Int32
    /// The text where it is at most 16 bytes long.
    var short: ShortText
}
