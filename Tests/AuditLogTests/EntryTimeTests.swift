import AuditLog
import Testing

@Suite("Entry time and request id")
struct EntryTimeTests {
    @Test(
        "a time is written in UTC with six decimals and read back",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1, "1970-01-01T00:00:00.000001Z"),
            (951_782_399_999_999, "2000-02-28T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_787_307_072_000_017, "2026-08-21T10:11:12.000017Z"),
            (4_107_542_399_000_000, "2100-02-28T23:59:59.000000Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)]
    )
    func writes(microseconds: Int64, text: String) {
        #expect(EntryTime.text(microseconds) == text)
        #expect(EntryTime.parse(Array(text.utf8).span) == microseconds)
    }

    @Test("times outside 1970 to 9999 are written as the nearest one", arguments: [Int64.min, -1, Int64.max])
    func clamps(microseconds: Int64) {
        let expected = microseconds < 0 ? "1970-01-01T00:00:00.000000Z" : "9999-12-31T23:59:59.999999Z"
        #expect(EntryTime.text(microseconds) == expected)
    }

    @Test(
        "text of any other form is not a time",
        arguments: [
            "2026-08-21T10:11:12.000017", "2026-08-21 10:11:12.000017Z", "2026-13-21T10:11:12.000017Z",
            "2026-02-29T10:11:12.000017Z", "2026-08-21T24:11:12.000017Z", "2026-08-21T10:60:12.000017Z",
            "2026-08-21T10:11:60.000017Z", "2026-08-21T10:11:12.00001xZ", "1969-08-21T10:11:12.000017Z", "",
        ]
    )
    func refuses(text: String) {
        #expect(EntryTime.parse(Array(text.utf8).span) == nil)
    }

    @Test("a request id has version 7, variant 2, its time in front and its random bits behind")
    func uuid() {
        let id = UUIDv7(microseconds: 1_787_307_072_123_456, random: .max)
        #expect(id.text == "01a023cd-9a7b-774b-bfff-ffffffffffff")
        #expect(UUIDv7(microseconds: 0, random: 0).text == "00000000-0000-7000-8000-000000000000")
    }

    @Test("ids of later microseconds sort behind earlier ones")
    func sorts() {
        let texts = (0..<3000).map { UUIDv7(microseconds: 1_787_307_072_000_000 + Int64($0), random: 0).text }
        #expect(texts == texts.sorted())
        #expect(Set(texts).count == 3000)
    }
}
