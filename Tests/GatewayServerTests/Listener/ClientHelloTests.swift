import GatewayServer
import Testing

@Suite("ClientHello")
struct ClientHelloTests {
    private static func hello(protocols: [String]?) -> [UInt8] {
        var extensions: [UInt8] = [0, 0x17, 0, 0]
        if let protocols {
            let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
            extensions += [0, 16] + number(list.count + 2) + number(list.count) + list
        }
        var body: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32)
        body += [0] + [0, 2, 0x13, 0x01] + [1, 0] + number(extensions.count) + extensions
        let message = [1, 0] + number(body.count) + body
        return [0x16, 3, 1] + number(message.count) + message
    }

    private static func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

    @Test(
        "only a client that offers protocols and not http/1.1 is refused (R-TLS-05)",
        arguments: [
            (nil, ClientHello.Offer.passed), (["http/1.1"], .passed), (["h2", "http/1.1"], .passed),
            (["ftp"], .refused),
            (["h2"], .refused), (["http/1.0", "HTTP/1.1"], .refused),
        ] as [([String]?, ClientHello.Offer)]
    )
    func offers(_ protocols: [String]?, _ expected: ClientHello.Offer) {
        let bytes = Self.hello(protocols: protocols)
        #expect(ClientHello.offer(bytes.span) == expected)
    }

    @Test("every prefix of a ClientHello waits for more bytes")
    func prefixes() {
        let bytes = Self.hello(protocols: ["ftp"])
        for count in 0..<bytes.count {
            let prefix = Array(bytes[..<count])
            #expect(ClientHello.offer(prefix.span) == .incomplete)
        }
    }

    @Test("bytes that are no ClientHello are left to the TLS library, and no flipped byte traps")
    func garbage() {
        #expect(ClientHello.offer(Array("POST / HTTP/1.1\r\n".utf8).span) == .passed)
        let bytes = Self.hello(protocols: ["ftp", "h2"])
        for index in bytes.indices {
            for value in [UInt8(0), 1, 0x7f, 0xff] {
                var changed = bytes
                changed[index] = value
                _ = ClientHello.offer(changed.span)
            }
        }
    }
}
