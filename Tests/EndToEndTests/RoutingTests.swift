import GatewayTestSupport
import Testing

@Suite("Routing by payload")
struct RoutingTests {
    private static func setup(otherwise: String) -> Setup {
        let rules = """
            rules: [{when: {/collection: orders, /operation: [create, update]}, to: UPSTREAM/orders}, \
            {when: {/collection: products}, to: UPSTREAM/products}, \
            {when: {/collection: orders}, to: UPSTREAM/late}], otherwise: \(otherwise)
            """
        return Setup(sources: [("cms", Setup.cms(forward: rules))])
    }

    @Test("the first rule that matches chooses the upstream; what none matches is denied")
    func rules() throws {
        try Fixture.run(RoutingTests.setup(otherwise: "deny")) { fixture in
            let rows = [
                ("orders", "create", "/orders"), ("orders", "update", "/orders"), ("products", "create", "/products"),
                ("orders", "delete", "/late"), ("posts", "create", nil), ("Orders", "create", nil),
                ("orders ", "create", nil),
            ]
            for (index, row) in rows.enumerated() {
                let delivery = TestSender.cms.cms(Fixture.body("rule \(index)", collection: row.0, operation: row.1))
                let before = fixture.upstream.requests.count
                let response = try fixture.send(delivery)
                if let target = row.2 {
                    #expect(response.status == 200)
                    #expect(fixture.upstream.requests.last?.target == target, "\(row)")
                } else {
                    #expect(response.status == 422, "\(row)")
                    #expect(response.member("error") == "Invalid webhook event")
                    #expect(fixture.upstream.requests.count == before)
                    let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
                    #expect(entry?.reason == "payload.event_not_allowed")
                }
            }
        }
    }

    @Test("a rule compares the value, not its spelling, and the type counts")
    func values() throws {
        try Fixture.run(RoutingTests.setup(otherwise: "deny")) { fixture in
            let escaped = #"{"collection":"\u006frders","operation":"cre\u0061te","data":{}}"#
            try fixture.send(TestSender.cms.cms(escaped), expecting: 200)
            #expect(fixture.upstream.requests.last?.body == Array(escaped.utf8))
            for body in [
                #"{"collection":["orders"],"operation":"create"}"#, #"{"operation":"create"}"#, "[]", "null",
                #"{"data":{"collection":"orders"}}"#, #""orders""#,
            ] {
                try fixture.send(TestSender.cms.cms(body), expecting: 422)
            }
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("'otherwise' can name an upstream")
    func otherwise() throws {
        try Fixture.run(RoutingTests.setup(otherwise: "UPSTREAM/rest")) { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("rest", collection: "posts")), expecting: 200)
            try fixture.send(TestSender.cms.cms("[1,2]"), expecting: 200)
            try fixture.send(TestSender.cms.cms(Fixture.body("orders")), expecting: 200)
            #expect(fixture.upstream.requests.map(\.target) == ["/rest", "/rest", "/orders"])
        }
    }

    @Test("path and host are compared byte for byte: no decoding, no dot segments, no slash or case folding (R-H1-30)")
    func paths() throws {
        try Fixture.run { fixture in
            for target in [
                "/hooks/CMS", "/hooks/cms/", "//hooks/cms", "/hooks//cms", "/hooks/./cms", "/a/../hooks/cms",
                "/hooks/c%6ds",
                "/hooks%2Fcms", "/hooks/cms;a", "/hooks/cms%00", "/hooks/cms%20", "/hooks/cm", "/", "/hooks/cms/x",
                "/hooks/cms:80",
            ] {
                let delivery = TestSender.cms.cms(Fixture.body("path"), to: target)
                let response = try fixture.send(delivery, from: "127.5.\(target.utf8.count).\(target.utf8.last ?? 1)")
                #expect(response.status == 404, "\(target)")
            }
            #expect(fixture.upstream.requests.isEmpty)
            try fixture.send(
                TestSender.cms.cms(Fixture.body("path"), to: "http://gateway.test/hooks/cms"),
                expecting: 200
            )
        }
    }

    @Test("event names are allowed by pattern, and recorded fields stand in the audit entry")
    func events() throws {
        let extra =
            #"event: {allow: ["orders.*", "products.create"]}, audit: {fields: {/collection: plain, /data/id: plain}}"#
        try Fixture.run(Setup(cms: extra)) { fixture in
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("e1")), expecting: 200)
            let admit = fixture.gateway.entries(of: response.requestID, until: "request.outcome").first
            #expect(admit?.fields == ["/collection": "orders", "/data/id": "e1"])
            #expect(admit?.event?.type == "orders.create")
            try fixture.send(TestSender.cms.cms(Fixture.body("e2", collection: "products")), expecting: 200)
            try fixture.send(
                TestSender.cms.cms(Fixture.body("e3", collection: "products", operation: "update")),
                expecting: 422
            )
            try fixture.send(TestSender.cms.cms(Fixture.body("e4", collection: "ordersx")), expecting: 422)
            #expect(fixture.upstream.requests.count == 2)
        }
    }

    @Test("a check in shadow is evaluated and recorded, and not acted on")
    func shadow() throws {
        let extra = #"shadow: [payload], event: {allow: ["products.*"]}"#
        try Fixture.run(Setup(cms: extra)) { fixture in
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("shadow")), expecting: 200)
            let admit = fixture.gateway.entries(of: response.requestID, until: "request.outcome").first
            #expect(admit?.detail?.contains("payload.event_not_allowed") == true)
            #expect(fixture.upstream.requests.count == 1)
        }
    }
}
