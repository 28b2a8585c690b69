import GatewayTestSupport
import Testing

@Suite("Happy path")
struct HappyPathTests {
    private static let body =
        "{ \"collection\":\"orders\",\"operation\":\"create\",\r\n\t\"data\":{\"big\":12345678901234567890,\"n\":1.50,\"u\":\"\\u00e9é\"}}\n"

    @Test("a signed delivery reaches the handler byte for byte, and the handler's answer comes back")
    func forwarded() throws {
        try Fixture.run(script: { _ in
            .answer(
                status: 201,
                fields: ["Content-Type: application/json", "X-Handler: yes"],
                body: #"{"success":true}"#
            )
        }) { fixture in
            let response = try fixture.send(TestSender.cms.cms(HappyPathTests.body))
            #expect(response.status == 201)
            #expect(response.text == #"{"success":true}"#)
            #expect(response.fields["content-type"] == "application/json")
            #expect(response.fields["x-handler"] == "yes")
            #expect(!response.closes)

            #expect(fixture.upstream.requests.count == 1)
            let request = try #require(fixture.upstream.requests.first)
            #expect(request.method == "POST")
            #expect(request.target == "/api/webhook")
            #expect(request.body == Array(HappyPathTests.body.utf8))
            #expect(request.fields["host"] == "127.0.0.1:\(fixture.upstream.port)")
            #expect(request.fields["content-type"] == "application/json")
            #expect(request.fields["user-agent"] == "sender/1.0")
            #expect(request.fields["x-webhook-signature"] == TestSender.cms.mac(request.body))
            #expect(request.fields["x-request-id"] == response.requestID)
            #expect(request.fields["x-forwarded-for"] == "127.0.0.1")
            #expect(request.fields["x-forwarded-proto"] == "http")
            #expect(request.fields["x-forwarded-host"] == "gateway.test")
            #expect(request.fields["postern-source"] == "cms")
            #expect(request.fields["postern-attempt"] == "1")
            #expect(request.fields["postern-key-id"] != nil)
            #expect(request.fields["idempotency-key"]?.utf8.count == 27)
        }
    }

    @Test("a delivery leaves an admit entry and an outcome entry that agree with what happened")
    func recorded() throws {
        try Fixture.run { fixture in
            let response = try fixture.send(TestSender.cms.cms(HappyPathTests.body))
            let entries = fixture.gateway.entries(of: response.requestID, until: "request.outcome")
            #expect(entries.map(\.kind) == ["request.admit", "request.outcome"])
            let admit = try #require(entries.first)
            #expect(admit.source == "cms")
            #expect(admit.decision == "allow")
            #expect(admit.checks == "route+,address+,content+,signature+,timestamp+,payload+,replay+")
            #expect(admit.client?.ip == "127.0.0.1")
            #expect(admit.client?.peer == "127.0.0.1")
            #expect(admit.event?.type == "orders.create")
            #expect(admit.sig?.scheme == "01software")
            #expect(admit.body?.bytes == HappyPathTests.body.utf8.count)
            #expect(admit.rk == fixture.upstream.requests.first?.fields["idempotency-key"])
            let outcome = try #require(entries.last)
            #expect(outcome.status == 200)
            #expect(outcome.rk == admit.rk)
            #expect(outcome.up?.state == "done")
            #expect(outcome.up?.status == 200)
            #expect(outcome.up?.try == 1)
            #expect(outcome.reason == nil)
        }
    }

    @Test("what the gateway adds is never taken from the sender, in any spelling (R-FWD-04)")
    func ownedFields() throws {
        try Fixture.run { fixture in
            var delivery = TestSender.cms.cms(Fixture.body("owned"))
            for name in [
                "X-Request-Id", "x-request_id", "X-Forwarded-For", "X_Forwarded_For", "X-Forwarded-Proto",
                "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "Idempotency-Key",
                "idempotency_key", "Postern-Source", "POSTERN_KEY_ID", "Postern-Attempt", "Postern-Uncertain",
                "Postern-Verified", "postern_verified", "Via",
            ] {
                delivery.fields.append((name, "6.6.6.6"))
            }
            let response = try fixture.send(delivery)
            #expect(response.status == 200)
            #expect(response.requestID != "6.6.6.6")
            let request = try #require(fixture.upstream.requests.first)
            #expect(request.fields.all.filter { $0.value.contains("6.6.6.6") } == [])
            #expect(request.fields["x-forwarded-for"] == "127.0.0.1")
        }
    }

