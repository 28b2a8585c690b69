import Testing
import WebhookVerification

@Suite("RFC3339")
struct RFC3339Tests {
    private static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        return RFC3339.parse(bytes.span)?.microseconds
    }

    @Test(
        "a date-time with an offset is read to the microsecond",
        arguments: [
            ("1970-01-01T00:00:00Z", Int64(0)),
            ("2026-08-21T10:11:12.000017Z", 1_787_307_072_000_017),
            ("2026-08-21t12:11:12+02:00", 1_787_307_072_000_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
            ("1969-12-31T23:59:59Z", -1_000_000),
            ("2026-08-21T10:11:12.1234567Z", 1_787_307_072_123_456),
        ]
    )
    func accepted(_ text: String, _ expected: Int64) { #expect(Self.parse(text) == expected) }

    @Test(
        "everything else is refused",
        arguments: [
            "", "2026-08-21", "2026-08-21T10:11:12", "2026-08-21 10:11:12Z", "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-08-21T24:00:00Z", "2026-08-21T10:60:00Z", "2026-08-21T10:11:61Z",
            "2026-08-21T10:11:60Z", "2026-08-21T10:11:12.Z", "2026-08-21T10:11:12+2:00", "2026-08-21T10:11:12+24:00",
            "+026-08-21T10:11:12Z", "2026-08-21T10:11:12Zx", "2026-08-21T10:11:12.1234567890Z",
        ]
    )
    func refused(_ text: String) { #expect(Self.parse(text) == nil) }
}

@Suite("EventPattern")
struct EventPatternTests {
    @Test(
        "a star stands for any run of bytes, everything else for itself",
        arguments: [
            ("posts.*", "posts.create", true), ("posts.*", "posts.", true), ("posts.*", "post.create", false),
            ("*", "", true), ("*.create", "orders.create", true), ("a*b*c", "axxbyyc", true), ("a*b*c", "acb", false),
            ("aa*aa", "aaa", false), ("posts.create", "posts.create", true), ("posts.create", "posts.created", false),
        ]
    )
    func matching(_ pattern: String, _ name: String, _ expected: Bool) {
        #expect(EventPattern(pattern).matches(Array(name.utf8)) == expected)
    }
}

@Suite("CheckTrace")
struct CheckTraceTests {
    @Test("the audit form lists checks in order and ends at the first failure")
    func text() {
        var trace = CheckTrace()
        trace[.route] = .passed
        trace[.address] = .passed
        trace[.content] = .notConfigured
        trace[.signature] = .failed
        var bytes: [UInt8] = []
        trace.append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "route+,address+,content~,signature-")
    }

    @Test("a check in shadow that would have refused is marked with a question mark")
    func shadow() {
        var trace = CheckTrace()
        trace[.payload] = .passed
        trace.markShadowed(.payload)
        var bytes: [UInt8] = []
        trace.append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "payload?")
    }
}
