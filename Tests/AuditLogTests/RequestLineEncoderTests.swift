import AuditLog
import Foundation
import Testing

@Suite("Request line encoder")
struct RequestLineEncoderTests {
    private func line(_ entry: RequestEntry, sequence: UInt64 = 17) -> String {
        var buffer: [UInt8] = []
        var entry = entry
        let encoded = RequestLineEncoder.encode(&entry, into: &buffer)
        #expect(encoded.start == 0)
        #expect(encoded.count == buffer.count)
        buffer.insert(contentsOf: Array(String(sequence).utf8), at: encoded.sequenceOffset)
        return String(decoding: buffer, as: UTF8.self)
    }

    private func full() -> RequestEntry {
        var entry = RequestEntry()
        entry.kind = .admit
        entry.time = 1_787_307_072_000_017
        entry.requestID = UUIDv7(microseconds: 1_787_307_072_000_017, random: 0x1234)
        entry.source = .string("cms-prod")
        var client = RequestEntry.Client()
        client.ip = .string("203.0.113.7")
        client.peer = .string("10.0.0.1")
        client.port = 40_000
        client.via = [.string("10.0.0.1"), .string("10.0.0.2")]
        client.tls = .tls13
        client.sni = entry.keep(Array("gw.example.com".utf8).span)
        entry.client = client
        var http = RequestEntry.HTTP()
        http.method = .literal("POST")
        http.path = entry.keep(Array("/hooks/cms".utf8).span)
        http.host = entry.keep(Array("gw.example.com".utf8).span)
        http.userAgent = entry.keep(Array("agent/1 \"x\"".utf8).span)
        http.length = 812
        entry.http = http
        var event = RequestEntry.Event()
        event.id = entry.keep(Array("evt_1".utf8).span)
        event.type = .string("posts.update")
        event.timestamp = 1_787_306_400
        event.attempt = 2
        entry.event = event
        var signature = RequestEntry.Signature()
        signature.scheme = .string("standard")
        signature.key = .string("k_01J")
        signature.algorithm = .literal("hmac-sha256")
        signature.presented = 1
        entry.signature = signature
        entry.checks = Array("route+,address+,content+,signature+,timestamp+,payload+,replay+".utf8)
        entry.decision = .allow
        entry.bodyBytes = 812
        entry.bodyMAC = .string("m1:2026-08:9m1o")
        entry.fields = RequestEntry.sortedFields([
            .init(pointer: "/operation", value: .string("update")),
            .init(pointer: "/collection", value: .string("posts")),
        ])
        entry.replayKey = .string("TKhxWH-FU658dl8KXs0BAGqFsAo")
        entry.durations = .init()
        entry.durations?.verify = 41
        entry.durations?.total = 90
        entry.configDigest = 0x9F2C_41D0_7A3B_E815
        entry.keyringRevision = 42
        entry.degraded = ["replay-local"]
        return entry
    }

