import StrictJSON
import Testing

@Suite("JSONWriter and JSONCanonicalizer, RFC 8785")
struct JSONWriterTests {
    @Test("commas and brackets are set by the writer")
    func writesStructure() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("a")
        writer.beginArray()
        writer.integer(-1)
        writer.string("x")
        writer.beginObject()
        writer.endObject()
        writer.boolean(true)
        writer.endArray()
        writer.name("b")
        writer.null()
        writer.endObject()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "{\"a\":[-1,\"x\",{},true],\"b\":null}")
    }

    @Test("section 3.2.2.2: the shortest escapes, everything else as it is")
    func escapes() {
        var writer = JSONWriter()
        writer.string("\u{0}\u{8}\u{9}\u{A}\u{B}\u{C}\u{D}\u{1F}\"\\/é€😀\u{7F}")
        let expected = "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/é€😀\u{7F}\""
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test("section 3.2.2: the example")
    func canonicalizesExample() throws {
        let parsed = try Parsed(
            """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
              "literals": [null, true, false]
            }
            """
        )
        let expected =
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        #expect(parsed.canonical() == expected)
    }

    @Test("section 3.2.3: members are sorted by UTF-16 code units")
    func sortsMembers() throws {
        let parsed = try Parsed(
            "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}"
        )
        #expect(parsed.canonical() == "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{FB33}\":3}")
    }

    @Test("section 3.2.3: any two names stand in the order of their UTF-16 code units")
    func order() throws {
        let parts = [
            "", "a", "b", "é", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
        ]
        let names = parts.flatMap { first in parts.map { first + $0 } }
        for left in names {
            for right in Set(names) where !left.utf16.elementsEqual(right.utf16) {
                let isFirst = left.utf16.lexicographicallyPrecedes(right.utf16)
                let expected = isFirst ? "{\"\(left)\":1,\"\(right)\":2}" : "{\"\(right)\":2,\"\(left)\":1}"
                #expect(try Parsed("{\"\(left)\":1,\"\(right)\":2}").canonical() == expected)
            }
        }
    }

    @Test("small integers stay as they are, minus zero does not")
    func integers() throws {
        let text = "[0,-0,7,-7,-10,999999999999999,-999999999999999,9007199254740991,1e0,10.0]"
        #expect(
            try Parsed(text).canonical()
                == "[0,0,7,-7,-10,999999999999999,-999999999999999,9007199254740991,1,10]"
        )
    }

    @Test(
        "appendix B: numbers",
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
        ] as [(UInt64, String)]
    )
    func printsNumbers(pattern: UInt64, text: String) {
        #expect(String(decoding: ECMANumber.text(Double(bitPattern: pattern)), as: UTF8.self) == text)
    }
}

@Suite("ExactDecimal")
struct ExactDecimalTests {
    private func compare(_ left: String, _ right: String) throws -> Bool {
        let parsed = try Parsed("[\(left),\(right)]", .rfc8259)
        let first = try parsed.find("/0")
        let second = try parsed.find("/1")
        return withByteView(parsed.bytes.span) { view in
            let side = JSONEquality.Side(
                tape: parsed.document.tape,
                bytes: view,
                names: parsed.document.decodedNameView
            )
            return JSONEquality.equal(side, first.index, side, second.index)
        }
    }

    @Test(
        "numbers are equal by value, exactly",
        arguments: [
            ("1", "1.0", true), ("100", "1e2", true), ("-0", "0", true), ("0.1", "1e-1", true),
            ("12.50", "1.25e1", true),
            ("9007199254740993", "9007199254740992", false), ("1", "-1", false),
            ("0.1", "0.10000000000000000001", false),
            ("123456789012345678901234567890", "123456789012345678901234567890.0", true), ("10", "1", false),
        ]
    )
    func equality(left: String, right: String, isEqual: Bool) throws {
        #expect(try compare(left, right) == isEqual)
        #expect(try compare(right, left) == isEqual)
    }

    @Test("the order of decimals agrees with integer arithmetic after scaling")
    func ordersLikeIntegers() throws {
        var state: UInt64 = 42
        func next(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        for _ in 0..<2000 {
            // Both numbers as hundredths, printed in three ways.
            let values = [Int(next(4001)) - 2000, Int(next(4001)) - 2000]
            let texts = values.map { value -> String in
                let sign = value < 0 ? "-" : ""
                let whole = value.magnitude / 100
                let rest = value.magnitude % 100
                switch next(3) {
                case 0: return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
                case 1: return "\(value)e-2"
                default:
                    return
                        "\(sign)0.\(String(repeating: "0", count: 5 - "\(value.magnitude)".count))\(value.magnitude)e3"
                }
            }
            let bytes = Array(texts.joined(separator: " ").utf8)
            let order = withByteView(bytes.span) { view in
                let left = ExactDecimal(view, 0, texts[0].utf8.count)
                let right = ExactDecimal(view, texts[0].utf8.count + 1, texts[1].utf8.count)
                return ExactDecimal.compare(left, right)
            }
            #expect(order == (values[0] < values[1] ? -1 : values[0] > values[1] ? 1 : 0), "\(texts)")
        }
    }
}
