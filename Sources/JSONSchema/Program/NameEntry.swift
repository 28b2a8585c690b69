internal import StrictJSON

struct NameEntry {
    var hash: UInt32 = 0
    /// The name's number, −1 for a free place.
    var slot: Int32 = -1
    /// The subschema of the value, −1 where only the presence counts.
    var schema: Int32 = -1
    var offset: Int32 = 0
    var length: Int32 = 0
    /// The name where it is at most 16 bytes long.
    var short = ShortText(literal: [])
}
