import GatewayTestSupport
import Testing

@Suite("Split input")
struct SplitTests {
    /// Sends `bytes` of a fresh delivery cut at `cut`, so that the gateway sees two reads, and gives the answer.
    private func answer(_ fixture: Fixture, _ client: RawClient, _ bytes: [UInt8], cut: Int) throws -> TestResponse {
        client.send(Array(bytes[..<cut]))
        // The second part must not be in the socket when the first is read: the gateway is given time to read it.
        _ = client.isSilent(for: 0.002)
        client.send(Array(bytes[cut...]))
        return try client.readResponse()
    }

    @Test("the verdict does not depend on where the bytes are cut (R-H1-42)", arguments: ["length", "chunked"])
    func everyCut(framing: String) throws {
        try Fixture.run { fixture in
            let client = try fixture.gateway.connect()
            func make(_ cut: Int) -> TestDelivery {
                let padded = "000\(cut)".suffix(4)
                let delivery = TestSender.cms.cms(#"{"collection":"a","operation":"create","data":{"n":"\#(padded)"}}"#)
                return delivery.changed { if framing == "chunked" { $0.framing = .chunked(20) } }
            }
            let count = make(0).bytes.count
            for cut in 1..<count {
                let delivery = make(cut)
                let response = try answer(fixture, client, delivery.bytes, cut: cut)
                #expect(response.status == 200, "cut at \(cut)")
                #expect(response.complaints == [], "cut at \(cut)")
                #expect(fixture.upstream.requests.last?.body == delivery.body, "cut at \(cut)")
            }
            #expect(fixture.upstream.requests.count == count - 1)
        }
    }

    @Test("a delivery that comes byte by byte is served")
    func byteByByte() throws {
        try Fixture.run { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("dripping")).changed { $0.framing = .chunked(7) }
            let client = try fixture.gateway.connect()
            for byte in delivery.bytes {
                client.send([byte])
                _ = client.isSilent(for: 0.001)
            }
            let response = try client.readResponse()
            #expect(response.status == 200)
            #expect(fixture.upstream.requests.first?.body == delivery.body)
        }
    }

    @Test("a refused request is refused the same way wherever it is cut", arguments: [1, 10, 40, 100, 150, 190])
    func refusedCut(cut: Int) throws {
        try Fixture.run { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("cut")).with("X-A", "b\u{00}c")
            let client = try fixture.gateway.connect()
            let response = try answer(fixture, client, delivery.bytes, cut: cut)
            #expect(response.status == 400)
            #expect(client.isClosed())
            #expect(fixture.upstream.requests.isEmpty)
        }
    }
}
