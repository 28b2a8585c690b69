import GatewayTestSupport
import Testing

@Suite("Request smuggling")
struct SmugglingTests {
    /// Short deadlines: a case that makes the gateway wait shows as 408, which no row allows.
    private static let setup = Setup().changed { $0.limits = "header_timeout: 2s, request_timeout: 2s" }

    @Test(
        "an ambiguous request gets one refusal at most, then the end; what hides behind it is never answered nor forwarded",
        arguments: SmugglingCorpus.Group.allCases
    )
    func corpus(group: SmugglingCorpus.Group) throws {
        try Fixture.run(SmugglingTests.setup) { fixture in
            let inner = TestSender.cms.cms(Fixture.body("inner")).bytes
            for (index, item) in group.cases.enumerated() {
                let before = fixture.upstream.requests.count
                // A network each: denials of one network are summed up when there are many.
                let client = try fixture.gateway.connect(from: "127.1.\(index).1")
                client.send(item.bytes + inner)
                let responses = try? client.readAllResponses(seconds: 15)
                #expect(responses != nil, "\(item.name): the connection was not closed")
                #expect((responses?.count ?? 0) <= 1, "\(item.name)")
                if let response = responses?.first {
                    #expect(item.statuses.contains(response.status), "\(item.name): \(response.status)")
                    #expect(response.complaints == [], "\(item.name)")
                    #expect(response.closes, "\(item.name)")
                    let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
                    #expect(entry?.status == response.status, "\(item.name)")
                }
                #expect(fixture.upstream.requests.count == before, "\(item.name): something was forwarded")
                try fixture.expectAlive(item.name)
            }
        }
    }

    @Test("the corpus has the number of cases it should have")
    func size() { #expect(SmugglingCorpus.all.count >= 150) }

    @Test("a refused request with its inner request as body: the body is never served as a request (R-H1-40)")
    func refusedWithInnerBody() throws {
        try Fixture.run { fixture in
            let inner = TestSender.cms.cms(Fixture.body("inner")).bytes
            for (name, change) in [
                ("401", { (delivery: inout TestDelivery) in delivery["X-Webhook-Signature"] = nil }),
                ("404", { $0.target = "/nowhere" }), ("415", { $0["Content-Type"] = "text/plain" }),
                ("405", { $0.method = "PUT" }), ("417", { $0["Expect"] = "x" }),
                (
                    "401 chunked",
                    {
                        $0["X-Webhook-Signature"] = nil
                        $0.framing = .chunked(50)
                    }
                ),
            ] as [(String, (inout TestDelivery) -> Void)] {
                let delivery = TestSender.cms.cms(inner).changed(change)
                let client = try fixture.gateway.connect()
                client.send(delivery.bytes)
                let response = try client.readResponse()
                #expect(response.status == Int(name.prefix(3)), "\(name)")
                // Either the connection has ended, or the next answer is the next request's.
                if response.closes {
                    #expect(client.isClosed(), "\(name)")
                } else {
                    client.send("GET /probe HTTP/1.1\r\nHost: a\r\n\r\n")
                    let next = try client.readResponse()
                    #expect(next.status == 404, "\(name)")
                }
                #expect(fixture.upstream.requests.isEmpty, "\(name)")
            }
        }
    }

    @Test("a signature in the trailers does not count (R-H1-17), and harmless trailers and extensions are dropped")
    func trailers() throws {
        try Fixture.run { fixture in
            let body = Fixture.body("trailers")
            let mac = TestSender.cms.mac(Array(body.utf8))
            let start =
                "POST /hooks/cms HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
            let size = String(body.utf8.count, radix: 16)
            let unsigned = try fixture.gateway.connect()
            unsigned.send("\(start)\r\n\(size)\r\n\(body)\r\n0\r\nX-Webhook-Signature: \(mac)\r\n\r\n")
            let refused = try unsigned.readResponse()
            #expect(refused.status == 401)
            let entry = fixture.gateway.entries(of: refused.requestID, until: "request.deny").first
            #expect(entry?.reason == "signature.missing")
            #expect(fixture.upstream.requests.isEmpty)

            let signed = try fixture.gateway.connect()
            signed.send(
                "\(start)X-Webhook-Signature: \(mac)\r\n\r\n\(size);name=\"v\";x\r\n\(body)\r\n0;last\r\nX-Trailer: t\r\n\r\n"
            )
            let accepted = try signed.readResponse()
            #expect(accepted.status == 200)
            let request = try #require(fixture.upstream.requests.first)
            #expect(request.body == Array(body.utf8))
            #expect(request.fields["x-trailer"] == nil)
        }
    }

    @Test("Connection cannot remove a field that was checked or that the gateway adds (R-FWD-05)")
    func nominated() throws {
        try Fixture.run { fixture in
            for name in [
                "content-length", "host", "content-type", "x-webhook-signature", "x-forwarded-for", "idempotency-key",
                "postern-source", "user-agent", "x-request-id",
            ] {
                let delivery = TestSender.cms.cms(Fixture.body("nominated \(name)")).with("Connection", name)
                let before = fixture.upstream.requests.count
                let response = try fixture.send(delivery)
                if response.status == 400 {
                    #expect(fixture.upstream.requests.count == before, "\(name)")
                    continue
                }
                #expect(response.status == 200, "\(name)")
                let request = try #require(fixture.upstream.requests.last)
                #expect(request.body == delivery.body, "\(name)")
                for field in [
                    "content-type", "x-webhook-signature", "x-forwarded-for", "idempotency-key", "postern-source",
                ] {
                    #expect(request.fields[field] != nil, "\(name) removed \(field)")
                }
            }
        }
    }

    @Test("Upgrade is ignored and ends the connection; it never switches protocols (R-H1-36)")
    func upgrade() throws {
        try Fixture.run { fixture in
            for (index, protocolName) in ["h2c", "websocket", "TLS/1.3"].enumerated() {
                var delivery = TestSender.cms.cms(Fixture.body("upgrade \(index)"))
                delivery.fields += [
                    ("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", protocolName), ("HTTP2-Settings", "AAA"),
                ]
                let client = try fixture.gateway.connect()
                client.send(delivery.bytes + TestSender.cms.cms(Fixture.body("behind \(index)")).bytes)
                let responses = try client.readAllResponses()
                #expect(responses.count == 1, "\(protocolName)")
                #expect([200, 400].contains(responses.first?.status ?? 0), "\(protocolName)")
            }
            #expect(!fixture.upstream.requests.contains { String(decoding: $0.body, as: UTF8.self).contains("behind") })
        }
    }
}
