import GatewayTestSupport
import Testing

@Suite("Client address")
struct AddressTests {
    /// What a trusted proxy sent, and which address has to be decided: `nil` for `address.forwarded_invalid`.
    struct Row: Sendable {
        let lines: [String]
        let decided: String?

        init(_ lines: [String], _ decided: String?) {
            self.lines = lines
            self.decided = decided
        }

        init(_ line: String, _ decided: String?) { self.init([line], decided) }
    }

    static let rows: [Row] = [
        Row("203.0.113.7", "203.0.113.7"),
        Row("203.0.113.7, 127.0.0.9", "203.0.113.7"),
        Row("198.51.100.1, 203.0.113.7, 127.0.0.9, 127.0.0.8", "203.0.113.7"),
        Row(["198.51.100.1", "203.0.113.7, 127.0.0.9"], "203.0.113.7"),
        Row(["203.0.113.7", "127.0.0.9"], "203.0.113.7"),
        Row("not an address, 203.0.113.7", "203.0.113.7"),
        Row("203.0.113.7,127.0.0.9", "203.0.113.7"),
        Row(" \t203.0.113.7 \t", "203.0.113.7"),
        Row("::ffff:203.0.113.7", "203.0.113.7"),
        Row("::ffff:cb00:7107", "203.0.113.7"),
        Row("203.0.113.7, ::ffff:127.0.0.9", "203.0.113.7"),
        Row("2001:db8::5", "2001:db8::5"),
        Row("2001:DB8:0:0::5", "2001:db8::5"),
        Row("[2001:db8::5]", "2001:db8::5"),
        Row("[2001:db8::5]:443", "2001:db8::5"),
        Row([], nil),
        Row("", nil),
        Row("127.0.0.9", nil),
        Row("127.0.0.9, 127.0.0.8", nil),
        Row("203.0.113.7, junk", nil),
        Row("203.0.113.7, junk, 127.0.0.9", nil),
        Row("203.0.113.7,", nil),
        Row("203.0.113.7,,127.0.0.9", nil),
        Row("unknown", nil),
        Row("_hidden", nil),
        Row("0xcb007107", nil),
        Row("203.0.113.07", nil),
        Row("0313.0.0161.07", nil),
        Row("3405803783", nil),
        Row("203.0.113", nil),
        Row("203.0.113.256", nil),
        Row("203.0.113.7.", nil),
        Row("203.0.113.7/24", nil),
        Row("+203.0.113.7", nil),
        Row("2001:db8::5%eth0", nil),
        Row("fe80::1%25lo", nil),
        Row("2001:db8::5::1", nil),
        Row("2001:db8:::5", nil),
        Row("12345::1", nil),
        Row("[2001:db8::5", nil),
        Row("[2001:db8::5]:", nil),
        Row("[2001:db8::5]:99999", nil),
        Row("[203.0.113.7]", nil),
        Row("\"203.0.113.7\"", nil),
        Row("for=203.0.113.7", nil),
        Row(Array(repeating: "203.0.113.7", count: 33).joined(separator: ","), nil),
        Row(Array(repeating: "203.0.113.7", count: 1_000).joined(separator: ","), nil),
        Row("203.0.113.7" + String(repeating: " ", count: 4_100) + ",127.0.0.9", nil),
    ]

