import GatewayServer
import Testing
import WebhookVerification

@Suite struct CurlCommandTests {
    private func read(_ name: String) throws -> [UInt8] {
        guard name == "body.json" || name == "-" else { throw Missing() }
        return Array("{\"a\":1}\r\n".utf8)
    }

    private struct Missing: Error {}

    private func request(_ text: String) throws -> ComposedRequest { try CurlCommand(text, read: read).request }

    private func field(_ name: String, _ request: ComposedRequest) -> String? {
        request.fields.first { $0.name.lowercased() == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    @Test(
        "Bodies are what curl would send",
        arguments: [
            ("curl h -d 'a=1' -d b=2", "a=1&b=2"), ("curl h --data @body.json", "{\"a\":1}"),
            ("curl h --data-binary @body.json", "{\"a\":1}\r\n"), ("curl h --data-raw @body.json", "@body.json"),
            ("curl h --json '{\"x\": \"it'\\''s\"}'", "{\"x\": \"it's\"}"),
            ("curl h --data-binary @-", "{\"a\":1}\r\n"),
            ("curl h -d\"a\\\"b\\n\"", "a\"b\\n"), ("curl h", ""), ("curl \\\n h \\\n -d x", "x"),
        ]
    )
    func bodies(text: String, body: String) throws {
        #expect(String(decoding: try request(text).body, as: UTF8.self) == body)
    }

    @Test("Method, target, Host and fields are what curl would send")
    func heads() throws {
        let post = try request(
            "curl -sS 'https://h.example:8443/a/b?c=d#e' -H 'X-Sig: v1=ab' -H \"X-Two:two\" -d x -A me"
        )
        #expect(post.method == "POST")
        #expect(post.target == "/a/b?c=d")
        #expect(field("host", post) == "h.example:8443")
        #expect(field("x-sig", post) == "v1=ab")
        #expect(field("x-two", post) == "two")
        #expect(field("user-agent", post) == "me")
        #expect(field("content-type", post) == "application/x-www-form-urlencoded")
        let put = try request(
            "curl -XPUT --url http://h -H 'Content-Type: application/json' -H 'Accept:' --data x -o /dev/null"
        )
        #expect(put.method == "PUT")
        #expect(put.target == "/")
        #expect(field("content-type", put) == "application/json")
        #expect(field("accept", put) == nil)
        #expect(try request("curl h").method == "GET")
        #expect(try CurlCommand("curl https://h/x", read: read).origin == "https://h")
    }

    @Test(
        "What is not understood is refused, not guessed",
        arguments: [
            "", "wget h", "curl", "curl -d", "curl h -H nocolon", "curl h -F a=b", "curl h -u a:b", "curl 'h",
            "curl \"h",
            "curl h \\", "curl ftp://h/", "curl h --data @missing", "curl h -T x",
        ]
    )
    func refused(text: String) {
        #expect(throws: (any Error).self) { try request(text) }
    }

    @Test("Any bytes are taken apart or refused")
    func anything() {
        var state: UInt64 = 3
        let letters = Array("curl -dHX'\"\\ @:/=\n{}h\u{e9}")
        for _ in 0..<3000 {
            var text = "curl "
            for _ in 0..<20 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(letters[Int(state >> 33) % letters.count])
            }
            _ = try? request(text)
        }
    }
}
