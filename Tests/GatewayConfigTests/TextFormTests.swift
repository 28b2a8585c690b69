import GatewayConfig
import Testing
import WebhookVerification

@Suite("Units")
struct UnitsTests {
    @Test(
        "a size is a whole number and a unit",
        arguments: [
            ("0B", 0), ("512B", 512), ("1KiB", 1024), ("64KiB", 65_536), ("1MiB", 1_048_576), ("2GiB", 2_147_483_648),
        ]
    )
    func sizes(text: String, bytes: Int) throws {
        #expect(try Units.size(text) == bytes)
        #expect(Units.text(bytes: bytes) == text)
    }

    @Test(
        "a duration is a whole number and a unit",
        arguments: [
            ("250ms", Int64(250)), ("1s", 1_000), ("300s", 300_000), ("10m", 600_000), ("72h", 259_200_000),
            ("7d", 604_800_000),
        ]
    )
    func durations(text: String, milliseconds: Int64) throws {
        #expect(try Units.duration(text) == milliseconds)
        #expect(Units.text(milliseconds: milliseconds) == text)
    }

    @Test(
        "everything else is a fault",
        arguments: [
            ("1024", Units.Fault.noUnit), ("", .grammar), ("B", .grammar), ("1 MiB", .grammar), ("1mib", .grammar),
            ("1MB", .grammar),
            ("01KiB", .grammar), ("+1KiB", .grammar), ("-1KiB", .grammar), ("1.5MiB", .grammar), ("1e3B", .grammar),
            ("9999999999999999999B", .overflow), ("99999999999GiB", .overflow), ("１KiB", .grammar),
        ]
    )
    func notSizes(text: String, fault: Units.Fault) {
        #expect(throws: fault) { try Units.size(text) }
    }

    @Test(
        "the same holds for durations",
        arguments: [
            ("300", Units.Fault.noUnit), ("5 m", .grammar), ("5min", .grammar), ("1h30m", .grammar), ("PT5M", .grammar),
            ("5S", .grammar),
            ("999999999999999999d", .overflow),
        ]
    )
    func notDurations(text: String, fault: Units.Fault) {
        #expect(throws: fault) { try Units.duration(text) }
    }

    @Test(
        "what is written is read back",
        arguments: [Int64(1), 999, 1_000, 60_000, 599_000, 600_000, 3_600_000, 86_400_000, 345_600_000, 90_000_000]
    )
    func roundTrip(milliseconds: Int64) throws {
        #expect(try Units.duration(Units.text(milliseconds: milliseconds)) == milliseconds)
    }
}

@Suite("UpstreamTarget")
struct UpstreamTargetTests {
    @Test(
        "a URL is taken apart into place, authority and target",
        arguments: [
            (
                "http://127.0.0.1:3000/api/webhook",
                UpstreamTarget.Place.address(IPAddress(v4: 0x7F00_0001), port: 3000), false, "127.0.0.1:3000",
                "/api/webhook"
            ),
            ("http://Handler.internal", .name("handler.internal", port: 80), false, "handler.internal", "/"),
            ("https://handler.internal/", .name("handler.internal", port: 443), true, "handler.internal", "/"),
            (
                "https://handler.internal:8443/a?b=c%20d", .name("handler.internal", port: 8443), true,
                "handler.internal:8443", "/a?b=c%20d"
            ),
            ("http://handler:80?x=1", .name("handler", port: 80), false, "handler", "/?x=1"),
            ("http://[::1]:3000/", .address(IPAddress(high: 0, low: 1), port: 3000), false, "[::1]:3000", "/"),
            ("http://[::1]/", .address(IPAddress(high: 0, low: 1), port: 80), false, "[::1]", "/"),
            ("http://10.0.0.5/x", .address(IPAddress(v4: 0x0A00_0005), port: 80), false, "10.0.0.5", "/x"),
            ("unix:/run/app.sock", .unix("/run/app.sock"), false, "localhost", "/"),
            ("unix:/run/app.sock:/api/webhook?x=1", .unix("/run/app.sock"), false, "localhost", "/api/webhook?x=1"),
        ]
    )
    func reads(text: String, place: UpstreamTarget.Place, usesTLS: Bool, authority: String, target: String) throws {
        let parsed = try UpstreamTarget(text)
        #expect(parsed.place == place && parsed.usesTLS == usesTLS)
        #expect(parsed.authority == Array(authority.utf8) && parsed.target == Array(target.utf8))
        #expect(parsed.description == text)
    }

    @Test(
        "everything that two readers could see differently is refused",
        arguments: [
            "", "http://", "http:///x", "HTTP://a/", "ftp://a/", "//a/", "a/b", "http://a b/", "http://a/\u{e9}",
            "http://a/\r\nX: y",
            "http://user@a/", "http://user:pw@a/", "http://a:/", "http://a:00080/", "http://a:65536/", "http://a:+80/",
            "http://a:80:80/",
            "http://a/#f", "http://a/{x}", "http://a/%zz", "http://a/%2", "http://a\\b/", "http://-a/", "http://a-/",
            "http://a..b/",
            "http://a./", "http://127.1/", "http://0x7f.0.0.1/", "http://2130706433/", "http://0177.0.0.1/",
            "http://[::1/", "http://::1/",
            "http://[127.0.0.1]/", "http://[fe80::1%25eth0]/", "http://a,b/", "unix:", "unix:run/app.sock",
            "unix:/run/app.sock:api",
            "unix:/\(String(repeating: "x", count: 107))", "http://a/\(String(repeating: "x", count: 2048))",
            "javascript:alert(1)",
            "http://0.0.0.0/", "http://169.254.169.254/", "http://[fe80::1]/", "http://[ff02::1]/", "http://224.0.0.1/",
            "http://255.255.255.255/", "http://[::]/", "http://[fd00:ec2::254]/", "http://[::ffff:169.254.169.254]/",
        ]
    )
    func refuses(text: String) {
        #expect(throws: UpstreamTarget.Fault.self) { try UpstreamTarget(text) }
    }

    @Test(
        "addresses that a name must not resolve to",
        arguments: [
            ("169.254.0.1", true), ("169.253.0.1", false), ("127.0.0.1", false), ("10.0.0.1", false),
            ("192.168.0.1", false), ("0.0.0.0", true),
            ("224.0.0.1", true), ("239.255.255.255", true), ("240.0.0.1", false), ("255.255.255.255", true),
            ("fe80::1", true),
            ("febf::1", true), ("fec0::1", false), ("ff02::1", true), ("::1", false), ("::", true), ("fd00::1", false),
            ("2001:db8::1", false),
        ]
    )
    func forbids(text: String, isForbidden: Bool) throws {
        #expect(UpstreamTarget.isForbidden(try #require(IPAddress(text))) == isForbidden)
    }
}

@Suite("StatusSet")
struct StatusSetTests {
    @Test("holds statuses and classes")
    func holds() throws {
        let set = try #require(StatusSet(["2xx", "404"]))
        #expect(set.contains(200) && set.contains(299) && set.contains(404))
        #expect(!set.contains(300) && !set.contains(405) && !set.contains(199))
        #expect(set.description == "[\"2xx\", \"404\"]")
    }

    @Test("refuses everything else", arguments: ["", "1xx", "6xx", "20", "2000", "2x0", "2Xx", "abc", "099", "600"])
    func refuses(text: String) {
        #expect(StatusSet([text]) == nil)
        #expect(StatusSet([]) == nil)
    }
}
