import AuditLog
import Foundation
import GatewayCrypto
import GatewayTestSupport
import Testing

@Suite("Field MACs and sealed values")
struct RedactionTests {
    private struct Vectors: Decodable {
        let field_mac: [String: String]
    }

    private static func key(_ first: UInt8 = 0) -> SecretBytes {
        var bytes = (0..<32).map { UInt8($0) }
        bytes[0] ^= first
        return SecretBytes(bytes.span)
    }

    private static func open(_ line: SealedLine, _ origin: String, _ key: SecretBytes) -> SecretBytes? {
        try? line.open(origin: origin, key: key)
    }

    @Test("the field MACs of the shared vectors come out byte for byte", .enabled(if: SharedData.isAvailable))
    func vectors() throws {
        let data = try SharedData.read("vectors/audit-and-keys.json")
        let vectors = try JSONDecoder().decode(Vectors.self, from: data).field_mac
        let key = try #require(Hex.decode(vectors["epoch_key_hex"] ?? ""))
        let month = try #require(AuditEpoch("2026-08"))
        let mac = try FieldMAC(month, key: SecretBytes(key.span))
        var count = 0
        for (text, expected) in vectors where text != "epoch_key_hex" {
            let parts = text.split(separator: "=", maxSplits: 1)
            #expect(mac.text(path: String(parts[0]), value: Array(parts[1].utf8)) == expected, "\(text)")
            count += 1
        }
        #expect(count >= 2)
    }

    @Test("a field MAC depends on key, path and value, and nothing can move between path and value")
    func separation() throws {
        let month = try #require(AuditEpoch("2026-08"))
        let mac = try FieldMAC(month, key: RedactionTests.key())
        let other = try FieldMAC(month, key: RedactionTests.key(1))
        let base = try #require(mac.text(path: "/a", value: Array("b".utf8)))
        #expect(base.utf8.count == FieldMAC.byteCount)
        #expect(mac.text(path: "/a", value: Array("b".utf8)) == base)
        #expect(other.text(path: "/a", value: Array("b".utf8)) != base)
        #expect(mac.text(path: "/ab", value: []) != mac.text(path: "/a", value: Array("b".utf8)))
        #expect(mac.text(path: "/a", value: Array("bb".utf8)) != base)
        #expect(FieldMAC.epoch(of: base) == month)
        #expect(FieldMAC.epoch(of: "m1:2026-13:" + base.suffix(22)) == nil)
        #expect(FieldMAC.epoch(of: String(base.dropLast())) == nil)
    }

    @Test(
        "a month begins and ends at midnight UTC",
        arguments: [
            ("2026-02", "2026-02-01T00:00:00.000000Z", "2026-03-01T00:00:00.000000Z"),
            ("2026-12", "2026-12-01T00:00:00.000000Z", "2027-01-01T00:00:00.000000Z"),
            ("2024-02", "2024-02-01T00:00:00.000000Z", "2024-03-01T00:00:00.000000Z"),
        ]
    )
    func months(_ text: String, _ start: String, _ end: String) throws {
        let month = try #require(AuditEpoch(text))
        #expect(EntryTime.text(month.start) == start)
        #expect(EntryTime.text(month.end) == end)
        #expect(AuditEpoch(containing: month.start) == month)
        #expect(AuditEpoch(containing: month.end - 1) == month)
        #expect(AuditEpoch(containing: month.end) == month.next)
        #expect(month.contains(month.start) && !month.contains(month.end))
        #expect(AuditEpoch.months(from: month.start, to: month.end).map(\.text) == [text, month.next.text])
    }

    @Test(
        "what is no month is refused",
        arguments: ["2026-00", "2026-13", "2026-8", "2026-08-01", "", "202608", "9999-12"]
    )
    func noMonth(_ text: String) { #expect(AuditEpoch(text) == nil) }

    @Test("a sealed value opens only with its key, its log, its entry and its field")
    func sealing() throws {
        let month = try #require(AuditEpoch("2026-08"))
        let value = Array("böb@example.com".utf8)
        let sealed = SealedValue(epoch: month, path: Array("/a\"b".utf8), value: value, key: RedactionTests.key())
        let line = try sealed.line(origin: "gw/audit/n", sequence: 17)
        #expect(line.last == UInt8(ascii: "\n"))
        let read = try #require(SealedLine(Array(line.dropLast())))
        #expect(read.sequence == 17)
        #expect(read.path == "/a\"b")
        #expect(RedactionTests.open(read, "gw/audit/n", RedactionTests.key()) == SecretBytes(value.span))
        #expect(RedactionTests.open(read, "gw/audit/n", RedactionTests.key(1)) == nil)
        #expect(RedactionTests.open(read, "gw/audit/m", RedactionTests.key()) == nil)
        for (from, to) in [("\"seq\":17", "\"seq\":18"), ("/a", "/b")] {
            let text = String(decoding: line.dropLast(), as: UTF8.self).replacing(from, with: to)
            let moved = try #require(SealedLine(Array(text.utf8)))
            #expect(RedactionTests.open(moved, "gw/audit/n", RedactionTests.key()) == nil)
        }
        let erased = try #require(SealedLine(Array(read.erased(at: month.start).dropLast())))
        #expect(erased.sealed == nil)
        #expect(erased.sequence == 17 && erased.path == "/a\"b")
        #expect(!String(decoding: line, as: UTF8.self).contains("example"))
    }

    @Test("of a line of the sidecar that is cut anywhere nothing is read")
    func torn() throws {
        let month = try #require(AuditEpoch("2026-08"))
        let sealed = SealedValue(epoch: month, path: Array("/a".utf8), value: [1, 2, 3], key: RedactionTests.key())
        let line = Array(try sealed.line(origin: "gw", sequence: 1).dropLast())
        for length in 0..<line.count { #expect(SealedLine(Array(line.prefix(length))) == nil) }
    }
}
