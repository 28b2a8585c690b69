import Foundation
import GatewayTestSupport
import Testing

@Suite("Answers")
struct AnswerTableTests {
    @Test(
        "every refusal has the status, text, fields, fate of the connection and audit entry of its row, and nothing is forwarded"
    )
    func refusals() throws {
        try withTable { fixture in
            for row in RefusalTable.all {
                let client = try fixture.gateway.connect()
                client.send(row.bytes)
                let response = try client.readResponse()
                try hold(response, to: row)
                try hold(client, to: row)
                let entries = fixture.gateway.entries(of: response.requestID, until: "request.deny")
                #expect(entries.map(\.kind) == ["request.deny"], "\(row.reason)")
                #expect(entries.first?.reason == row.reason)
                #expect(entries.first?.status == row.status, "\(row.reason)")
                #expect(entries.first?.decision == "deny", "\(row.reason)")
            }
            #expect(fixture.upstream.requests.isEmpty)
            #expect(fixture.upstream.connectionCount == 0)
        }
    }

    private func withTable(_ test: (Fixture) throws -> Void) throws {
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        try RefusalTable.setup.write(to: directory, upstream: upstream.port)
        try RefusalTable.writeKeys(to: directory)
        let gateway = try GatewayProcess(in: directory)
        try test(Fixture(gateway: gateway, upstream: upstream, directory: directory))
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }

    private func hold(_ response: TestResponse, to row: RefusalCase) throws {
        #expect(response.complaints == [], "\(row.reason)")
        #expect(response.status == row.status, "\(row.reason)")
        #expect(
            response.text == #"{"success":false,"error":"\#(row.text)","requestId":"\#(response.requestID)"}"#,
            "\(row.reason)"
        )
        #expect(isUUIDv7(response.requestID), "\(row.reason): \(response.requestID)")
        #expect(response.fields["content-type"] == "application/json", "\(row.reason)")
        #expect(response.fields["cache-control"] == "no-store", "\(row.reason)")
        var names = ["cache-control", "content-length", "content-type", "date", "x-request-id"] + row.fields
        if row.connection == .close { names.append("connection") }
        #expect(response.fields.names == names.sorted(), "\(row.reason)")
        if row.status == 405 { #expect(response.fields["allow"] == "POST") }
    }

    private func hold(_ client: RawClient, to row: RefusalCase) throws {
        switch row.connection {
        case .close: #expect(client.isClosed(within: 10), "\(row.reason)")
        case .keep:
            client.send(TestDelivery("/nowhere", body: []).bytes)
            let next = try client.readResponse()
            #expect(next.status == 404, "\(row.reason)")
        }
    }

    private func isUUIDv7(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return UUID(uuidString: text) != nil && bytes.count == 36 && bytes[14] == UInt8(ascii: "7")
            && "89ab".utf8.contains(bytes[19]) && text == text.lowercased()
    }

    @Test("all signature and timestamp refusals have the same bytes but for the id and the time: no oracle (R-SIG-15)")
    func oneBody() throws {
        try withTable { fixture in
            var heads: Set<String> = []
            var bodies: Set<String> = []
            for row in RefusalTable.signature {
                let client = try fixture.gateway.connect()
                client.send(row.bytes)
                let response = try client.readResponse()
                bodies.insert(response.textWithoutID)
                let changing = ["date", "x-request-id"]
                let lines = response.fields.all.map {
                    "\($0.name): \(changing.contains($0.name.lowercased()) ? "" : $0.value)"
                }
                heads.insert("\(response.status)\n" + lines.joined(separator: "\n"))
            }
            #expect(bodies == [#"{"success":false,"error":"Invalid signature","requestId":"ID"}"#])
            #expect(heads.count == 1, "\(heads)")
        }
    }

    @Test("a source with 'responses: text' refuses in bare text, and its statuses can be remapped")
    func textAndStatuses() throws {
        let extra =
            "responses: text, statuses: {signature.mismatch: 403, payload.event_not_allowed: 400}, event: {allow: [\"orders.*\"]}"
        try Fixture.run(Setup(cms: extra)) { fixture in
            let good = TestSender.cms.cms(Fixture.body("text"))
            let mismatch = try fixture.send(
                good.with("X-Webhook-Signature", TestSender.other.mac(good.body)),
                expecting: 403
            )
            #expect(mismatch.text == "Invalid signature")
            #expect(mismatch.fields["content-type"] == "text/plain; charset=utf-8")
            let entry = fixture.gateway.entries(of: mismatch.requestID, until: "request.deny").first
            #expect(entry?.reason == "signature.mismatch")
            #expect(entry?.status == 403)
            let event = TestSender.cms.cms(Fixture.body("text", collection: "products"))
            let refused = try fixture.send(event, expecting: 400)
            #expect(refused.text == "Invalid webhook event")
            try fixture.send(good, expecting: 200)
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("a peer in no allow-list gets the same 403 for every request, before anything else is looked at (R-IP-02)")
    func deniedAddress() throws {
        let setup = Setup(sources: [("cms", Setup.cms(allow: "ips: [127.0.0.1/32]"))])
        try Fixture.run(setup) { fixture in
            let good = TestSender.cms.cms(Fixture.body("denied"))
            let variants = [
                good, good.changed { $0.target = "/nowhere" }, good.changed { $0.method = "PUT" },
                good.with("Content-Type", "text/plain"), good.with("X-Webhook-Signature", nil),
                good.with("X-Forwarded-For", "127.0.0.1"), good.changed { $0.framing = .announced(1 << 30) },
            ]
            var bodies: Set<String> = []
            for (index, variant) in variants.enumerated() {
                let client = try fixture.gateway.connect(from: "127.0.0.2")
                client.send(variant.head)
                let response = try client.readResponse()
                #expect(response.status == 403, "variant \(index)")
                #expect(response.complaints == [])
                #expect(response.closes, "variant \(index)")
                bodies.insert(response.textWithoutID)
                let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
                #expect(entry?.reason == "address.denied", "variant \(index)")
                #expect(entry?.client?.peer == "127.0.0.2")
            }
            #expect(bodies == [#"{"success":false,"error":"Forbidden","requestId":"ID"}"#])
            #expect(fixture.upstream.requests.isEmpty)
            try fixture.send(good, from: "127.0.0.1", expecting: 200)
        }
    }

    @Test("HEAD is answered without a body, with the length a body would have (R-H1-28)")
    func head() throws {
        try Fixture.run { fixture in
            let client = try fixture.gateway.connect()
            client.send(
                "HEAD /hooks/cms HTTP/1.1\r\nHost: a\r\n\r\nHEAD /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )
            let first = try client.readResponse(isHead: true)
            #expect(first.status == 405)
            #expect(first.fields["allow"] == "POST")
            #expect((Int(first.fields["content-length"] ?? "") ?? 0) > 0)
            let second = try client.readResponse(isHead: true)
            #expect(second.status == 404)
            #expect(client.isClosed())
        }
    }
}
