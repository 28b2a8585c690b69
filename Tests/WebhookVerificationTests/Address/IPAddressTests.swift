import Testing
import WebhookVerification

@Suite("IPAddress")
struct IPAddressTests {
    @Test(
        "IPv4 is four decimals from 0 to 255 without leading zeros (R-IP-07)",
        arguments: [
            ("0.0.0.0", UInt32(0)), ("127.0.0.1", 0x7F00_0001), ("255.255.255.255", 0xFFFF_FFFF),
            ("203.0.113.9", 0xCB00_7109), ("1.2.3.4", 0x0102_0304), ("10.0.100.20", 0x0A00_6414),
        ]
    )
    func readsV4(text: String, value: UInt32) {
        #expect(IPAddress(text) == IPAddress(v4: value))
    }

    @Test(
        "octal, hexadecimal, integer, short and padded forms are no IPv4 address (R-IP-07)",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1", "1.2.3.256", "01.2.3.4",
            "1.2.3.04", "00.0.0.0", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "127.1", "1.2.3.4 ",
            " 1.2.3.4", "1.2.3.4\n", "+1.2.3.4", "1.2.3.-4", "1.2.3.4/32", "1.2.3.a", "1,2,3,4", "1.2.3.1000",
            "１.2.3.4", "1.2.3.4\0", "999999999999.1.1.1", "localhost", "1.2.3.4:80",
        ]
    )
    func refusesV4(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "IPv6 is RFC 4291 text: groups, one gap, an IPv4 tail (R-IP-08)",
        arguments: [
            ("::", UInt64(0), UInt64(0)), ("::1", 0, 1), ("1::", 0x1_0000_0000_0000, 0),
            ("2001:db8::8:800:200c:417a", 0x2001_0DB8_0000_0000, 0x0008_0800_200C_417A),
            ("2001:DB8:0:0:8:800:200C:417A", 0x2001_0DB8_0000_0000, 0x0008_0800_200C_417A),
            ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004, 0x0005_0006_0007_0008),
            ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004, 0x0005_0006_0007_0000),
            ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004, 0x0005_0006_0007_0008),
            ("0001::0002", 0x0001_0000_0000_0000, 2), ("fe80::", 0xFE80_0000_0000_0000, 0),
            ("::13.1.68.3", 0, 0x0D01_4403), ("64:ff9b::192.0.2.33", 0x0064_FF9B_0000_0000, 0xC000_0221),
            ("1:2:3:4:5:6:1.2.3.4", 0x0001_0002_0003_0004, 0x0005_0006_0102_0304),
        ]
    )
    func readsV6(text: String, high: UInt64, low: UInt64) {
        let address = IPAddress(text)
        #expect(address?.family == .v6)
        #expect(address?.high == high)
        #expect(address?.low == low)
    }

    @Test(
        "zone ids, brackets, second gaps, gaps of nothing and long groups are no IPv6 address (R-IP-08)",
        arguments: [
            ":", ":::", "::1::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "12345::", "::00001", "g::", "fe80::1%eth0", "fe80::1%1", "[::1]",
            "::1/128", "::1 ", " ::1", ":1", "1:", "::1:", ":1:2:3:4:5:6:7:8", "1.2.3.4::", "::1.2.3.4:1",
            "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6::1.2.3.4", "::01.2.3.4", "::1.2.3", "::1.2.3.256", "::0x1",
            "::ffff:0x7f.0.0.1", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", "::\0",
        ]
    )
    func refusesV6(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "an IPv4-mapped address is the IPv4 address in any spelling (R-IP-09, R-IP-10)",
        arguments: [
            "::ffff:127.0.0.1", "::FFFF:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:7f00:0001",
            "0000:0000:0000:0000:0000:ffff:127.0.0.1", "0::ffff:127.0.0.1",
        ]
    )
    func normalisesMapped(text: String) {
        #expect(IPAddress(text) == IPAddress("127.0.0.1"))
        #expect(IPAddress(text)?.family == .v4)
    }

    @Test("sixteen bytes of a dual-stack socket are normalised the same way (R-IP-10)")
    func normalisesBytes() {
        #expect(IPAddress(high: 0, low: 0xFFFF_7F00_0001) == IPAddress(v4: 0x7F00_0001))
        #expect(IPAddress(high: 0, low: 0xFFFE_7F00_0001).family == .v6)
        #expect(IPAddress(high: 1, low: 0xFFFF_7F00_0001).family == .v6)
    }

    @Test(
        "IPv4-compatible, NAT64, 6to4 and Teredo addresses are plain IPv6 (R-IP-09)",
        arguments: ["::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "::ffff:0:127.0.0.1"]
    )
    func keepsOtherEmbeddings(text: String) {
        #expect(IPAddress(text)?.family == .v6)
        #expect(IPAddress(text) != IPAddress("127.0.0.1"))
    }

    @Test(
        "the text form is RFC 5952 section 4",
        arguments: [
            ("0.0.0.0", "0.0.0.0"), ("10.0.100.255", "10.0.100.255"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
            ("2001:0db8::0001", "2001:db8::1"), ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8:ABCD::EF", "2001:db8:abcd::ef"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"),
            ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"), ("0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("::ffff:1.2.3.4", "1.2.3.4"), ("fe80:0:0:0:0a0:0:0:0", "fe80::a0:0:0:0"),
        ]
    )
    func writesCanonicalText(text: String, canonical: String) {
        var bytes: [UInt8] = Array("=".utf8)
        IPAddress(text)?.append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "=" + canonical)
        #expect(IPAddress(canonical) == IPAddress(text))
    }

    @Test("what is written is read back as the same address, whatever the bits")
    func roundTrips() {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        for round in 0..<5_000 {
            // Masks of whole groups make runs of zeros at every place.
            var mask: UInt64 = 0
            for group in 0..<4 where next() & 1 == 0 { mask |= 0xFFFF << UInt64(group * 16) }
            let address =
                round % 4 == 0
                ? IPAddress(v4: UInt32(truncatingIfNeeded: next()))
                : IPAddress(high: next() & mask, low: next() & ~mask)
            #expect(IPAddress(address.text) == address)
        }
    }

    @Test(
        "an element of X-Forwarded-For may carry a port, IPv6 then in brackets (R-IP-08)",
        arguments: [
            ("203.0.113.9", "203.0.113.9"), ("203.0.113.9:1", "203.0.113.9"), ("203.0.113.9:65535", "203.0.113.9"),
            ("2001:db8::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"), ("[2001:db8::1]:443", "2001:db8::1"),
            ("[::ffff:203.0.113.9]:443", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"),
        ]
    )
    func readsForwardedElements(text: String, address: String) {
        let bytes = Array(text.utf8)
        #expect(IPAddress(forwardedElement: bytes.span) == IPAddress(address))
        #expect(IPAddress(address) != nil)
    }

    @Test(
        "an element of X-Forwarded-For that is not exactly that is refused",
        arguments: [
            "", " ", "unknown", "_hidden", "203.0.113.9:", "203.0.113.9:0", "203.0.113.9:080", "203.0.113.9:65536",
            "203.0.113.9:123456", "203.0.113.9:80a", "203.0.113.9:+80", "203.0.113.9 :80", "203.0.113.9:80:80",
            "[203.0.113.9]", "[203.0.113.9]:80", "[2001:db8::1", "2001:db8::1]", "[2001:db8::1]443", "[2001:db8::1]:",
            "[2001:db8::1]:0", "[fe80::1%eth0]", "[]", "[]:80", "[[::1]]", "\"203.0.113.9\"", "for=203.0.113.9",
        ]
    )
    func refusesForwardedElements(text: String) {
        let bytes = Array(text.utf8)
        #expect(IPAddress(forwardedElement: bytes.span) == nil)
    }

    @Test("no byte string of up to 60 bytes out of the grammar's alphabet traps the parsers")
    func survivesNoise() {
        let alphabet = Array("0123456789abcdefF:.::[]%/ ,x\u{0}".utf8)
        var state: UInt64 = 88_172_645_463_325_252
        func next() -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(truncatingIfNeeded: state >> 1)
        }
        for _ in 0..<20_000 {
            let bytes = (0..<(next() % 60)).map { _ in alphabet[next() % alphabet.count] }
            let address = IPAddress(bytes.span)
            if let address { #expect(IPAddress(address.text) == address) }
            _ = IPAddress(forwardedElement: bytes.span)
        }
    }

    @Test("loopback and unspecified addresses are recognised in both families")
    func recognisesSpecialAddresses() {
        #expect(IPAddress("127.255.0.1")?.isLoopback == true)
        #expect(IPAddress("::1")?.isLoopback == true)
        #expect(IPAddress("::ffff:127.0.0.1")?.isLoopback == true)
        #expect(IPAddress("128.0.0.1")?.isLoopback == false)
        #expect(IPAddress("::2")?.isLoopback == false)
        #expect(IPAddress("0.0.0.0")?.isUnspecified == true)
        #expect(IPAddress("::")?.isUnspecified == true)
        #expect(IPAddress("::1")?.isUnspecified == false)
    }
}
