import GatewayTestSupport
import Testing

/// Rates: who fails to verify too often, who floods, and sources that deliver faster than they may.
@Suite("Rates")
struct RateTests {
    private func setup(_ rate: String) -> Setup {
        Setup(sources: [
            ("cms", Setup.cms("rate: {\(rate)}")), ("other", Setup.cms(path: "/hooks/other", key: "other")),
        ])
        .changed { $0.limits = "requests_per_connection: 100000" }
    }

    private func forged(_ index: Int, to target: String = "/hooks/cms") -> TestDelivery {
        TestSender.github.cms(Fixture.body("forged \(index)"), to: target)
    }

    @Test("too many that do not verify get 429 with Retry-After; those that verify, other clients and sources do not")
    func unverified() throws {
        try Fixture.run(setup("unverified: 1, unverified_burst: 5, flood: 1000")) { fixture in
            let client = try fixture.gateway.connect()
            var statuses: [Int] = []
            var last: TestResponse?
            for index in 0..<20 {
                client.send(forged(index).bytes)
                let response = try client.readResponse()
                #expect(response.complaints == [])
                statuses.append(response.status)
                if response.status == 429 { last = response }
            }
            #expect(statuses.prefix(5) == [401, 401, 401, 401, 401])
            #expect(statuses.suffix(10).filter { $0 == 429 }.count >= 8, "\(statuses)")
            #expect(Set(statuses) == [401, 429])
            let refused = try #require(last)
            #expect(refused.member("error") == "Try again later")
            #expect(refused.fields["retry-after"] == "1")
            #expect(!refused.closes)
            let entry = fixture.gateway.entries(of: refused.requestID, until: "request.deny").first
            #expect(entry?.reason == "limit.rate")
            #expect(entry?.detail == "too many do not verify: signature.mismatch")
            client.send(TestSender.cms.cms(Fixture.body("good")).bytes)
            let good = try client.readResponse()
            #expect(good.status == 200)
            try fixture.send(forged(100), from: "127.0.0.9", expecting: 401)
            try fixture.send(forged(101, to: "/hooks/other"), expecting: 401)
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("a network that floods is refused before its body is read, and its connection closed; others are served")
    func flood() throws {
        try Fixture.run(setup("unverified: 1, unverified_burst: 1, flood: 1")) { fixture in
            for index in 0..<3 { _ = try fixture.send(forged(index)) }
            let client = try fixture.gateway.connect()
            let delivery = TestSender.cms.cms(Fixture.body("good, but in a flood"))
            // The head alone: the answer does not wait for the body.
            client.send(delivery.head)
            let response = try client.readResponse()
            #expect(response.status == 429)
            #expect(response.closes)
            let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
            #expect(entry?.detail == "too many requests of this network do not verify")
            try fixture.send(TestSender.cms.cms(Fixture.body("elsewhere")), from: "127.0.0.9", expecting: 200)
            #expect(fixture.upstream.requests.count == 1)
            // It ends by itself.
            let isServed = Deadline.holds(seconds: 10) {
                (try? fixture.gateway.answer(to: delivery))?.status == 200
            }
            #expect(isServed)
        }
    }

    @Test("the rate of what verifies is judged behind the payload and before replay; nothing of it is remembered")
    func order() throws {
        try Fixture.run(setup("verified: 1, verified_burst: 1")) { fixture in
            let first = TestSender.cms.cms(Fixture.body("first"))
            try fixture.send(first, expecting: 200)
            // Whatever the bucket holds: what the payload check refuses never gets so far.
            for _ in 0..<5 {
                try fixture.send(TestSender.cms.cms("{\"a\":1,\"a\":2}"), expecting: 400)
                try fixture.send(first.with("Content-Type", "text/plain"), expecting: 415)
            }
            // A copy is a duplicate only where the rate lets it come to that.
            let isRefused = Deadline.holds { (try? fixture.send(first))?.status == 429 }
            #expect(isRefused)
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("deliveries above the source's rate get 429, are not forwarded, and are served when they come again")
    func verified() throws {
        try Fixture.run(setup("verified: 1, verified_burst: 3")) { fixture in
            var refused: [TestDelivery] = []
            for index in 0..<6 {
                let delivery = TestSender.cms.cms(Fixture.body("busy \(index)"))
                let response = try fixture.send(delivery)
                if response.status == 429 {
                    #expect(response.fields["retry-after"] == "1")
                    refused.append(delivery)
                } else {
                    #expect(response.status == 200)
                }
            }
            #expect((1...3).contains(refused.count), "\(refused.count)")
            #expect(fixture.upstream.requests.count == 6 - refused.count)
            let delivery = try #require(refused.first)
            let isServed = Deadline.holds(seconds: 10) {
                let response = try? fixture.gateway.answer(to: delivery)
                return response?.status == 200 && response?.fields["postern-duplicate"] == nil
            }
            #expect(isServed)
            let denied = try fixture.gateway.metric("postern_requests_total", #"reason="limit.rate""#)
            #expect((denied ?? 0) >= Double(refused.count))
        }
    }
}