    @Test(
        "X-Forwarded-For of a trusted proxy is walked from the right; what cannot be read refuses (R-IP-04 to R-IP-12)"
    )
    func forwardedFor() throws {
        let setup = Setup(sources: [("cms", Setup.cms(allow: #"ips: [203.0.113.0/24, "2001:db8::/32"]"#))])
            .changed { $0.listeners = ["address: 127.0.0.1:0, trusted_proxies: [127.0.0.0/8]"] }
        try Fixture.run(setup) { fixture in
            for (index, row) in AddressTests.rows.enumerated() {
                let delivery = TestSender.cms.cms(Fixture.body("forwarded \(index)")).changed { delivery in
                    for line in row.lines { delivery.fields.append(("X-Forwarded-For", line)) }
                }
                let before = fixture.upstream.requests.count
                let response = try fixture.send(delivery, from: "127.3.\(index).1")
                let label: Comment = "\(row.lines.map { $0.prefix(60) })"
                let kind = row.decided == nil ? "request.deny" : "request.outcome"
                let entry = fixture.gateway.entries(of: response.requestID, until: kind).first
                #expect(entry?.client?.peer == "127.3.\(index).1", label)
                if let decided = row.decided {
                    #expect(response.status == 200, label)
                    #expect(entry?.client?.ip == decided, label)
                    #expect(fixture.upstream.requests.last?.fields["x-forwarded-for"] == decided, label)
                } else {
                    #expect(response.status == 403, label)
                    #expect(entry?.reason == "address.forwarded_invalid", label)
                    #expect(fixture.upstream.requests.count == before, label)
                }
            }
        }
    }

    @Test("a decided address outside the allow-list is denied like any other")
    func decidedOutside() throws {
        let setup = Setup(sources: [("cms", Setup.cms(allow: "ips: [203.0.113.0/24]"))])
            .changed { $0.listeners = ["address: 127.0.0.1:0, trusted_proxies: [127.0.0.0/8]"] }
        try Fixture.run(setup) { fixture in
            for (index, value) in ["198.51.100.1", "64:ff9b::cb00:7107", "2002:cb00:7107::", "::203.0.113.7"]
                .enumerated()
            {
                let delivery = TestSender.cms.cms(Fixture.body("outside \(index)")).with("X-Forwarded-For", value)
                let response = try fixture.send(delivery, expecting: 403)
                let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
                #expect(entry?.reason == "address.denied", "\(value)")
            }
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test("address fields count for nothing unless the peer is a trusted proxy, for better or worse (R-IP-03)")
    func untrusted() throws {
        let setup = Setup(sources: [("cms", Setup.cms(allow: "ips: [127.0.0.1/32]"))])
            .changed { $0.listeners = ["address: 127.0.0.1:0, trusted_proxies: [10.0.0.0/8]"] }
        try Fixture.run(setup) { fixture in
            let spoofs = [
                "X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP",
                "X-Cluster-Client-IP", "X-Originating-IP",
            ]
            for (index, name) in spoofs.enumerated() {
                let spoofed = TestSender.cms.cms(Fixture.body("spoof \(index)")).with(name, "127.0.0.1")
                try fixture.send(spoofed, from: "127.0.0.2", expecting: 403)
                let honest = TestSender.cms.cms(Fixture.body("honest \(index)")).with(name, "198.51.100.1")
                try fixture.send(honest, from: "127.0.0.1", expecting: 200)
                #expect(fixture.upstream.requests.last?.fields["x-forwarded-for"] == "127.0.0.1")
            }
            #expect(fixture.upstream.requests.count == spoofs.count)
        }
    }

    @Test("a listener that demands the PROXY protocol takes the address from it, and only from listed peers (R-IP-13)")
    func proxyProtocol() throws {
        let setup = Setup(sources: [("cms", Setup.cms(allow: "ips: [203.0.113.0/24, 127.0.0.0/8]"))]).changed {
            $0.listeners = [
                "address: 127.0.0.1:0, proxy_protocol: v2, proxy_protocol_peers: [127.0.0.1/32]"
            ]
        }
        try Fixture.run(setup) { fixture in
            func send(_ start: [UInt8], from source: String, _ id: String) throws -> [TestResponse] {
                let client = try fixture.gateway.connect(from: source)
                client.send(start + TestSender.cms.cms(Fixture.body(id)).with("Connection", "close").bytes)
                return (try? client.readAllResponses()) ?? []
            }
            let named = try send(ProxyHeader.v2(from: "203.0.113.9", port: 4711), from: "127.0.0.1", "named")
            #expect(named.map(\.status) == [200])
            #expect(fixture.upstream.requests.last?.fields["x-forwarded-for"] == "203.0.113.9")

            let outside = try send(ProxyHeader.v2(from: "198.51.100.9", port: 4711), from: "127.0.0.1", "outside")
            #expect(outside.map(\.status) == [403])
            #expect(fixture.gateway.entry { $0.client?.ip == "198.51.100.9" }?.reason == "address.denied")

            let check = try send(ProxyHeader.local, from: "127.0.0.1", "local")
            #expect(check.map(\.status) == [200])
            #expect(fixture.upstream.requests.last?.fields["x-forwarded-for"] == "127.0.0.1")

            let count = fixture.upstream.requests.count
            var broken = ProxyHeader.v2(from: "203.0.113.9", port: 4711)
            broken[12] = 0x31
            for (name, start, source) in [
                ("unlisted peer", ProxyHeader.v2(from: "203.0.113.9", port: 1), "127.0.0.2"),
                ("no header", [], "127.0.0.1"), ("another version", broken, "127.0.0.1"),
                ("version 1", Array("PROXY TCP4 203.0.113.9 127.0.0.1 1 2\r\n".utf8), "127.0.0.1"),
                ("half a signature", Array(ProxyHeader.signature.prefix(6)), "127.0.0.1"),
            ] as [(String, [UInt8], String)] {
                let responses = try send(start, from: source, name)
                #expect(responses.isEmpty, "\(name)")
            }
            #expect(fixture.upstream.requests.count == count)
        }
    }

    @Test("two headers, or a header that comes in pieces: the first is taken, the second is not HTTP")
    func proxyProtocolPieces() throws {
        let setup = Setup(sources: [("cms", Setup.cms(allow: "ips: [203.0.113.0/24]"))]).changed {
            $0.listeners = ["address: 127.0.0.1:0, proxy_protocol: v2, proxy_protocol_peers: [127.0.0.0/8]"]
        }
        try Fixture.run(setup) { fixture in
            let header = ProxyHeader.v2(from: "203.0.113.9", port: 80)
            let client = try fixture.gateway.connect()
            for byte in header {
                client.send([byte])
                _ = client.isSilent(for: 0.001)
            }
            client.send(TestSender.cms.cms(Fixture.body("pieces")).bytes)
            let response = try client.readResponse()
            #expect(response.status == 200)

            let second = try fixture.gateway.connect()
            second.send(header + header + TestSender.cms.cms(Fixture.body("twice")).bytes)
            let responses = try second.readAllResponses()
            #expect(responses.map(\.status) == [400])
            #expect(fixture.upstream.requests.count == 1)
        }
    }
}
