import Foundation
import GatewayTestSupport
import Testing

@Suite("Signatures")
struct SignatureTests {
    /// A source with a preset and the key that `TestSender.other` holds.
    private func source(_ preset: String) -> String {
        """
        preset: \(preset), path: /hooks/\(preset), allow: {ips: [127.0.0.0/8]}, signature: {secret: "file:other.key"}, \
        schema: none, forward: {to: UPSTREAM/\(preset)}
        """
    }

    @Test("Stripe, Slack and Shopify deliveries are verified as these senders sign, and their fields reach the handler")
    func presets() throws {
        let sender = TestSender.other
        let time = String(Int(Date().timeIntervalSince1970))
        let slackBody = #"{"type":"event_callback","event_id":"Ev1"}"#
        let shopifyBody = Array(#"{"id":1,"email":"a@example.test"}"#.utf8)
        let shopifyMAC = Data(TestDigest.sha256.hmac(shopifyBody, key: sender.secret.utf8)).base64EncodedString()
        let deliveries = [
            ("stripe", "stripe-signature", sender.stripe(#"{"id":"evt_1","type":"charge.succeeded"}"#)),
            (
                "slack", "x-slack-signature",
                TestDelivery("/hooks/slack", body: Array(slackBody.utf8))
                    .with("X-Slack-Request-Timestamp", time)
                    .with("X-Slack-Signature", "v0=" + sender.mac(Array("v0:\(time):\(slackBody)".utf8)))
            ),
            (
                "shopify", "x-shopify-hmac-sha256",
                TestDelivery("/hooks/shopify", body: shopifyBody).with("X-Shopify-Hmac-SHA256", shopifyMAC)
                    .with("X-Shopify-Topic", "orders/create")
            ),
        ]
        for (preset, field, delivery) in deliveries {
            try Fixture.run(Setup(sources: [(preset, source(preset))])) { fixture in
                try fixture.send(delivery.changed { $0.body[2] ^= 1 }, expecting: 401)
                let response = try fixture.send(delivery, expecting: 200)
                let request = try #require(fixture.upstream.requests.first)
                #expect(request.body == delivery.body)
                #expect(request.fields[field] == delivery[field], "\(preset)")
                let admit = fixture.gateway.entries(of: response.requestID, until: "request.admit").first
                #expect(admit?.sig?.scheme == preset)
            }
        }
    }

    @Test("one valid signature among several suffices, and only versions of the scheme count (R-SIG-04, R-SIG-08)")
    func candidates() throws {
        try Fixture.run(Setup(sources: [("standard", Setup.standard())])) { fixture in
            let wrong = Data(repeating: 7, count: 32).base64EncodedString()
            for (index, make) in [
                { "v1,\(wrong) \($0)" }, { "\($0) v1,\(wrong)" }, { "v1a,\(wrong) \($0) v9,x" },
            ].enumerated() as EnumeratedSequence<[(String) -> String]> {
                let delivery = TestSender.standard.standard(#"{"type":"t"}"#, id: "msg_c\(index)")
                let signature = make(delivery["Webhook-Signature"] ?? "")
                try fixture.send(delivery.with("Webhook-Signature", signature), expecting: 200)
            }
            let delivery = TestSender.standard.standard(#"{"type":"t"}"#, id: "msg_v")
            let mac = String((delivery["Webhook-Signature"] ?? "").dropFirst(3))
            for other in ["v0,\(mac)", "v2,\(mac)", "V1,\(mac)", "v1a,\(mac)", mac, "v1 \(mac)", "v1,\(mac)=", ""] {
                try fixture.send(delivery.with("Webhook-Signature", other), expecting: 401)
            }
            #expect(fixture.upstream.requests.count == 3)
        }
    }

    @Test("GitHub's SHA-1 header alone proves nothing")
    func sha1() throws {
        try Fixture.run(Setup(sources: [("github", Setup.github())])) { fixture in
            let delivery = TestSender.github.github(Array("{}".utf8), event: "ping", id: "d")
            try fixture.send(delivery.with("X-Hub-Signature-256", nil), expecting: 401)
            try fixture.send(
                delivery.with("X-Hub-Signature-256", delivery["X-Hub-Signature"]),
                expecting: 401
            )
            try fixture.send(delivery, expecting: 200)
        }
    }

    @Test(
        "with several keys the one that fits is named to the handler and in the entry; a line feed at a file's end is none of it"
    )
    func keys() throws {
        let keys = #"keys: [{id: new, secret: "file:cms.key"}, {id: old, secret: "file:other.key", state: retiring}]"#
        let text = Setup.cms().replacing(#"secret: "file:cms.key""#, with: keys)
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        try Setup(sources: [("cms", text)]).write(to: directory, upstream: upstream.port)
        try directory.write("cms.key", TestSender.cms.secret + "\n")
        let gateway = try GatewayProcess(in: directory)
        let fixture = Fixture(gateway: gateway, upstream: upstream, directory: directory)
        for (sender, id) in [(TestSender.cms, "new"), (TestSender.other, "old")] {
            let response = try fixture.send(sender.cms(Fixture.body("key \(id)")), expecting: 200)
            #expect(upstream.requests.last?.fields["postern-key-id"] == id)
            let admit = gateway.entries(of: response.requestID, until: "request.admit").first
            #expect(admit?.sig?.key == id)
        }
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }

    @Test("any changed byte of the body is noticed")
    func everyByte() throws {
        try Fixture.run { fixture in
            let delivery = TestSender.cms.cms(#"{"collection":"a","operation":"create"}"#)
            let client = try fixture.gateway.connect()
            for index in delivery.body.indices {
                for bit in [0, 7] as [UInt8] {
                    client.send(delivery.changed { $0.body[index] ^= 1 << bit }.bytes)
                    let response = try client.readResponse()
                    #expect(response.status == 401, "byte \(index), bit \(bit)")
                }
            }
            for changed in [delivery.body + [0x20], Array(delivery.body.dropLast()), [0x20] + delivery.body] {
                try fixture.send(delivery.changed { $0.body = changed }, expecting: 401)
            }
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test("a scheme that the configuration declares whole is verified as declared")
    func declared() throws {
        let signature = """
            {scheme: declared, secret: "file:other.key", alg: hmac-sha256, from: "header:x-sig", grammar: whole, \
            prefix: "v=", encoding: hex, content: "{header:x-time}|{body}", timestamp: {from: "header:x-time"}}
            """
        let text = """
            path: /hooks/own, allow: {ips: [127.0.0.0/8]}, signature: \(signature), schema: none, \
            replay: {key: content, retry: resigned, ttl: 24h}, forward: {to: UPSTREAM/own, headers: [x-time]}
            """
        try Fixture.run(Setup(sources: [("own", text)])) { fixture in
            let time = String(Int(Date().timeIntervalSince1970))
            let body = Array(#"{"own":true}"#.utf8)
            let mac = TestSender.other.mac(Array("\(time)|".utf8) + body)
            let delivery = TestDelivery("/hooks/own", body: body).with("X-Time", time).with("X-Sig", "v=" + mac)
            try fixture.send(delivery.with("X-Time", String((Int(time) ?? 0) - 1)), expecting: 401)
            try fixture.send(delivery.with("X-Sig", mac), expecting: 401)
            try fixture.send(delivery, expecting: 200)
            #expect(fixture.upstream.requests.first?.fields["x-time"] == time)
        }
    }
}
