import StrictJSON
import Testing

@Suite("JSONDocument.parse")
struct JSONParserTests {
    @Test(
        "a refused text names its rule and the byte",
        arguments: [
            ("", JSONFaultKind.empty, 0),
            (" \n", .empty, 2),
            ("[", .unexpectedEnd, 1),
            ("[1", .unexpectedEnd, 2),
            ("[1,", .unexpectedEnd, 3),
            ("{\"a\"", .unexpectedEnd, 4),
            ("{\"a\":", .unexpectedEnd, 5),
            ("\"abc", .unexpectedEnd, 4),
            ("[1,]", .unexpectedByte, 3),
            ("{\"a\":1,}", .unexpectedByte, 7),
            ("{\"a\" 1}", .unexpectedByte, 5),
            ("{a:1}", .unexpectedByte, 1),
            ("[1}", .unexpectedByte, 2),
            ("'a'", .unexpectedByte, 0),
            ("+1", .unexpectedByte, 0),
            (".5", .unexpectedByte, 0),
            ("NaN", .unexpectedByte, 0),
            ("// x\n1", .unexpectedByte, 0),
            ("1 2", .trailingBytes, 2),
            ("{}x", .trailingBytes, 2),
            ("truE", .invalidLiteral, 3),
            ("[nul]", .invalidLiteral, 4),
            ("tru", .unexpectedEnd, 3),
            ("01", .invalidNumber, 1),
            ("-", .unexpectedEnd, 1),
            ("-x", .invalidNumber, 1),
            ("1.", .unexpectedEnd, 2),
            ("[1.]", .invalidNumber, 3),
            ("[1e]", .invalidNumber, 3),
            ("[1e+]", .invalidNumber, 4),
            ("\"\\x41\"", .invalidEscape, 1),
            ("\"\\u00g0\"", .invalidEscape, 5),
            ("\"a\u{9}\"", .controlCharacter, 2),
            ("\"\\uD800\"", .loneSurrogate, 1),
            ("\"\\uDC00\\uD800\"", .loneSurrogate, 1),
            ("\"\\u0000\"", .nulCharacter, 1),
            ("\u{FEFF}1", .byteOrderMark, 0),
        ]
    )
    func refuses(text: String, kind: JSONFaultKind, offset: Int) {
        #expect(fault(text) == JSONFault(kind, at: offset))
    }

