import HTTPCodec
import NIOCore
import Testing

@Suite("PROXY protocol version 2")
struct ProxyProtocolV2ParserTests {
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    private func header(_ command: UInt8, _ family: UInt8, _ payload: [UInt8], length: Int? = nil) -> [UInt8] {
        let count = length ?? payload.count
        return Self.signature + [command, family, UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)] + payload
    }

    private static let ipv4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 2, 0x30, 0x39, 0x01, 0xBB]
    private static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1] + [0x20, 0x01, 0x0D, 0xB8]
        + Array(repeating: 0, count: 11) + [2]
        + [0xFF, 0xFE, 0, 80]

    /// The outcome and the bytes left, for the whole header and byte by byte, which must agree.
    private func parse(_ bytes: [UInt8], maximumLength: Int = 536) -> (ProxyProtocolV2Parser.Outcome, [UInt8]) {
        let parser = ProxyProtocolV2Parser(maximumLength: maximumLength)
        var whole = ByteBuffer(bytes: bytes)
        let outcome = parser.parse(&whole)
        var dripped = ByteBuffer()
        var last = ProxyProtocolV2Parser.Outcome.needMoreBytes
        for byte in bytes where last == .needMoreBytes {
            dripped.writeInteger(byte)
            last = parser.parse(&dripped)
        }
        #expect(last == outcome)
        return (outcome, Array(whole.readableBytesView))
    }

    @Test("TCP over IPv4 and IPv6 give addresses and ports, and the bytes after the header are left")
    func addresses() {
        let four = parse(header(0x21, 0x11, Self.ipv4) + Array("POST".utf8))
        #expect(four.0 == .proxied(source: .ipv4(0xC000_0201, port: 12345), destination: .ipv4(0xC633_6402, port: 443)))
        #expect(four.1 == Array("POST".utf8))
        let six = parse(header(0x21, 0x21, Self.ipv6))
        #expect(
            six.0
                == .proxied(
                    source: .ipv6(high: 0x2001_0DB8_0000_0000, low: 1, port: 65534),
                    destination: .ipv6(high: 0x2001_0DB8_0000_0000, low: 2, port: 80)
                )
        )
        #expect(six.1.isEmpty)
    }

    @Test("Well-formed extensions are skipped")
    func extensions() {
        let records: [UInt8] = [0x04, 0, 0, 0xE0, 0, 3, 1, 2, 3]
        #expect(
            parse(header(0x21, 0x11, Self.ipv4 + records)).0
                == .proxied(source: .ipv4(0xC000_0201, port: 12345), destination: .ipv4(0xC633_6402, port: 443))
        )
        for bad in [[0x04], [0x04, 0], [0x04, 0, 1], [0x04, 0xFF, 0xFF, 1], [0x04, 0, 0, 0x05]] as [[UInt8]] {
            #expect(parse(header(0x21, 0x11, Self.ipv4 + bad)).0 == .refused(.extensions))
        }
    }

    @Test("LOCAL is skipped whatever it carries")
    func local() {
        #expect(parse(header(0x20, 0x00, [])).0 == .local)
        #expect(parse(header(0x20, 0x31, [1, 2, 3]) + [9]).0 == .local)
        #expect(parse(header(0x20, 0x31, [1, 2, 3]) + [9]).1 == [9])
    }

    @Test("Everything else is refused and consumes nothing")
    func refusals() {
        let cases: [([UInt8], ProxyProtocolV2Parser.Refusal)] = [
            (Array("PROXY TCP4 192.0.2.1 192.0.2.2 5 80\r\n".utf8), .signature),
            (Array("POST / HTTP/1.1\r\n".utf8), .signature),
            ([0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0D], .signature), ([0], .signature),
            (header(0x11, 0x11, Self.ipv4), .versionOrCommand), (header(0x22, 0x11, Self.ipv4), .versionOrCommand),
            (header(0x01, 0x11, Self.ipv4), .versionOrCommand), (header(0x21, 0x00, []), .family),
            (header(0x21, 0x12, Self.ipv4), .family),
            (header(0x21, 0x22, Self.ipv6), .family), (header(0x21, 0x31, Array(repeating: 0, count: 216)), .family),
            (header(0x21, 0x11, Array(Self.ipv4.dropLast())), .length), (header(0x21, 0x21, Self.ipv4), .length),
            (header(0x21, 0x11, Self.ipv4, length: 537), .length), (header(0x20, 0x00, [], length: 0xFFFF), .length),
        ]
        for (bytes, refusal) in cases {
            let parsed = parse(bytes)
            #expect(parsed.0 == .refused(refusal))
            #expect(parsed.1 == bytes)
        }
        #expect(parse(header(0x21, 0x11, Self.ipv4), maximumLength: 11).0 == .refused(.length))
    }

    @Test("A header that is cut short waits for the rest")
    func truncated() {
        let bytes = header(0x21, 0x11, Self.ipv4)
        for count in 0..<bytes.count { #expect(parse(Array(bytes.prefix(count))).0 == .needMoreBytes) }
    }
}
