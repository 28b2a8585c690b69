import GatewayTestSupport
import Testing

@Suite("Real senders")
struct ClientTests {
    /// Served, the same again in chunks, and one that is not signed.
    private func hold(_ output: String, _ fixture: Fixture, _ body: String) {
        let lines = output.split(separator: "\n").map(String.init)
        #expect(lines.count == 3, "\(output)")
        #expect(lines.first == "200\t" + #"{"success":true,"message":"Webhook processed successfully"}"#)
        #expect(
            lines.dropFirst().first?.hasPrefix("200\t{\"success\":true,\"message\":\"Duplicate event ignored\"") == true
        )
        #expect(lines.last?.hasPrefix("401\t{\"success\":false,\"error\":\"Invalid signature\"") == true)
        #expect(fixture.upstream.requests.map(\.body) == [Array(body.utf8)])
    }

    @Test("Python's http.client", .enabled(if: HandlerProgram.hasPython, "python3 is not installed"))
    func python() throws {
        try Fixture.run { fixture in
            let body = Fixture.body("python ü")
            let program = [
                "python3", HandlerProgram.path("client.py"), String(fixture.gateway.port), TestSender.cms.secret, body,
            ]
            let result = try ChildProcess.run(program)
            #expect(result.ending == .exited(0), "\(result.errors)")
            hold(result.output, fixture, body)
        }
    }

    @Test("fetch of Node", .enabled(if: HandlerProgram.hasNode, "node is not installed"))
    func node() throws {
        try Fixture.run { fixture in
            let body = Fixture.body("node ü")
            let program = [
                "node", HandlerProgram.path("client.mjs"), String(fixture.gateway.port), TestSender.cms.secret, body,
            ]
            let result = try ChildProcess.run(program)
            #expect(result.ending == .exited(0), "\(result.errors)")
            hold(result.output, fixture, body)
        }
    }

    @Test(
        "curl: a small body, one with Expect: 100-continue, one in chunks, HTTP/1.0, and HEAD",
        .enabled(if: ChildProcess.isInstalled("curl"), "curl is not installed")
    )
    func curl() throws {
        try Fixture.run { fixture in
            let url = "http://127.0.0.1:\(fixture.gateway.port)/hooks/cms"
            let large = Fixture.body("large" + String(repeating: "c", count: 200_000))
            for (name, body, options) in [
                ("small", Fixture.body("small"), []),
                ("large", large, ["-H", "Expect: 100-continue", "--expect100-timeout", "20"]),
                ("chunked", Fixture.body("chunked"), ["-H", "Transfer-Encoding: chunked"]),
                ("old", Fixture.body("old"), ["--http1.0"]),
            ] as [(String, String, [String])] {
                let file = try fixture.directory.write("body", body)
                let mac = TestSender.cms.mac(Array(body.utf8))
                let result = try ChildProcess.run(
                    [
                        "curl", "-sS", "--max-time", "25", "-H", "Content-Type: application/json", "-H",
                        "X-Webhook-Signature: \(mac)", "--data-binary", "@\(file)", "-w", " %{http_code}", url,
                    ] + options
                )
                #expect(result.output.hasSuffix(" 200"), "\(name): \(result.output) \(result.errors)")
                #expect(fixture.upstream.requests.last?.body == Array(body.utf8), "\(name)")
            }
            let head = try ChildProcess.run(["curl", "-sS", "-I", "--max-time", "20", url])
            #expect(head.output.hasPrefix("HTTP/1.1 405"))
            #expect(head.output.contains("Allow: POST"))
        }
    }
}
