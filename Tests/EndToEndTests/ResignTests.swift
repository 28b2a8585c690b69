import Foundation
import GatewayTestSupport
import Testing

/// A signature for the handler in the place of the sender's.
@Suite("Re-signing")
struct ResignTests {
    private static func reload(_ bench: KeyringBench, _ forward: String) throws {
        let text = bench.directory.read("postern.yaml").replacing("forward: {", with: "forward: {\(forward), ")
        try bench.directory.write("postern.yaml", text)
        let result = try ChildProcess.run([
            GatewayProcess.binary, "reload", "-c", bench.directory.path + "/postern.yaml",
        ])
        #expect(result.ending == .exited(0), "\(result.errors)")
    }

    @Test("with 'same' the handler gets the sender's form with its own key, over the very body that was judged")
    func same() throws {
        try KeyringBench.run { bench, gateway, secret in
            let key = try #require(try bench.keys("add", "sign:cms", "--json")["secret"])
            try ResignTests.reload(bench, "resign: {key: \"keyring:sign:cms\"}")
            let body = Fixture.body("one")
            let delivery = TestSender(secret: secret).cms(body)
            #expect(try gateway.answer(to: delivery).status == 200)
            let request = try #require(bench.upstream.requests.last)
            #expect(request.body == Array(body.utf8))
            #expect(request.fields["x-webhook-signature"] == TestSender(secret: key).mac(Array(body.utf8)))
            #expect(request.fields.values("x-webhook-signature").count == 1)
            let sent = TestSender(secret: secret).mac(Array(body.utf8))
            #expect(!request.fields.all.contains { $0.value == sent })
        }
    }

    @Test("with 'standard' the handler gets Standard Webhooks, with the same id for every attempt of one event")
    func standard() throws {
        try KeyringBench.run { bench, gateway, secret in
            let key = try #require(try bench.keys("add", "sign:cms", "--encoding", "whsec", "--json")["secret"])
            try ResignTests.reload(bench, "resign: {key: \"keyring:sign:cms\", scheme: standard}")
            let body = Fixture.body("one")
            #expect(try gateway.answer(to: TestSender(secret: secret).cms(body)).status == 200)
            let request = try #require(bench.upstream.requests.last)
            let (id, time) = (
                try #require(request.fields["webhook-id"]), try #require(request.fields["webhook-timestamp"])
            )
            #expect(id == request.fields["idempotency-key"])
            #expect(abs((Double(time) ?? 0) - Date().timeIntervalSince1970) < 60)
            let material = try #require(Data(base64Encoded: String(key.dropFirst(6))))
            let mac = TestDigest.sha256.hmac(Array("\(id).\(time).\(body)".utf8), key: material)
            #expect(request.fields["webhook-signature"] == "v1," + Data(mac).base64EncodedString())
            #expect(request.fields["x-webhook-signature"] == nil)
            // A client's own fields of these names do not get through.
            var forged = TestSender(secret: secret).cms(Fixture.body("two"))
            forged["Webhook-Id"] = "forged"
            forged["Webhook-Signature"] = "v1,AAAA"
            #expect(try gateway.answer(to: forged).status == 200)
            let second = try #require(bench.upstream.requests.last)
            #expect(!second.fields.all.contains { $0.value == "forged" || $0.value == "v1,AAAA" })
        }
    }

    @Test("without an active key nothing is forwarded, and a rotated key signs from then on")
    func keys() throws {
        try KeyringBench.run { bench, gateway, secret in
            let first = try bench.keys("add", "sign:cms", "--json")
            try ResignTests.reload(bench, "resign: {key: \"keyring:sign:cms\"}")
            #expect(try KeyringBench.status(gateway, secret, "one") == 200)
            let second = try bench.keys("add", "sign:cms", "--json")
            let (old, new) = (try #require(first["id"]), try #require(second["id"]))
            #expect(try bench.keys("promote", new).result.ending == .exited(0))
            #expect(try KeyringBench.status(gateway, secret, "two") == 200)
            let body = Array(Fixture.body("two").utf8)
            let expected = TestSender(secret: try #require(second["secret"])).mac(body)
            #expect(bench.upstream.requests.last?.fields["x-webhook-signature"] == expected)
            _ = try bench.keys("revoke", old, "--reason", "over")
            _ = try bench.keys("revoke", new, "--reason", "over")
            let count = bench.upstream.requests.count
            #expect(try KeyringBench.status(gateway, secret, "three") == 503)
            #expect(bench.upstream.requests.count == count)
        }
    }
}
