import GatewayServer
import Testing

@Suite("JSONIndenter")
struct JSONIndenterTests {
    private func lines(_ text: String, width: Int = 30) -> [String] {
        JSONIndenter(width: width).lines(Array(text.utf8))
    }

    @Test("members stand on lines of their own, values that fit stay on one line")
    func object() {
        #expect(
            lines(#"{"a":1,"b":{"c":[true,null]},"d":{}}"#)
                == ["{", #"  "a": 1,"#, #"  "b": {"c": [true, null]},"#, #"  "d": {}"#, "}"]
        )
    }

    @Test("a value that does not fit is broken up")
    func broken() {
        #expect(
            lines(#"{"b":{"first":"0123456789","second":2}}"#)
                == ["{", #"  "b": {"#, #"    "first": "0123456789","#, #"    "second": 2"#, "  }", "}"]
        )
    }

    @Test("numbers stay as they are written, control characters stay escaped")
    func scalars() {
        #expect(lines(#"[1.50e3]"#) == ["[1.50e3]"])
        #expect(lines(#"["\u001b\n\u00e9"]"#) == [#"["\u001b\n"# + "\u{E9}" + #""]"#])
    }

    @Test("what is not JSON comes out as it is")
    func noJSON() { #expect(lines("Forbidden") == ["Forbidden"]) }
}
