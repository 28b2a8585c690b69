import GatewayTestSupport
import Testing

@Suite("Post-mortems")
struct PostMortemTests {
    private func postMortem(_ fixture: Fixture, of response: TestResponse) throws -> AuditRecord? {
        let id = try #require(response.fields["x-request-id"])
        return fixture.gateway.entries(of: id, until: "audit.postmortem", seconds: 5).first {
            $0.kind == "audit.postmortem"
        }
    }

    @Test("With `postmortem: on` the mistake behind a bad signature is in the audit log, under the request's id")
    func on() throws {
        try Fixture.run(Setup(cms: "postmortem: on")) { fixture in
            let good = TestSender.cms.cms(Fixture.body("1"))
            let response = try fixture.send(good.changed { $0.body += [0x0A] }, expecting: 401)
            let entry = try #require(try postMortem(fixture, of: response))
            #expect(entry.reason == "signature.mismatch")
            #expect(entry.detail == "body.line_feed_added: a line end follows the signed body")
            #expect(entry.source == "cms")
            let foreign = try fixture.send(TestSender.other.cms(Fixture.body("2")), expecting: 401)
            #expect(try postMortem(fixture, of: foreign)?.detail?.hasPrefix("unknown: ") == true)
            try fixture.expectAlive("post-mortems")
        }
    }

    @Test("A delivery whose head is refused is looked into as well: its body is read, and the answer is the same")
    func refusedHead() throws {
        try Fixture.run(Setup(cms: "postmortem: on")) { fixture in
            let good = TestSender.cms.cms(Fixture.body("1"))
            let renamed = good.changed {
                let mac = $0["X-Webhook-Signature"]
                $0["X-Webhook-Signature"] = nil
                $0["X-Signature"] = mac
            }
            let response = try fixture.send(renamed, expecting: 401)
            #expect(response.text.contains("Invalid signature"))
            let entry = try #require(try postMortem(fixture, of: response))
            #expect(entry.reason == "signature.missing")
            #expect(
                entry.detail
                    == "header.name: the signature stands in 'X-Signature', expected is 'x-webhook-signature'"
            )
            let none = try fixture.send(good.changed { $0["X-Webhook-Signature"] = nil }, expecting: 401)
            #expect(try postMortem(fixture, of: none)?.detail == "unknown: no signature is there")
            let denial = fixture.gateway.entries(of: try #require(none.fields["x-request-id"]), until: "request.deny")
            #expect(denial.first?.reason == "signature.missing")
            // Without a length, and beyond the limit, the head is all that is looked at.
            var chunked = good.changed { $0["X-Webhook-Signature"] = nil }
            chunked.framing = .chunked(5)
            #expect(try postMortem(fixture, of: try fixture.send(chunked, expecting: 401)) == nil)
            try fixture.expectAlive("refused heads")
        }
    }

    @Test("It is off unless it is asked for, and a source's word counts more than the file's")
    func off() throws {
        let other = Setup.cms("postmortem: off", path: "/hooks/other", key: "other")
        let setup = Setup(sources: [("cms", Setup.cms()), ("other", other)])
        for isOn in [false, true] {
            try Fixture.run(setup.changed { $0.root = isOn ? "postmortem: on\n" : "" }) { fixture in
                let bad = TestSender.cms.cms(Fixture.body("1")).changed { $0.body += [0x0A] }
                let first = try fixture.send(bad, expecting: 401)
                #expect((try postMortem(fixture, of: first) != nil) == isOn)
                let second = try fixture.send(
                    TestSender.other.cms(Fixture.body("1"), to: "/hooks/other").changed { $0.body += [0x0A] },
                    expecting: 401
                )
                #expect(try postMortem(fixture, of: second) == nil)
            }
        }
    }

    @Test("At most ten a minute for each source, whatever is sent")
    func rate() throws {
        try Fixture.run(Setup(cms: "postmortem: on")) { fixture in
            for index in 0..<40 { try fixture.send(TestSender.other.cms(Fixture.body("\(index)")), expecting: 401) }
            try fixture.expectAlive("a flood")
            let found = Deadline.wait(seconds: 5) { () -> Int? in
                let count = fixture.gateway.entries.filter { $0.kind == "audit.postmortem" }.count
                return count >= 10 ? count : nil
            }
            // A minute may have ended meanwhile.
            #expect([10, 20].contains(found ?? 0) || (10...20).contains(found ?? 0))
        }
    }
}
