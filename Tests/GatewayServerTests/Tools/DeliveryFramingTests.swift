import GatewayServer
import Testing
import WebhookVerification

@Suite("DeliveryFraming")
struct DeliveryFramingTests {
    @Test(
        "each framing writes exactly its length fields and its body",
        arguments: [
            (.contentLength, "Content-Length: 2\r\n\r\nab"),
            (.chunked, "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
            (.none, "\r\n"),
            (.lengthAndChunked, "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
            (.twoLengths, "Content-Length: 2\r\nContent-Length: 3\r\n\r\nab"),
            (.spaceBeforeColon, "Content-Length : 2\r\n\r\nab"),
        ] as [(DeliveryFraming, String)]
    )
    func framing(_ framing: DeliveryFraming, _ expected: String) {
        let request = ComposedRequest(target: "/x", fields: [("A", Array("b".utf8))], body: Array("ab".utf8))
        let text = String(decoding: framing.bytes(of: request, authority: "localhost:1"), as: UTF8.self)
        #expect(text == "POST /x HTTP/1.1\r\nHost: localhost:1\r\nA: b\r\n" + expected)
    }

    @Test("chunks have at most 4 KiB")
    func chunks() {
        let request = ComposedRequest(body: [UInt8](repeating: 0x61, count: 4097))
        let text = String(decoding: DeliveryFraming.chunked.bytes(of: request, authority: "h"), as: UTF8.self)
        #expect(text.contains("\r\n\r\n1000\r\n"))
        #expect(text.hasSuffix("a\r\n1\r\na\r\n0\r\n\r\n"))
    }
}
