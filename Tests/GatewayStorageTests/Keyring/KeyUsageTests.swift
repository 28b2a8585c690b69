import GatewayStorage
import GatewayTestSupport
import Testing
import WebhookVerification

@Suite("KeyUsage")
struct KeyUsageTests {
    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    @Test("uses are counted by day, the first is told, and what is older than a day no longer counts")
    func counts() throws {
        let key = try #require(KeyID("k_1"))
        var usage = KeyUsage()
        let start: Int64 = 1_795_000_000
        let isFirst = usage.add(3, key: key, source: "cms", now: KeyUsageTests.at(start))
        let isSecond = usage.add(4, key: key, source: "cms", now: KeyUsageTests.at(start + 3600))
        #expect(isFirst && !isSecond)
        let record = try #require(usage.records["k_1"])
        #expect(record.total == 7)
        #expect(record.day(before: KeyUsageTests.at(start + 3600)) == 7)
        #expect(record.day(before: KeyUsageTests.at(start + 86_400 + 1_200)) == 4)
        #expect(record.day(before: KeyUsageTests.at(start + 3 * 86_400)) == 0)
        #expect(record.count(since: start + 1_200) == 4)
    }

    @Test("what was written is read back, and nodes add up")
    func file() throws {
        let directory = try TestDirectory()
        let paths = KeyringPaths(file: directory.path + "/keys.json", auditDirectory: nil)
        for (node, count) in [("a", UInt64(2)), ("b", 5)] {
            var usage = KeyUsage()
            _ = usage.add(count, key: try #require(KeyID("k_1")), source: "cms", now: KeyUsageTests.at(1_795_000_000))
            #expect(KeyUsage(usage.encoded()) == usage)
            try usage.write(paths, node: node)
        }
        #expect(KeyUsage.all(beside: paths).records["k_1"]?.total == 7)
        #expect(KeyUsage.all(beside: paths, without: "b").records["k_1"]?.total == 2)
        #expect(KeyUsage(Array("{}".utf8)) == nil)
    }

    @Test("over years the slots do not grow")
    func bounded() throws {
        var usage = KeyUsage()
        let key = try #require(KeyID("k_1"))
        for step in 0..<2_000 {
            _ = usage.add(1, key: key, source: "cms", now: KeyUsageTests.at(1_795_000_000 + Int64(step) * 600))
        }
        #expect(try #require(usage.records["k_1"]).slots.count <= 151)
        #expect(usage.records["k_1"]?.total == 2_000)
    }
}