    @Test(
        "bytes outside UTF-8 are refused where their sequence starts",
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xEC, 0x80], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x92], [0xFE], [0xFF],
        ] as [[UInt8]]
    )
    func refusesInvalidUTF8(sequence: [UInt8]) {
        #expect(fault([0x22, 0x61] + sequence + [0x22]) == JSONFault(.invalidUTF8, at: 2))
    }

    @Test(
        "the same member name twice is refused, compared as decoded bytes",
        arguments: [
            ("{\"a\":1,\"a\":1}", 7),
            ("{\"a\":1,\"\\u0061\":2}", 16),
            ("{\"\\u0061\":1,\"a\":2}", 12),
            ("{\"é\":1,\"\\u00e9\":2}", 17),
            ("{\"😀\":1,\"\\ud83d\\ude00\":2}", 25),
            ("{\"\":1,\"\":2}", 6),
            ("[{\"b\":{\"a\":1},\"a\":2,\"a\":3}]", 20),
        ]
    )
    func refusesDuplicates(text: String, offset: Int) {
        #expect(fault(text) == JSONFault(.duplicateMember, at: offset))
        #expect(fault(text, .rfc8259) == nil)
    }

    @Test("names that differ in any byte are different: case, Unicode normal form, nesting")
    func keepsDistinctNames() {
        #expect(fault("{\"a\":1,\"A\":2,\"é\":3,\"e\u{301}\":4,\"o\":{\"a\":1}}") == nil)
    }

    @Test("a repeat is found at every place of objects of every size up to 300")
    func findsRepeatsAnywhere() {
        let document = JSONDocument()
        for count in [2, 7, 8, 9, 10, 33, 64, 65, 300] {
            let names = (0..<count).map { "\"name\($0)\":\($0)" }
            #expect(document.parse(array: Array("{\(names.joined(separator: ","))}".utf8)) == nil)
            for repeated in [0, count / 2, count - 1] {
                let text = "{\((names + ["\"name\(repeated)\":0"]).joined(separator: ","))}"
                #expect(document.parse(array: Array(text.utf8))?.kind == .duplicateMember, "\(count) \(repeated)")
            }
        }
    }

    @Test("allowIdentical lets equal values through and nothing else")
    func allowsIdentical() {
        var policy = JSONPolicy.default
        policy.duplicateMembers = .allowIdentical
        #expect(fault("{\"a\":[1.0,{\"x\":\"\\u0061\"}],\"a\":[1,{\"x\":\"a\"}]}", policy) == nil)
        #expect(fault("{\"a\":1,\"a\":2}", policy)?.kind == .duplicateMember)
        #expect(fault("{\"a\":1,\"a\":1,\"a\":2}", policy)?.kind == .duplicateMember)
    }

    @Test("depth: 64 containers in one another are accepted, the 65th is refused where it opens")
    func limitsDepth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(fault(nested(64)) == nil)
        #expect(fault(nested(65)) == JSONFault(.tooDeep, at: 64))
        #expect(fault(nested(100_000)) == JSONFault(.tooDeep, at: 64))
        #expect(fault(String(repeating: "[],", count: 9).dropLast().description)?.kind == .trailingBytes)
        #expect(fault("[" + Array(repeating: "{\"a\":[]}", count: 100).joined(separator: ",") + "]") == nil)
    }

    @Test("100,000 values are accepted, one more is refused")
    func limitsValues() {
        func list(_ count: Int) -> String { "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]" }
        #expect(fault(list(99_999)) == nil)
        #expect(fault(list(100_000))?.kind == .tooManyValues)
    }

    @Test("10,000 members in one object are accepted, one more is refused")
    func limitsMembers() {
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        }
        #expect(fault(object(10_000)) == nil)
        #expect(fault(object(10_001)) == JSONFault(.tooManyMembers, at: 0))
    }

    @Test("a name of 1,024 decoded bytes is accepted, one more is refused")
    func limitsNames() {
        #expect(fault("{\"\(String(repeating: "a", count: 1024))\":1}") == nil)
        #expect(fault("{\"\(String(repeating: "a", count: 1025))\":1}") == JSONFault(.nameTooLong, at: 1))
        #expect(fault("{\"\(String(repeating: "\\u0061", count: 1024))\":1}") == nil)
        #expect(fault("{\"\(String(repeating: "\\u00e9", count: 513))\":1}") == JSONFault(.nameTooLong, at: 1))
    }

    @Test(
        "number limits: 64 digits, exponent 400, the range of binary64",
        arguments: [
            (String(repeating: "9", count: 64), nil),
            (String(repeating: "9", count: 65), JSONFaultKind.tooManyDigits),
            ("0." + String(repeating: "0", count: 80) + "1", nil),
            ("0." + String(repeating: "0", count: 400) + "1", .exponentTooLarge),
            ("1" + String(repeating: "0", count: 64), .tooManyDigits),
            ("1e308", nil),
            ("1e309", .numberTooLarge),
            ("1.7976931348623157e308", nil),
            ("1.7976931348623158e308", nil),
            ("1.797693134862315808e308", .numberTooLarge),
            ("-1e400", .numberTooLarge),
            ("1e-400", nil),
            ("1e401", .exponentTooLarge),
            ("1e-401", .exponentTooLarge),
            ("0e401", .exponentTooLarge),
            ("1e1000000", .exponentTooLarge),
            ("1e99999999999999999999999999", .exponentTooLarge),
            (String(repeating: "1", count: 1_000_000), .tooManyDigits),
            ("0." + String(repeating: "0", count: 1_000_000), .tooManyDigits),
        ] as [(String, JSONFaultKind?)]
    )
    func limitsNumbers(text: String, kind: JSONFaultKind?) {
        #expect(fault(text)?.kind == kind)
        #expect(fault("[" + text + "]")?.kind == kind)
    }

    @Test(
        "integers beyond 2^53-1 are exact and flagged; I-JSON refuses them",
        arguments: [
            ("9007199254740991", false), ("9007199254740992", true), ("-9007199254740991", false),
            ("-9007199254740992", true), ("123456789012345678901234567890", true), ("1e300", false), ("0.5", false),
            ("999999999", false), ("1234567890", false),
        ]
    )
    func flagsUnsafeIntegers(text: String, isUnsafe: Bool) throws {
        let parsed = try Parsed("[\(text)]")
        #expect(parsed.document.hasUnsafeIntegers == isUnsafe)
        #expect(fault(text, .iJSON)?.kind == (isUnsafe ? .unsafeInteger : nil))
    }

    @Test("names that change a prototype are refused for handlers in JavaScript, through escapes too")
    func refusesPrototypeMembers() {
        for name in ["__proto__", "constructor", "prototype", "\\u005f_proto__"] {
            #expect(fault("{\"\(name)\":1}", .nodeHandler) == JSONFault(.prototypeMember, at: 1))
            #expect(fault("{\"\(name)\":1}") == nil)
            #expect(fault("[\"\(name)\"]", .nodeHandler) == nil)
        }
    }

    @Test("U+0000: nowhere, in values only, everywhere")
    func switchesNUL() {
        var policy = JSONPolicy.default
        policy.nulCharacters = .refuseInNames
        #expect(fault("[\"a\\u0000\"]", policy) == nil)
        #expect(fault("{\"a\\u0000\":1}", policy) == JSONFault(.nulCharacter, at: 3))
        #expect(fault("{\"a\\u0000\":1}", .rfc8259) == nil)
    }

    @Test("noncharacters are refused by I-JSON, escaped or not")
    func switchesNoncharacters() {
        for text in ["\"\u{FFFF}\"", "\"\\uFDD0\"", "\"\u{1FFFE}\"", "\"\\uD83F\\uDFFE\""] {
            #expect(fault(text) == nil)
            #expect(fault(text, .iJSON)?.kind == .noncharacter)
        }
        #expect(fault("\"\u{FFFD}\u{1F600}\"", .iJSON) == nil)
    }

    @Test("no text of a fault quotes the payload and every kind has its class")
    func describesFaults() {
        #expect(fault("[\"secret\",x]")?.description == "unexpected byte at byte 10")
        #expect(JSONFaultKind.allCases.filter { $0.faultClass == .duplicateMember } == [.duplicateMember])
        #expect(JSONFaultKind.allCases.filter { $0.faultClass == .tooDeep } == [.tooDeep])
        #expect(JSONFaultKind.unsafeInteger.faultClass == .limits)
        #expect(Set(JSONFaultKind.allCases.map(\.sentence)).count == JSONFaultKind.allCases.count)
    }
}
