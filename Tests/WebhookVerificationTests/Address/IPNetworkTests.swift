import Testing
import WebhookVerification

@Suite("IPNetwork")
struct IPNetworkTests {
    @Test(
        "a network is an address and a prefix length; an address alone is the network of itself",
        arguments: [
            ("203.0.113.0/24", "203.0.113.0/24"), ("203.0.113.9", "203.0.113.9/32"), ("0.0.0.0/0", "0.0.0.0/0"),
            ("255.255.255.255/32", "255.255.255.255/32"), ("2001:DB8::/32", "2001:db8::/32"), ("::1", "::1/128"),
            ("::/0", "::/0"), ("2001:db8::8000:0:0:0/65", "2001:db8:0:0:8000::/65"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("::ffff:0:0/96", "0.0.0.0/0"), ("::ffff:10.1.2.3", "10.1.2.3/32"),
        ]
    )
    func reads(text: String, canonical: String) throws {
        #expect(try IPNetwork(parsing: text).text == canonical)
    }

    @Test(
        "what is not a network says what is wrong with it",
        arguments: [
            ("", "is not an IPv4 or IPv6 address"), ("/8", "is not an IPv4 or IPv6 address"),
            ("10.0.0/8", "is not an IPv4 or IPv6 address"), ("any", "is not an IPv4 or IPv6 address"),
            ("fe80::%1/64", "is not an IPv4 or IPv6 address"),
            ("10.0.0.0/", "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"),
            ("10.0.0.0/33", "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"),
            ("10.0.0.0/08", "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"),
            ("10.0.0.0/+8", "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"),
            ("10.0.0.0/8/8", "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"),
            ("10.0.0.0/255.0.0.0", "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"),
            ("::/129", "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"),
            ("::ffff:10.0.0.0/95", "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"),
            ("::ffff:10.0.0.0/129", "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"),
            ("203.0.113.9/24", "has host bits set (did you mean '203.0.113.0/24'?)"),
            ("1.0.0.0/0", "has host bits set (did you mean '0.0.0.0/0'?)"),
            ("2001:db8::1/32", "has host bits set (did you mean '2001:db8::/32'?)"),
            ("::ffff:10.1.0.0/104", "has host bits set (did you mean '10.0.0.0/8'?)"),
        ]
    )
    func refuses(text: String, sentence: String) {
        do throws(IPNetwork.Fault) {
            let network = try IPNetwork(parsing: text)
            Issue.record("read as \(network.text)")
        } catch {
            #expect(error.sentence == sentence)
        }
    }
}

@Suite("IPNetworkSet")
struct IPNetworkSetTests {
    private func networks(_ texts: [String]) throws -> [IPNetwork] { try texts.map { try IPNetwork(parsing: $0) } }

    @Test(
        "an address is in the set where one of the networks holds it, first and last address included",
        arguments: [
            ("10.0.0.0", true), ("10.255.255.255", true), ("9.255.255.255", false), ("11.0.0.0", false),
            ("203.0.113.9", true), ("203.0.113.8", false), ("203.0.113.10", false), ("0.0.0.0", false),
            ("255.255.255.255", true), ("255.255.255.254", false), ("2001:db8::", true),
            ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true), ("2001:db9::", false),
            ("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", false), ("::ffff:10.1.2.3", true), ("::10.1.2.3", false),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true), ("::", false), ("64:ff9b::a01:203", false),
        ]
    )
    func contains(text: String, isInside: Bool) throws {
        let set = IPNetworkSet(
            try networks([
                "203.0.113.9", "10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "2001:db8:1::/48", "255.255.255.255",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            ])
        )
        let address = try #require(IPAddress(text))
        #expect(set.contains(address) == isInside)
    }

    @Test("a family without networks holds no address of it, and a network of no bits holds the whole family only")
    func familiesAreApart() throws {
        let everyV4 = IPNetworkSet(try networks(["0.0.0.0/0"]))
        #expect(everyV4.contains(IPAddress(v4: 0)) && everyV4.contains(IPAddress(v4: .max)))
        #expect(!everyV4.contains(IPAddress(high: 0, low: 0)))
        let everyV6 = IPNetworkSet(try networks(["::/0"]))
        #expect(everyV6.contains(IPAddress(high: .max, low: .max)) && !everyV6.contains(IPAddress(v4: 1)))
        #expect(!IPNetworkSet.empty.contains(IPAddress(v4: 0)) && IPNetworkSet.empty.isEmpty)
    }

    @Test("a union holds what one of its sets holds")
    func unites() throws {
        let union = IPNetworkSet.union([
            IPNetworkSet(try networks(["10.0.0.0/9", "2001:db8::/32"])), IPNetworkSet(try networks(["10.128.0.0/9"])),
            .empty,
        ])
        #expect(union.networkCount == 3)
        for (text, isInside) in [
            ("10.127.0.1", true), ("10.128.0.0", true), ("11.0.0.0", false), ("2001:db8::1", true), ("::1", false),
        ] {
            #expect(union.contains(try #require(IPAddress(text))) == isInside)
        }
    }

    @Test("overlapping networks are found, the one that is written later named last")
    func findsOverlap() throws {
        func pair(_ texts: [String]) throws -> [Int]? {
            IPNetworkSet.overlap(in: try networks(texts)).map { [$0.earlier, $0.later] }
        }
        #expect(try pair(["10.0.0.0/8", "11.0.0.0/8", "10.1.0.0/16"]) == [0, 2])
        #expect(try pair(["10.1.0.0/16", "10.0.0.0/8"]) == [0, 1])
        #expect(try pair(["10.0.0.1", "::ffff:10.0.0.1"]) == [0, 1])
        #expect(try pair(["2001:db8:1::/48", "10.0.0.0/8", "2001:db8::/32"]) == [0, 2])
        #expect(try pair(["10.0.0.0/9", "10.128.0.0/9", "2001:db8::/33", "2001:db8:8000::/33"]) == nil)
        #expect(try pair([]) == nil)
    }

    @Test("100,000 networks of both families answer as a walk over the list does")
    func scales() throws {
        var list: [IPNetwork] = []
        for index in UInt32(0)..<50_000 {
            let v4 = IPAddress(v4: index &* 85_899 & ~0xFF)
            list.append(try IPNetwork(parsing: "\(v4.text)/24"))
            list.append(try IPNetwork(parsing: "\(IPAddress(high: UInt64(index) << 33, low: 0).text)/32"))
        }
        let set = IPNetworkSet(list)
        #expect(set.networkCount == 100_000)
        for index in UInt32(0)..<25 {
            let v4 = IPAddress(v4: index &* 171_799_208)
            let v6 = IPAddress(high: UInt64(index) << 35 | 7, low: UInt64(index))
            for address in [v4, v6] {
                let byWalk = list.contains {
                    $0.address.family == address.family && $0.address.value <= address.value
                        && address.value <= $0.lastValue
                }
                #expect(set.contains(address) == byWalk)
            }
        }
    }
}
