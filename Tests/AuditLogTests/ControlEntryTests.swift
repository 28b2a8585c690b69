import AuditLog
import Testing

@Suite("Control entry")
struct ControlEntryTests {
    private func line(_ entry: ControlEntry) -> String {
        var buffer: [UInt8] = []
        let encoded = entry.encode(into: &buffer)
        buffer.insert(UInt8(ascii: "0"), at: encoded.sequenceOffset)
        return String(decoding: buffer, as: UTF8.self)
    }

    @Test("the entry of the shared vector comes out byte for byte")
    func vector() {
        let entry = ControlEntry(.systemStart, time: 1_787_307_072_000_000, members: ["node": .string("gw-1")])
        #expect(
            line(entry) == #"{"kind":"system.start","node":"gw-1","seq":0,"ts":"2026-08-21T10:11:12.000000Z","v":1}"#
        )
    }

    @Test("members are sorted at every level, and the four fixed ones cannot be replaced")
    func sorts() {
        let members: [String: AuditValue] = [
            "seq": .string("x"), "v": .integer(2), "actor": .object(["uid": .integer(-1), "type": .string("user")]),
            "zone": .list([.flag(true), .flag(false), .object([:])]),
        ]
        let entry = ControlEntry(.configReload, time: 0, members: members)
        #expect(
            line(entry) == #"{"actor":{"type":"user","uid":-1},"kind":"config.reload","seq":0,"#
                + #""ts":"1970-01-01T00:00:00.000000Z","v":1,"zone":[true,false,{}]}"#
        )
    }

    @Test("long texts are cut and named, and an entry that cannot fit keeps its kind")
    func cuts() {
        let long = String(repeating: "x", count: 600)
        let one = ControlEntry(.auditAlert, time: 0, members: ["rule": .string(long), "a": .integer(1)])
        #expect(line(one).hasPrefix(#"{"a":1,"cut":["rule"],"kind":"audit.alert","rule":"xxx"#))
        let many = Dictionary(uniqueKeysWithValues: (0..<3000).map { ("key\($0)", AuditValue.integer($0)) })
        let text = line(ControlEntry(.auditAlert, time: 0, members: many))
        #expect(
            text == #"{"cut":["members"],"kind":"audit.alert","seq":0,"ts":"1970-01-01T00:00:00.000000Z","v":1}"#
        )
    }
}
