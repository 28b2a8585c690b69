import AuditLog
import Foundation
import Testing

@Suite("Scanned line")
struct ScannedLineTests {
    private func scan(_ text: String) -> ScannedLine? { scan(Array(text.utf8)) }

    private func scan(_ bytes: [UInt8]) -> ScannedLine? { ScannedLine(bytes.span) }

    @Test("the members that are looked at are found, also in another order and with spaces")
    func members() throws {
        let text = #"{ "ts":"t", "x":[1,{"seq":9}],"seq": 17 ,"rk":"k","kind":"request.admit","prune":{"to":5}}"#
        let line = try #require(scan(text))
        #expect(line.sequence == 17)
        let bytes = Array(text.utf8)
        func part(_ range: Range<Int>?) -> String? { range.map { String(decoding: bytes[$0], as: UTF8.self) } }
        #expect(part(line.kind) == "request.admit")
        #expect(part(line.time) == "t")
        #expect(part(line.replayKey) == "k")
        #expect(part(line.prune) == #"{"to":5}"#)
        let prune = try #require(line.prune)
        let to = ScannedLine.integerMember("to", of: prune, in: bytes.span)
        #expect(to == 5)
        #expect(line.source == nil)
    }

    @Test(
        "what is not one JSON object, or says a number twice or oddly, is no line",
        arguments: [
            "", "{", "{}x", "[]", "1", #"{"seq":1,"seq":1}"#, #"{"seq":01}"#, #"{"seq":-1}"#, #"{"seq":1.0}"#,
            #"{"seq":"1"}"#, #"{"seq":1,}"#, #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#, "{\"a\":\"\n\"}", #"{"a":+1}"#,
            #"{"a":.5}"#, #"{"a":tru}"#, #"{"a" 1}"#, #"{"a":1 "b":2}"#, #"{"seq":99999999999999999999}"#,
            "{\"a\":" + String(repeating: "[", count: 20) + String(repeating: "]", count: 20) + "}",
        ]
    )
    func refused(text: String) {
        #expect(scan(text) == nil)
    }

    @Test("a line that is not UTF-8 is no line")
    func notUTF8() {
        #expect(scan([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]) == nil)
    }

    @Test("every cut and every changed byte of a line is read without a trap, and a cut one is never a line")
    func robust() {
        let text = #"{"a":"ä\n☃","b":[true,null,-1.5e3],"kind":"x","seq":7,"ts":"t"}"#
        let bytes = Array(text.utf8)
        for end in bytes.indices { #expect(scan(Array(bytes[..<end])) == nil) }
        for index in bytes.indices {
            for value: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x2C, 0x80, 0xFF] {
                var changed = bytes
                changed[index] = value
                let isJSON = (try? JSONSerialization.jsonObject(with: Data(changed))) is [String: Any]
                if scan(changed) != nil { #expect(isJSON, "\(index) \(value)") }
            }
        }
    }
}
