import Testing
import WebhookVerification

@Suite("ClientAddressResolver")
struct ClientAddressResolverTests {
    /// What a row expects: the client's address, or the detail of the refusal.
    enum Expected: Sendable {
        case client(String)
        case refused(String)
    }

    static let notAnAddress = Expected.refused("X-Forwarded-For holds an element that is not an address")
    static let onlyTrusted = Expected.refused("X-Forwarded-For names trusted proxies only")
    static let none = Expected.refused("a trusted proxy sent no X-Forwarded-For")
    static let tooMany = Expected.refused("X-Forwarded-For has more than 32 elements")
    static let tooLong = Expected.refused("X-Forwarded-For is longer than 4096 bytes")

    /// Builds a head out of fields and resolves it with 10.0.0.0/8 and fd00::/8 trusted.
    private func check(_ peer: String, _ fields: [(String, String)], _ expected: Expected) throws {
        var bytes: [UInt8] = []
        var head = DeliveryHead()
        func place(_ text: String) -> ByteRange {
            let start = bytes.count
            bytes.append(contentsOf: text.utf8)
            return ByteRange(start: UInt32(start), count: UInt32(text.utf8.count))
        }
        for (name, value) in fields { head.fields.append(.init(name: place(name), value: place(value))) }
        let resolver = ClientAddressResolver(
            trustedProxies: IPNetworkSet([try IPNetwork(parsing: "10.0.0.0/8"), try IPNetwork(parsing: "fd00::/8")])
        )
        let result = resolver.resolve(head, in: bytes.span, peer: try #require(IPAddress(peer)))
        switch expected {
        case .client(let text): #expect(result == .success(try #require(IPAddress(text))))
        case .refused(let detail): #expect(result == .failure(Denial(.addressForwardedInvalid, detail)))
        }
    }

    @Test(
        "address headers of a peer that is no trusted proxy are ignored (R-IP-03)",
        arguments: [
            [("X-Forwarded-For", "203.0.113.9")], [("X-Forwarded-For", "not an address")], [],
            [("Forwarded", "for=203.0.113.9"), ("X-Real-IP", "203.0.113.9"), ("X-Client-IP", "203.0.113.9")],
        ]
    )
    func ignoresStrangers(fields: [(String, String)]) throws {
        try check("198.51.100.7", fields, .client("198.51.100.7"))
    }

    @Test(
        "all lines in order are walked from the right, trusted addresses skipped, the first other decides (R-IP-04)",
        arguments: [
            (["203.0.113.9"], Expected.client("203.0.113.9")),
            (["198.51.100.1, 203.0.113.9"], .client("203.0.113.9")),
            (["203.0.113.9, 10.0.0.2"], .client("203.0.113.9")),
            (["203.0.113.9,10.0.0.2,10.0.0.3"], .client("203.0.113.9")),
            (["203.0.113.9 \t,\t 10.0.0.2"], .client("203.0.113.9")),
            (["198.51.100.1", "203.0.113.9"], .client("203.0.113.9")),
            (["203.0.113.9", "10.0.0.2"], .client("203.0.113.9")),
            (["198.51.100.1, 203.0.113.9", "fd00::2, 10.0.0.2"], .client("203.0.113.9")),
            (["[2001:db8::1]:443, 10.0.0.2:80"], .client("2001:db8::1")),
            (["203.0.113.9, ::ffff:10.0.0.2"], .client("203.0.113.9")),
            (["::ffff:203.0.113.9"], .client("203.0.113.9")),
            (["64:ff9b::cb00:7109"], .client("64:ff9b::cb00:7109")),
        ]
    )
    func walks(lines: [String], expected: Expected) throws {
        try check("10.0.0.1", lines.map { ("X-Forwarded-For", $0) }, expected)
        try check("::ffff:10.0.0.1", lines.map { ("x-forwarded-for", $0) }, expected)
        try check("fd00::1", lines.map { ("X-FORWARDED-FOR", $0) } + [("X-Real-IP", "192.0.2.1")], expected)
    }

    @Test(
        "a trusted proxy has to name a client (R-IP-05)",
        arguments: [
            ([String](), none), ([""], notAnAddress), (["10.0.0.2"], onlyTrusted),
            (["10.0.0.2", "10.0.0.3"], onlyTrusted),
        ]
    )
    func wantsUsableHeader(lines: [String], expected: Expected) throws {
        try check("10.0.0.1", lines.map { ("X-Forwarded-For", $0) }, expected)
    }

    @Test(
        "an element that the walk reaches and cannot read is refused, one that it does not reach is not looked at (R-IP-06)",
        arguments: [
            (["unknown"], notAnAddress), (["203.0.113.9, unknown"], notAnAddress),
            (["203.0.113.9, unknown, 10.0.0.2"], notAnAddress), (["203.0.113.9,"], notAnAddress),
            (["203.0.113.9,, 10.0.0.2"], notAnAddress), (["203.0.113.9, 10.0.0.2,"], notAnAddress),
            (["203.0.113.9", ""], notAnAddress), (["203.0.113.010"], notAnAddress), (["0xcb007109"], notAnAddress),
            (["3405803785"], notAnAddress), (["203.0.113"], notAnAddress), (["fe80::1%eth0"], notAnAddress),
            (["203.0.113.9\u{b}"], notAnAddress), (["203.0.113.9 203.0.113.9"], notAnAddress),
            (["unknown, 203.0.113.9"], .client("203.0.113.9")), (["unknown", "203.0.113.9"], .client("203.0.113.9")),
            ([",203.0.113.9"], .client("203.0.113.9")),
        ]
    )
    func refusesUnreadable(lines: [String], expected: Expected) throws {
        try check("10.0.0.1", lines.map { ("X-Forwarded-For", $0) }, expected)
    }

    @Test("32 elements and 4,096 bytes over all lines are accepted, one more of either is not (R-IP-12)")
    func limitsSize() throws {
        let trusted = Array(repeating: "10.0.0.2", count: 30).joined(separator: ",")
        func field(_ value: String) -> (String, String) { ("X-Forwarded-For", value) }
        try check("10.0.0.1", [field("203.0.113.9,\(trusted)"), field("10.0.0.2")], .client("203.0.113.9"))
        try check("10.0.0.1", [field("203.0.113.9,\(trusted)"), field("10.0.0.2,10.0.0.2")], Self.tooMany)
        try check("10.0.0.1", [field("203.0.113.9,\(trusted)"), field("10.0.0.2"), field("10.0.0.2")], Self.tooMany)
        let spaces = String(repeating: " ", count: 4096 - "x,203.0.113.9".utf8.count)
        try check("10.0.0.1", [field("x,\(spaces)203.0.113.9")], .client("203.0.113.9"))
        try check("10.0.0.1", [field("x, \(spaces)203.0.113.9")], Self.tooLong)
        try check("10.0.0.1", [field("x"), field("x,\(spaces)203.0.113.9")], Self.tooLong)
    }

    @Test("without trusted proxies the peer decides, also behind one that sends X-Forwarded-For")
    func trustsNobodyByDefault() throws {
        let peer = try #require(IPAddress("10.0.0.1"))
        let resolver = ClientAddressResolver(trustedProxies: .empty)
        let bytes = Array("X-Forwarded-For203.0.113.9".utf8)
        var head = DeliveryHead()
        head.fields.append(.init(name: ByteRange(start: 0, count: 15), value: ByteRange(start: 15, count: 11)))
        #expect(resolver.resolve(head, in: bytes.span, peer: peer) == .success(peer))
    }
}
