/// What an asserted content keyword demands (draft 7).
enum ContentRule: UInt8 {
    case none
    case json
    case base64
    case base64JSON
}