    @Test("further keys that fitted are named between the algorithm and the key")
    func furtherKeys() {
        var entry = full()
        entry.signature?.also = ["k_02", "k_03"]
        let line = line(entry)
        #expect(
            line.contains(
                #""sig":{"alg":"hmac-sha256","also":["k_02","k_03"],"key":"k_01J","n":1,"scheme":"standard"}"#
            )
        )
    }

    @Test("a key that is about to end its life is said to be retiring, last in the member")
    func retiringKey() {
        var entry = full()
        entry.signature?.isRetiring = true
        #expect(line(entry).contains(#""n":1,"scheme":"standard","state":"retiring"},"source""#))
    }

    @Test("a full admit entry is written member by member in sorted order")
    func fullEntry() {
        let expected =
            #"{"body":{"bytes":812,"mac":"m1:2026-08:9m1o"},"cfg":"9f2c41d07a3be815","#
            + #""checks":"route+,address+,content+,signature+,timestamp+,payload+,replay+","#
            + #""client":{"ip":"203.0.113.7","peer":"10.0.0.1","port":40000,"proto":"h1","sni":"gw.example.com","tls":"1.3","#
            + #""via":["10.0.0.1","10.0.0.2"]},"decision":"allow","deg":["replay-local"],"#
            + #""event":{"attempt":2,"id":"evt_1","ts":1787306400,"type":"posts.update"},"#
            + #""fields":{"/collection":"posts","/operation":"update"},"#
            + #""http":{"host":"gw.example.com","len":812,"method":"POST","path":"/hooks/cms","ua":"agent/1 \"x\""},"#
            + #""kind":"request.admit","kr":42,"rid":"01a023cd-9a00-7045-8000-000000001234","#
            + #""rk":"TKhxWH-FU658dl8KXs0BAGqFsAo","seq":17,"#
            + #""sig":{"alg":"hmac-sha256","key":"k_01J","n":1,"scheme":"standard"},"source":"cms-prod","#
            + #""ts":"2026-08-21T10:11:12.000017Z","us":{"total":90,"verify":41},"v":1}"#
        #expect(line(full()) == expected)
    }

    @Test("a second entry is appended behind the first and found at its own offsets")
    func appends() {
        var buffer: [UInt8] = Array("xyz".utf8)
        var entry = full()
        let first = RequestLineEncoder.encode(&entry, into: &buffer)
        let second = RequestLineEncoder.encode(&entry, into: &buffer)
        #expect(first.start == 3)
        #expect(second.start == 3 + first.count)
        #expect(first.sequenceOffset == second.sequenceOffset)
        #expect(Array(buffer[3..<second.start]) == Array(buffer[second.start...]))
    }

    private func members(_ entry: RequestEntry) -> [String: String] {
        let pairs = Mirror(reflecting: entry).children.map { ($0.label ?? "", String(describing: $0.value)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test("reset makes every member what it is in a new entry")
    func resetAll() {
        var entry = full()
        entry.trace = .string("t")
        entry.reason = .literal("route.unknown")
        entry.detail = .string("d")
        entry.status = 404
        entry.replayMarks = (1, 2)
        entry.upstream = .init()
        let fresh = members(RequestEntry())
        let filled = members(entry)
        #expect(fresh.count > 20)
        for (name, value) in fresh { #expect(filled[name] != value, "\(name) is not covered by this test") }
        entry.reset()
        #expect(members(entry) == fresh)
    }

    @Test("reset leaves nothing of the entry before")
    func resetForgets() {
        var entry = full()
        entry.reset()
        entry.status = 404
        entry.reason = .literal("route.unknown")
        let text = line(entry)
        #expect(
            text == #"{"kind":"request.deny","reason":"route.unknown","rid":"00000000-0000-0000-0000-000000000000","#
                + #""seq":17,"status":404,"ts":"1970-01-01T00:00:00.000000Z","v":1}"#
        )
    }

    @Test("an outcome carries the upstream's answer")
    func outcome() {
        var entry = RequestEntry()
        entry.kind = .outcome
        var upstream = RequestEntry.Upstream()
        upstream.name = .string("app")
        upstream.address = .string("127.0.0.1:3000")
        upstream.milliseconds = 12
        upstream.state = .unknown
        upstream.error = .literal("reset")
        entry.upstream = upstream
        #expect(
            line(entry).contains(
                #""up":{"addr":"127.0.0.1:3000","err":"reset","ms":12,"name":"app","state":"unknown","try":1},"v":1}"#
            )
        )
    }

    @Test(
        "text that is not plain is escaped as RFC 8785 says, or percent-encoded and named in cut",
        arguments: [
            (Array("a\"b\\c".utf8), #""a\"b\\c""#, false),
            (Array("\u{8}\t\n\u{c}\r\u{1}\u{1f}".utf8), #""\b\t\n\f\r\u0001\u001f""#, false),
            (Array("Käse – ☃ 🧀".utf8), "\"Käse – ☃ 🧀\"", false),
            ([0x61, 0xFF, 0x25, 0x22, 0x0A], #""a%FF%25\"%0A""#, true),
            ([0xC3], #""%C3""#, true),
            ([0xED, 0xA0, 0x80], #""%ED%A0%80""#, true),
            ([0x78, 0x7F], #""x%7F""#, true),
            (Array("a\u{9b}b".utf8), #""a%C2%9Bb""#, true),
            (Array("a\u{202e}b".utf8), #""a%E2%80%AEb""#, true),
            (Array("a\u{2028}b".utf8), #""a%E2%80%A8b""#, true),
        ] as [([UInt8], String, Bool)]
    )
    func escapes(bytes: [UInt8], expected: String, isNamed: Bool) {
        var entry = RequestEntry()
        var http = RequestEntry.HTTP()
        http.userAgent = entry.keep(bytes.span)
        entry.http = http
        let text = line(entry)
        let member = "\"http\":{\"ua\":\(expected)}"
        #expect(text.hasPrefix(isNamed ? "{\"cut\":[\"http.ua\"],\(member)," : "{\(member),"))
    }

    @Test("every single byte gives a line that a JSON reader accepts, and no raw control byte", arguments: 0...255)
    func everyByte(value: Int) throws {
        var entry = RequestEntry()
        var http = RequestEntry.HTTP()
        http.path = entry.keep([UInt8](repeating: UInt8(value), count: 9).span)
        entry.http = http
        let text = line(entry)
        _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
        #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }

    @Test("a text is cut at 512 bytes, never inside a character, and named in cut")
    func cutsTexts() {
        var entry = RequestEntry()
        var http = RequestEntry.HTTP()
        http.path = entry.keep([UInt8](repeating: 0x61, count: 513).span)
        http.userAgent = entry.keep(Array((String(repeating: "a", count: 511) + "ä").utf8).span)
        http.host = entry.keep([UInt8](repeating: 0x62, count: 512).span)
        entry.http = http
        entry.bodyBytes = 3
        let text = line(entry)
        #expect(text.hasPrefix("{\"body\":{\"bytes\":3},\"cut\":[\"http.path\",\"http.ua\"],\"http\":{\"host\":"))
        #expect(text.contains("\"path\":\"" + String(repeating: "a", count: 512) + "\""))
        #expect(text.contains("\"ua\":\"" + String(repeating: "a", count: 511) + "\""))
        #expect(text.contains("\"seq\":17,"))
    }

    @Test("the longest entry an attacker can cause stays within 8 KiB and says what was cut")
    func staysWithinLimit() throws {
        var entry = full()
        let hostile = [UInt8](repeating: 0x01, count: 600)
        let kept = entry.keep(hostile.span)
        entry.client?.via = Array(repeating: kept, count: 32)
        entry.http?.path = kept
        entry.http?.userAgent = kept
        entry.event?.id = kept
        entry.fields = (0..<64).map {
            .init(pointer: "/\($0)/" + String(repeating: "x", count: 900), value: .string("\u{1}"))
        }
        entry.fields = RequestEntry.sortedFields(entry.fields)
        let text = line(entry, sequence: .max)
        #expect(text.utf8.count + 1 <= EncodedLine.maxLineBytes)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let cut = try #require(object["cut"] as? [String])
        #expect(cut.contains("fields"))
        #expect(cut.contains("client.via"))
    }

    @Test("integers beyond what JSON readers keep exactly are clamped")
    func clamps() {
        var entry = RequestEntry()
        entry.event = .init()
        entry.event?.timestamp = .max
        #expect(line(entry).contains("\"ts\":9007199254740991}"))
        entry.event?.timestamp = .min
        #expect(line(entry).contains("\"ts\":-9007199254740991}"))
    }
}
