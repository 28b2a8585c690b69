import Testing
import WebhookVerification

@Suite("Field names")
struct FieldNameTests {
    /// What one byte at a time says.
    private func isName(_ other: [UInt8], _ name: [UInt8]) -> Bool { other.map(FieldName.lowercased) == name }

    @Test(
        "every byte value at every place of names of 0 to 25 bytes is compared as one byte is, ASCII letters in any case"
    )
    func everyByte() {
        for count in 0...25 {
            let name = (0..<count).map { UInt8(ascii: "a") + UInt8($0) }
            let shorter = Array(name.dropLast())
            let isItself = FieldName.isName(name.span, spelling: name.span)
            let isShorter = FieldName.isName(shorter.span, spelling: name.span)
            #expect(isItself && (isShorter == name.isEmpty))
            for place in 0..<count {
                for byte in UInt8.min...UInt8.max {
                    var other = name
                    other[place] = byte
                    let isEqual = FieldName.isName(other.span, spelling: name.span)
                    if isEqual != isName(other, name) { Issue.record("\(byte) at \(place) of \(count)") }
                }
            }
        }
    }

    @Test("only A to Z change in eight bytes at once, whatever stands beside them")
    func everyLetter() {
        for byte in UInt8.min...UInt8.max {
            for rest in [UInt8(0), 0x40, 0x5A, 0x7F, 0x80, 0xFF] {
                for place in 0..<8 {
                    var bytes = [UInt8](repeating: rest, count: 8)
                    bytes[place] = byte
                    let word = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                    let expected = bytes.map(FieldName.lowercased).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                    if FieldName.lowercased(word) != expected { Issue.record("\(byte) at \(place) among \(rest)") }
                }
            }
        }
    }
}
