import GatewayTestSupport
import Testing

@Suite("Replay")
struct ReplayTests {
    private static let setup = Setup(sources: [("cms", Setup.cms()), ("standard", Setup.standard())])

    private func expectDuplicate(_ response: TestResponse, _ label: Comment? = nil) {
        #expect(response.status == 200, label)
        #expect(response.fields["postern-duplicate"] == "1", label)
        #expect(
            response.text
                == #"{"success":true,"message":"Duplicate event ignored","requestId":"\#(response.requestID)"}"#,
            label
        )
        #expect(response.fields["cache-control"] == "no-store", label)
    }

    @Test("an honest repeat is acknowledged and not forwarded, and leaves a duplicate entry")
    func duplicate() throws {
        try Fixture.run(ReplayTests.setup) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("repeat"))
            try fixture.send(delivery, expecting: 200)
            let again = try fixture.send(delivery)
            expectDuplicate(again)
            #expect(!again.closes)
            let entries = fixture.gateway.entries(of: again.requestID, until: "request.duplicate")
            #expect(entries.map(\.kind) == ["request.duplicate"])
            #expect(entries.first?.reason == "replay.duplicate")
            #expect(entries.first?.status == 200)
            #expect(entries.first?.decision == "duplicate")
            #expect(entries.first?.rk == fixture.upstream.requests.first?.fields["idempotency-key"])
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("spelling, order, casing, chunking, query, Host and address do not make another event (R-RPL-02)")
    func aliases() throws {
        try Fixture.run(ReplayTests.setup) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("alias"))
            try fixture.send(delivery, expecting: 200)
            let mac = delivery["X-Webhook-Signature"] ?? ""
            let variants: [(Comment, (inout TestDelivery) -> Void)] = [
                ("upper-case hex", { $0["X-Webhook-Signature"] = mac.uppercased() }),
                ("field names in another case", { $0.fields = $0.fields.map { ($0.name.lowercased(), $0.value) } }),
                ("fields in another order", { $0.fields.reverse() }),
                ("chunked", { $0.framing = .chunked(3) }),
                ("a query", { $0.target += "?a=1" }),
                ("another Host", { $0["Host"] = "other.test" }),
                ("absolute form", { $0.target = "http://gateway.test/hooks/cms" }),
                ("an unsigned id", { $0.fields.append(("Webhook-Id", "other")) }),
                ("a charset", { $0["Content-Type"] = "application/json; charset=utf-8" }),
            ]
            for (name, change) in variants {
                expectDuplicate(try fixture.send(delivery.changed(change), from: "127.0.0.44"), name)
            }
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("where attempts are signed anew, exact copies are replays (409) and new attempts are duplicates (200)")
    func exact() throws {
        try Fixture.run(ReplayTests.setup) { fixture in
            let body = #"{"type":"order.created","data":{}}"#
            let delivery = TestSender.standard.standard(body, id: "msg_exact", offset: -5)
            try fixture.send(delivery, expecting: 200)
            let copy = try fixture.send(delivery, expecting: 409)
            #expect(copy.member("error") == "Replayed delivery")
            #expect(fixture.gateway.entries(of: copy.requestID, until: "request.deny").first?.reason == "replay.exact")
            expectDuplicate(try fixture.send(TestSender.standard.standard(body, id: "msg_exact")))
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("one id with two bodies is a conflict (409), whichever comes second")
    func conflict() throws {
        try Fixture.run(ReplayTests.setup) { fixture in
            let first = TestSender.standard.standard(#"{"type":"a","data":{"n":1}}"#, id: "msg_conflict")
            try fixture.send(first, expecting: 200)
            let other = TestSender.standard.standard(#"{"type":"a","data":{"n":2}}"#, id: "msg_conflict", offset: -1)
            let refused = try fixture.send(other, expecting: 409)
            let entry = fixture.gateway.entries(of: refused.requestID, until: "request.deny").first
            #expect(entry?.reason == "replay.id_conflict")
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("sources do not share events")
    func namespaces() throws {
        let setup = Setup(sources: [
            ("cms", Setup.cms()), ("other", Setup.cms(path: "/hooks/other", key: "other")),
        ])
        try Fixture.run(setup) { fixture in
            let body = Fixture.body("shared")
            try fixture.send(TestSender.cms.cms(body), expecting: 200)
            try fixture.send(TestSender.other.cms(body, to: "/hooks/other"), expecting: 200)
            #expect(fixture.upstream.requests.count == 2)
            // R-SIG-19: a key is good for its own source only.
            try fixture.send(TestSender.cms.cms(Fixture.body("foreign"), to: "/hooks/other"), expecting: 401)
        }
    }

    @Test(
        "after a definite failure of the upstream the next attempt is forwarded at once, numbered",
        arguments: [400, 404, 429, 500, 503]
    )
    func retryAfterFailure(status: Int) throws {
        try Fixture.run(
            ReplayTests.setup,
            script: {
                $0.fields["postern-attempt"] == "3"
                    ? .ok : .answer(status: status, fields: ["Retry-After: 7"], body: "no")
            }
        ) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("retry \(status)"))
            for _ in 0..<2 {
                let failed = try fixture.send(delivery, expecting: status)
                #expect(failed.text == "no")
                #expect(failed.fields["retry-after"] == "7")
            }
            let served = try fixture.send(delivery, expecting: 200)
            #expect(served.fields["postern-duplicate"] == nil)
            expectDuplicate(try fixture.send(delivery))
            let requests = fixture.upstream.requests
            #expect(requests.map { $0.fields["postern-attempt"] } == ["1", "2", "3"])
            #expect(requests.allSatisfy { $0.fields["postern-uncertain"] == nil })
            #expect(Set(requests.map { $0.fields["idempotency-key"] }).count == 1)
            let areRecorded = Deadline.holds {
                let outcomes = fixture.gateway.entries.filter { $0.kind == "request.outcome" }
                return outcomes.map { $0.up?.state } == ["failed", "failed", "done"]
            }
            #expect(areRecorded)
        }
    }

    @Test("after an unknown outcome the sender gets 502, and the next attempt goes on marked uncertain")
    func unknownOutcome() throws {
        try Fixture.run(ReplayTests.setup, script: { $0.fields["postern-attempt"] == "1" ? .close : .ok }) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("unknown"))
            let failed = try fixture.send(delivery, expecting: 502)
            #expect(failed.member("error") == "Upstream failed")
            let outcome = fixture.gateway.entries(of: failed.requestID, until: "request.outcome").last
            #expect(outcome?.reason == "upstream.reset")
            #expect(outcome?.up?.state == "unknown")
            #expect(outcome?.status == 502)
            try fixture.send(delivery, expecting: 200)
            let requests = fixture.upstream.requests
            #expect(requests.map { $0.fields["postern-attempt"] } == ["1", "2"])
            #expect(requests.map { $0.fields["postern-uncertain"] } == [nil, "1"])
        }
    }

    @Test(
        "20 copies at once: exactly one is forwarded, the others wait for its answer and get 200 (R-RPL-03)",
        arguments: [1, 3]
    )
    func race(loops: Int) throws {
        let gate = Gate()
        try Fixture.run(ReplayTests.setup.changed { $0.loops = loops }, script: { _ in .wait(gate, then: .ok) }) {
            fixture in
            let bytes = TestSender.cms.cms(Fixture.body("race")).bytes
            let port = fixture.gateway.port
            let upstream = fixture.upstream
            let answers = inParallel(21) { index -> TestResponse? in
                guard index > 0 else {
                    // Opens the gate when one copy has arrived, and the others had time to.
                    _ = upstream.requests(atLeast: 1)
                    _ = Deadline.holds(seconds: 0.3) { upstream.requests.count > 1 }
                    gate.open()
                    return nil
                }
                guard let client = try? RawClient(port: port) else { return nil }
                client.send(bytes)
                return try? client.readResponse()
            }
            let responses = answers.compactMap { $0 }
            #expect(responses.count == 20)
            #expect(responses.filter { $0.status == 200 }.count == 20, "\(responses.map(\.status))")
            #expect(responses.filter { $0.fields["postern-duplicate"] == "1" }.count == 19)
            #expect(upstream.requests.count == 1)
        }
    }

    @Test("when the copy in flight fails, one of those that wait takes over; nobody gets a 2xx for a failure")
    func takeOver() throws {
        let gate = Gate()
        try Fixture.run(
            ReplayTests.setup,
            script: { $0.fields["postern-attempt"] == "1" ? .wait(gate, then: .answer(status: 500, body: "no")) : .ok }
        ) { fixture in
            let bytes = TestSender.cms.cms(Fixture.body("take over")).bytes
            let port = fixture.gateway.port
            let upstream = fixture.upstream
            let answers = inParallel(6) { index -> Int in
                if index > 0 { _ = upstream.requests(atLeast: 1) }
                guard let client = try? RawClient(port: port) else { return 0 }
                client.send(bytes)
                if index == 5 {
                    _ = client.isSilent(for: 0.3)
                    gate.open()
                }
                return (try? client.readResponse())?.status ?? 0
            }
            #expect(answers.first == 500)
            // Who waited and did not take over may be told to come back.
            #expect(answers.dropFirst().allSatisfy { $0 == 200 || $0 == 503 }, "\(answers)")
            #expect(answers.contains(200))
            #expect(upstream.requests.count == 2)
        }
    }

    @Test("a copy whose twin stays in flight is told to come back after 2 s: 503 with Retry-After, never 2xx")
    func inFlight() throws {
        let gate = Gate()
        try Fixture.run(ReplayTests.setup, script: { _ in .wait(gate, then: .ok) }) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("in flight"))
            let first = try fixture.gateway.connect()
            first.send(delivery.bytes)
            _ = fixture.upstream.requests(atLeast: 1)
            let limit = Deadline(seconds: 20)
            let second = try fixture.send(delivery, expecting: 503)
            let waited = 20 - limit.seconds
            #expect(waited > 1.5 && waited < 8)
            #expect(second.member("error") == "Try again later")
            #expect(second.fields["retry-after"] != nil)
            let entry = fixture.gateway.entries(of: second.requestID, until: "request.deny").first
            #expect(entry?.reason == "replay.in_flight")
            gate.open()
            let response = try first.readResponse()
            #expect(response.status == 200)
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("refused copies leave no trace: the good one that follows is served (R-RPL-04, R-RPL-12, I3)")
    func noTrace() throws {
        try Fixture.run(ReplayTests.setup) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("trace"))
            let entries = try fixture.gateway.metric("postern_replay_entries")
            try fixture.send(delivery.with("X-Webhook-Signature", TestSender.other.mac(delivery.body)), expecting: 401)
            try fixture.send(delivery.with("Content-Type", "text/plain"), expecting: 415)
            for index in 0..<50 {
                try fixture.send(TestSender.other.cms(Fixture.body("forged \(index)")), expecting: 401)
            }
            let after = try fixture.gateway.metric("postern_replay_entries")
            #expect(after == entries)
            try fixture.send(delivery, expecting: 200)
            let last = try fixture.gateway.metric("postern_replay_entries")
            #expect(last == 1)
        }
    }

    @Test("a full store refuses new events and forgets none (R-RPL-10)")
    func full() throws {
        let setup = Setup().changed {
            $0.audit = "node: node-1}\nreplay: {max_entries: 1000"
            $0.limits = "requests_per_connection: 100000"
        }
        try Fixture.run(setup) { fixture in
            let client = try fixture.gateway.connect()
            var refused: TestResponse?
            var served = 0
            for index in 0..<1_300 where refused == nil {
                client.send(TestSender.cms.cms(Fixture.body("full \(index)")).bytes)
                let response = try client.readResponse()
                if response.status == 200 { served += 1 } else { refused = response }
            }
            #expect(refused?.status == 503)
            #expect(refused?.fields["retry-after"] != nil)
            #expect(served >= 500 && served <= 1_200)
            #expect(fixture.upstream.requests.count == served)
            let entry = fixture.gateway.entry { $0.kind == "request.deny" }
            #expect(entry?.reason == "replay.store_full")
            expectDuplicate(try fixture.send(TestSender.cms.cms(Fixture.body("full 0"))))
            #expect(fixture.upstream.requests.count == served)
        }
    }

    @Test("a source with replay protection off forwards every copy, and every entry says so")
    func off() throws {
        try Fixture.run(Setup(cms: "replay: {off: the handler is idempotent}")) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("off"))
            try fixture.send(delivery, expecting: 200)
            let again = try fixture.send(delivery, expecting: 200)
            #expect(again.fields["postern-duplicate"] == nil)
            #expect(fixture.upstream.requests.count == 2)
            let admit = fixture.gateway.entries(of: again.requestID, until: "request.outcome").first
            #expect(admit?.checks?.hasSuffix("replay~") == true)
        }
    }
}