    @Test("only listed fields pass, and no field of one connection (R-FWD-03, R-FWD-06)")
    func allowList() throws {
        let setup = Setup(sources: [("cms", Setup.cms(forward: "to: UPSTREAM/api/webhook, headers: [x-tenant]"))])
        try Fixture.run(setup) { fixture in
            var delivery = TestSender.cms.cms(Fixture.body("fields"))
            for field in [
                ("Cookie", "a=b"), ("Authorization", "Bearer x"), ("Range", "bytes=0-1"), ("X-Original-URL", "/admin"),
                ("X-HTTP-Method-Override", "DELETE"), ("TE", "trailers"), ("Proxy-Authorization", "x"),
                ("Keep-Alive", "timeout=5"), ("Accept-Encoding", "gzip"), ("X-Tenant", "blue"),
            ] {
                delivery.fields.append(field)
            }
            try fixture.send(delivery, expecting: 200)
            let request = try #require(fixture.upstream.requests.first)
            let expected = [
                "content-length", "content-type", "host", "idempotency-key", "postern-attempt", "postern-key-id",
                "postern-source", "user-agent", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
                "x-request-id", "x-tenant", "x-webhook-signature",
            ]
            #expect(request.fields.names == expected)
            #expect(request.fields["x-tenant"] == "blue")
        }
    }

    @Test("a query that no signature covers is dropped, unless the source forwards it (R-FWD-07)")
    func query() throws {
        let setup = Setup(sources: [
            ("cms", Setup.cms()),
            ("open", Setup.cms("query: forward", path: "/hooks/open", forward: "to: UPSTREAM/open", key: "other")),
        ])
        try Fixture.run(setup) { fixture in
            let dropped = TestSender.cms.cms(Fixture.body("query 1"), to: "/hooks/cms?injected=1")
            try fixture.send(dropped, expecting: 200)
            let forwarded = TestSender.other.cms(Fixture.body("query 2"), to: "/hooks/open?page=1&x=%20")
            try fixture.send(forwarded, expecting: 200)
            #expect(fixture.upstream.requests.map(\.target) == ["/api/webhook", "/open?page=1&x=%20"])
        }
    }

    @Test("Postern-Verified proves that a delivery came through the gateway, with that body")
    func attestation() throws {
        let forward = #"to: UPSTREAM/api/webhook, outbound_key: "file:outbound.key""#
        try Fixture.run(Setup(sources: [("cms", Setup.cms(forward: forward))])) { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("proof")), expecting: 200)
            let request = try #require(fixture.upstream.requests.first)
            let parts = try #require(request.fields["postern-verified"]).split(separator: ",").map(String.init)
            #expect(parts.count == 3)
            let time = try #require(parts.first?.dropFirst(2))
            let id = try #require(parts.dropFirst().first?.dropFirst(4))
            #expect(String(id) == request.requestID)
            let message = "\(time).\(id).cms.\(TestDigest.sha256.hash(request.body).hexText)"
            let mac = TestDigest.sha256.hmac(message.utf8, key: Setup.outboundKey.utf8).hexText
            #expect(parts.last == "v1=\(mac)")
        }
    }

    @Test("many deliveries in a row share connections on both sides")
    func pooled() throws {
        try Fixture.run { fixture in
            let client = try fixture.gateway.connect()
            for index in 0..<20 {
                client.send(TestSender.cms.cms(Fixture.body("pooled \(index)")).bytes)
                let response = try client.readResponse()
                #expect(response.status == 200)
                #expect(response.complaints == [])
            }
            #expect(fixture.upstream.requests.count == 20)
            #expect(fixture.upstream.connectionCount == 1)
        }
    }
}
