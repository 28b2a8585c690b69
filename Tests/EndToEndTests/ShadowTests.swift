import GatewayTestSupport
import Testing

@Suite("Shadow")
struct ShadowTests {
    @Test(
        "the limit on a body's size holds although the content check is in shadow (R-H1-08)",
        arguments: ["70000", "9223372036854775807", "99999999999999999999"]
    )
    func size(_ announced: String) throws {
        try Fixture.run(Setup(cms: "shadow: [content], limits: {body: 64KiB}")) { fixture in
            let client = try fixture.gateway.connect()
            let lines = [
                "POST /hooks/cms HTTP/1.1", "Host: localhost", "Content-Type: text/plain",
                "x-webhook-signature: \(String(repeating: "a", count: 64))", "Content-Length: \(announced)", "", "",
            ]
            client.send(Array(lines.joined(separator: "\r\n").utf8))
            let response = try client.readResponse()
            #expect(response.status == 413)
            let entry = fixture.gateway.entry { $0.kind == "request.deny" }
            #expect(entry?.reason == "size.too_large")
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test("a media type that would be refused is recorded and passes while the content check is in shadow")
    func mediaType() throws {
        let allow = "ips: [127.0.0.0/8], media_types: [application/cloudevents+json]"
        let setup = Setup(sources: [("cms", Setup.cms("shadow: [content]", allow: allow))])
        try Fixture.run(setup) { fixture in
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("shadow")), expecting: 200)
            let admit = fixture.gateway.entries(of: response.requestID, until: "request.outcome").first
            #expect(admit?.checks?.contains("content?") == true)
        }
    }
}
