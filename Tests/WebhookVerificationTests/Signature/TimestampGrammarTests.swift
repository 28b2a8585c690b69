import Testing
import WebhookVerification

@Suite struct TimestampGrammarTests {
    private func micros(_ grammar: TimestampGrammar, _ text: String) -> Int64? {
        grammar.parse(Array(text.utf8).span)?.microseconds
    }

    @Test("Numbers are seconds or milliseconds as the scheme says, and only `auto` tells them apart")
    func numbers() {
        #expect(micros(.seconds, "1767225600") == 1_767_225_600_000_000)
        #expect(micros(.seconds, "1767225600000") == 1_767_225_600_000_000_000)
        #expect(micros(.milliseconds, "1767225600123") == 1_767_225_600_123_000)
        #expect(micros(.auto, "1767225600") == 1_767_225_600_000_000)
        #expect(micros(.auto, "1767225600123") == 1_767_225_600_123_000)
        #expect(micros(.seconds, "9999999999999999") == nil)
    }

    @Test(
        "Dates are read to the microsecond, with their offset",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-01-01T00:00:00Z", 1_767_225_600_000_000),
            ("2020-01-01T00:00:00-07:00", 1_577_862_000_000_000), ("2024-02-29T23:59:59+00:30", 1_709_249_399_000_000),
            ("2026-01-01t00:00:00.5z", 1_767_225_600_500_000),
            ("2026-01-01T00:00:00.123456789Z", 1_767_225_600_123_456),
            ("1969-12-31T23:59:59Z", -1_000_000), ("2000-03-01T00:00:00Z", 951_868_800_000_000),
        ] as [(String, Int64)]
    )
    func dates(text: String, expected: Int64) { #expect(micros(.rfc3339, text) == expected) }

    @Test(
        "What is not a full RFC 3339 date is refused",
        arguments: [
            "2026-01-01", "2026-01-01T00:00Z", "2026-01-01 00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
            "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+24:00", "+026-01-01T00:00:00Z", "2026-01-01T00:00:00ZZ",
            "",
        ]
    )
    func refused(text: String) { #expect(micros(.rfc3339, text) == nil) }

    @Test("A missing offset means UTC only where the scheme says so")
    func missingOffset() {
        #expect(micros(.rfc3339UTC, "2024-03-27T15:42:29.551") == 1_711_554_149_551_000)
        #expect(micros(.rfc3339, "2024-03-27T15:42:29.551") == nil)
    }
}
