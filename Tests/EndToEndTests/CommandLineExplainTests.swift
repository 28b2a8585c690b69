import Foundation
import GatewayTestSupport
import Testing

@Suite("Command line: explain and learn")
struct CommandLineExplainTests {
    private let directory: TestDirectory
    private let secret = "developmentdevelopment01"

    init() throws {
        directory = try TestDirectory()
        try directory.write("key", secret)
        try directory.write("other", "another secret of somebody")
        try directory.write("third", "a third secret of somebody")
        try directory.write("fourth", "a fourth secret of somebody")
        try directory.write(
            "postern.yaml",
            """
            version: 1
            listen: [{address: "127.0.0.1:0", trusted_proxies: [10.0.0.0/8]}]
            sources:
              repos:
                preset: github
                path: /hooks/github
                allow: {ips: [192.0.2.0/24]}
                signature: {secret: "file:key"}
                schema: none
                forward: {to: "http://127.0.0.1:1/"}
              shop:
                preset: stripe
                path: /hooks/stripe
                allow: {ips: any}
                signature: {secret: "file:other"}
                schema: none
                forward: {to: "http://127.0.0.1:1/"}
              app:
                path: /hooks/app
                allow: {ips: any}
                signature: {scheme: twitter, secret: "file:third"}
                replay: {key: content, retry: identical, ttl: 7d}
                schema: none
                challenge: twitter
                forward: {to: "http://127.0.0.1:1/"}
              talk:
                preset: slack
                path: /hooks/slack
                allow: {ips: any}
                signature: {secret: "file:fourth"}
                schema: none
                forward: {to: "http://127.0.0.1:1/"}
            audit: {dir: audit, origin: test.example/audit}
            """
        )
    }

    private func run(_ command: String, _ arguments: [String], input: String = "") throws -> ChildProcess.Result {
        try ChildProcess.run([GatewayProcess.binary, command] + arguments, input: Array(input.utf8))
    }

    private func explain(_ request: String, _ extra: [String] = []) throws -> ChildProcess.Result {
        try run("explain", ["-c", directory.path + "/postern.yaml"] + extra + ["-"], input: request)
    }

    private func request(
        _ body: String,
        signed: String? = nil,
        path: String = "/hooks/github",
        type: String = "application/json"
    ) -> String {
        let mac = TestDigest.sha256.hmac((signed ?? body).utf8, key: secret.utf8).hexText
        return "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Type: \(type)\r\nX-Hub-Signature-256: sha256=\(mac)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("An honest request is admitted at every stage, in the order of the checks")
    func admitted() throws {
        let result = try explain(request("{\"a\":1}"), ["--from", "192.0.2.7"])
        #expect(result.ending == .exited(0), "\(result.output)\(result.errors)")
        let names = result.output.split(separator: "\n").compactMap { line in
            line.hasPrefix(" ") ? nil : line.split(separator: " ").first.map(String.init)
        }
        #expect(
            names == [
                "framing", "route", "address", "content", "signature", "timestamp", "payload", "replay", "decision",
            ]
        )
        #expect(result.output.hasSuffix("decision   admitted, source 'repos'\n"))
        #expect(result.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
    }

    @Test(
        "A handshake is explained as one: who is answered, what an armed window would change, and that it is declared"
    )
    func handshake() throws {
        let challenge = "GET /hooks/app?crc_token=crc-token_1 HTTP/1.1\r\nHost: h\r\n\r\n"
        let closed = try explain(challenge)
        #expect(closed.ending == .exited(1))
        #expect(closed.output.contains("challenge  REFUSED challenge.refused: the source is not armed"))
        #expect(closed.output.contains("in an armed window: answered with 200, 72 bytes of JSON"))
        #expect(closed.output.contains("decision   refused: 403 Forbidden (challenge.refused)"))
        let oracle = try explain("GET /hooks/app?crc_token=1 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(oracle.ending == .exited(1))
        #expect(!oracle.output.contains("in an armed window"))
        // A delivery of the same source is judged as one.
        #expect(try explain(request("{}", path: "/hooks/app")).output.contains("signature  REFUSED signature.missing"))
        try directory.write(
            "postern.yaml",
            directory.read("postern.yaml").replacing(
                "challenge: twitter",
                with: "challenge: {preset: twitter, open: always}"
            )
        )
        let open = try explain(challenge)
        #expect(open.ending == .exited(0))
        #expect(open.output.hasSuffix("decision   answered, source 'app'\n"))
        let json = try explain(challenge, ["--json"]).output
        #expect(json.contains(#""admitted":false,"handshake":true"#))
        #expect(!open.output.contains("response_token"))
        let undeclared = #"{"type":"url_verification","challenge":"c","token":"t"}"#
        let result = try explain(request(undeclared, path: "/hooks/slack"))
        #expect(result.ending == .exited(1))
        #expect(result.output.contains("Set `challenge: slack`."))
        for output in [closed.output, open.output, result.output] {
            #expect(output.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 }, "\(output)")
        }
    }

    @Test("A mistake is named with what to do, no secret and no MAC is shown")
    func mistake() throws {
        let text = request("{\"a\":1}\n", signed: "{\"a\":1}")
        let result = try explain(text, ["--from", "192.0.2.7"])
        #expect(result.ending == .exited(1))
        #expect(result.output.contains("body.line_feed_added: a line end follows the signed body"))
        #expect(result.output.contains("decision   refused: 401 Invalid signature (signature.mismatch)"))
        let mac = try #require(text.components(separatedBy: "sha256=").last?.prefix(64))
        #expect(!result.output.contains(mac))
        #expect(!result.output.contains(secret))
        #expect(result.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
    }

    @Test("Checks behind the first refusal are judged too, and the first one decides")
    func everyStage() throws {
        let result = try explain(request("{\"a\":1", type: "text/plain"), ["--from", "203.0.113.9", "--json"])
        #expect(result.ending == .exited(1))
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let stages = object?["stages"] as? [[String: Any]] ?? []
        let refused = stages.filter { $0["result"] as? String == "refused" }.compactMap { $0["reason"] as? String }
        #expect(refused == ["address.denied", "content.media_type", "payload.malformed"])
        #expect(object?["reason"] as? String == "address.denied")
        #expect(object?["status"] as? Int == 403)
    }

    @Test("A path that no source has is compared with those that there are; --source judges it all the same")
    func route() throws {
        let text = request("{}", path: "/hooks/github/")
        let result = try explain(text)
        #expect(result.ending == .exited(1))
        #expect(result.output.contains("source 'repos' differs only in the last slash"))
        #expect(result.output.contains("decision   refused: 404 Not found (route.unknown)"))
        #expect(try explain(text, ["--source", "repos"]).ending == .exited(0))
        #expect(try explain(text, ["--source", "nobody"]).ending == .exited(78))
    }

    @Test("The key of another source is found by its name")
    func otherSource() throws {
        let body = "{\"a\":1}"
        let mac = TestDigest.sha256.hmac(body.utf8, key: "another secret of somebody".utf8).hexText
        let text =
            "POST /hooks/github HTTP/1.1\nHost: h\nContent-Type: application/json\nX-Hub-Signature-256: sha256=\(mac)\n\n\(body)"
        let result = try explain(text)
        #expect(result.output.contains("key.other_source: signed with key 'k1' of source 'shop'"), "\(result.output)")
        #expect(result.output.contains("lines end in LF"))
    }

    @Test("A curl command is taken as the request that it would send")
    func curl() throws {
        let body = "{\"it\":\"isn't\"}"
        let mac = TestDigest.sha256.hmac(body.utf8, key: secret.utf8).hexText
        let quoted = body.replacingOccurrences(of: "'", with: "'\\''")
        let line = """
            curl -sS -X POST https://h.example/hooks/github -H "Content-Type: application/json" \\
              -H'X-Hub-Signature-256: sha256=\(mac)' --data-raw '\(quoted)'
            """
        let arguments = ["-c", directory.path + "/postern.yaml", "--from", "192.0.2.1", "--curl"]
        #expect(try run("explain", arguments + [line]).ending == .exited(0))
        let file = try directory.write("command.txt", line)
        #expect(try run("explain", arguments.dropLast() + [file]).ending == .exited(0))
        let changed = try run(
            "explain",
            arguments + [line.replacingOccurrences(of: "--data-raw", with: "-d @- -H 'X: y' --data-raw")]
        )
        #expect(changed.ending == .exited(1))
        for bad in ["wget x", "curl", "curl 'x", "curl -F a=b http://h/", "curl ftp://h/", "curl -H http://h/"] {
            #expect(try run("explain", arguments + [bad]).ending == .exited(65), "\(bad)")
        }
    }

    @Test(
        "A time in the signed body is explained by its unit or its distance",
        arguments: [
            ("\"2026-01-01T00:00:10Z\"", ""), ("1767225610", "timestamp.unit"), ("\"1767225610000\"", "timestamp.unit"),
            ("\"2025-12-01T00:00:00Z\"", "clock.offset"), ("\"2026-01-01T02:00:00Z\"", "clock.zone"),
        ]
    )
    func bodyTime(time: String, code: String) throws {
        let text = """
            version: 1
            listen: [{address: "127.0.0.1:0"}]
            sources:
              cms: {preset: 01software, path: /hooks/cms, allow: {ips: any}, signature: {secret: "file:key"}, schema: none, \
            forward: {to: "http://127.0.0.1:1/"}}
            audit: {dir: audit, origin: test.example/audit}
            """
        let file = try directory.write("body.yaml", text)
        let body = "{\"collection\":\"a\",\"operation\":\"create\",\"data\":{},\"timestamp\":\(time)}"
        let mac = TestDigest.sha256.hmac(body.utf8, key: secret.utf8).hexText
        let request =
            "POST /hooks/cms HTTP/1.1\nHost: h\nContent-Type: application/json\nX-Webhook-Signature: \(mac)\n\n\(body)"
        let result = try run("explain", ["-c", file, "--at", "1767225620", "-"], input: request)
        #expect(result.ending == .exited(code.isEmpty ? 0 : 1), "\(result.output)")
        #expect(code.isEmpty || result.output.contains(code), "\(result.output)")
    }

    @Test("An event that was delivered before is found in the audit log of the gateway")
    func replay() throws {
        try Fixture.run { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("1"))
            let file = fixture.directory.path + "/" + GatewayProcess.configurationName
            let capture = fixture.directory.path + "/capture"
            try Data(delivery.bytes).write(to: URL(fileURLWithPath: capture))
            let arguments = ["-c", file, "--from", "127.0.0.1", capture]
            let before = try run("explain", arguments)
            #expect(before.ending == .exited(0), "\(before.output)\(before.errors)")
            #expect(before.output.contains("no finished delivery of this event"))
            let response = try fixture.send(delivery, expecting: 200)
            let id = try #require(response.fields["x-request-id"])
            #expect(!fixture.gateway.entries(of: id, until: "request.outcome").isEmpty)
            let after = try run("explain", arguments)
            #expect(after.ending == .exited(1))
            #expect(after.output.contains("REFUSED replay.duplicate"), "\(after.output)")
            #expect(after.output.contains(id))
            let entry = try run("explain", ["-c", file, "--rid", id])
            #expect(entry.ending == .exited(0))
            #expect(
                entry.output.contains("checks     route ok, address ok, content ok, signature ok"),
                "\(entry.output)"
            )
            #expect(
                try run("explain", ["-c", file, "--rid", "00000000-0000-7000-8000-000000000000"]).ending == .exited(1)
            )
            // An id is taken for one without --rid too; anything else is a file.
            #expect(try run("explain", ["-c", file, id]).output == entry.output)
            #expect(try run("explain", ["-c", file, String(id.dropLast())]).ending == .exited(66))
        }
    }

    @Test("The example of docs/troubleshooting.md is what the command says")
    func documented() throws {
        let page = try String(contentsOfFile: SharedData.repositoryRoot + "/docs/troubleshooting.md", encoding: .utf8)
        let request = try #require(
            page.components(separatedBy: "```http\n").last?.components(separatedBy: "\n```").first
        )
        let output = try #require(page.components(separatedBy: "```text\n").last?.components(separatedBy: "```").first)
        try directory.write("standard", "whsec_TWZLUTlyOEdLWXFyVHdqVVBEOElMUFpJbzJMYUxhU3c=")
        let text = """
            version: 1
            listen: [{address: "127.0.0.1:0"}]
            sources:
              std: {preset: standard, path: /hooks/std, allow: {ips: [127.0.0.1/32]}, signature: {secret: "file:standard"}, \
            schema: none, forward: {to: "http://127.0.0.1:1/"}}
            audit: {dir: audit, origin: test.example/audit}
            """
        let file = try directory.write("documented.yaml", text)
        let lines = request.replacingOccurrences(of: "\n", with: "\r\n")
        let result = try run("explain", ["-c", file, "--from", "127.0.0.1", "--at", "1767225610", "-"], input: lines)
        #expect(result.ending == .exited(1), "\(result.errors)")
        #expect(result.output == output)
    }

    @Test("Without a configuration the signature alone is explained, by scheme and secret")
    func scheme() throws {
        let key = ["--scheme", "github", "--secret-file", directory.path + "/key", "-"]
        #expect(try run("explain", key, input: request("{}")).ending == .exited(0))
        let result = try run("explain", key, input: request("{\"a\":1}", signed: "{\"a\": 1}"))
        #expect(result.ending == .exited(1))
        #expect(result.output.contains("body.rewritten"))
        #expect(try run("explain", ["--scheme", "github", "-"]).ending == .exited(64))
        #expect(try run("explain", []).ending == .exited(64))
        #expect(try run("explain", key, input: "no request").ending == .exited(65))
    }

    // MARK: - learn

    private func learn(_ request: String, key: String = "key", _ extra: [String] = []) throws -> ChildProcess.Result {
        try run("learn", ["--secret-file", directory.path + "/" + key] + extra + ["-"], input: request)
    }

    @Test("learn names every known scheme that fits")
    func known() throws {
        let result = try learn(request("{\"a\":1}"))
        #expect(result.ending == .exited(0), "\(result.output)")
        #expect(result.output.hasPrefix("fits: github (GitHub)\n"))
        #expect(result.output.contains("      scheme: github\n"))
    }

    @Test("Where none fits, learn says which comes nearest and why it does not")
    func near() throws {
        let result = try learn(request("{\"a\":1}\n", signed: "{\"a\":1}"))
        #expect(result.ending == .exited(1))
        #expect(result.output.contains("nearest    github (GitHub): signature.mismatch"))
        #expect(result.output.contains("body.line_feed_added"))
        let foreign = try learn(request("{\"a\":1}"), key: "other")
        #expect(foreign.ending == .exited(1))
        #expect(!foreign.output.contains("fits:"))
    }

    @Test(
        "An unknown sender's scheme is proposed as YAML that loads, and the request verifies by it",
        arguments: [
            ("x-acme-signature: v0=HEX", "BODY", [], "text"),
            ("x-acme-signature: BASE64", "BODY", [], "text"),
            ("x-acme-time: 1767225600\nx-acme-signature: HEX", "1767225600.BODY", [], "text"),
            ("acme-signature: t=1767225600,s=HEX", "1767225600.BODY", [], "text"),
            ("acme-signature: ts=1767225600;h1=HEX", "1767225600:BODY", [], "text"),
            ("acme-id: evt_77\nacme-time: 1767225600\nacme-sig: BASE64", "evt_77.1767225600.BODY", [], "base64"),
            ("x-acme-sig: HEX", "https://hooks.example.com/in?x=1BODY", ["--url", "https://hooks.example.com"], "hex"),
            ("x-acme-sig: sha1=SHORT", "BODY", [], "text"),
        ] as [(String, String, [String], String)]
    )
    func declared(fields: String, signed: String, options: [String], form: String) throws {
        let body = "{\"order\": 7}"
        let text =
            switch form {
            case "base64": Data(secret.utf8).base64EncodedString()
            case "hex": Array(secret.utf8).hexText
            default: secret
            }
        let file = try directory.write("learned.key", text)
        let content = signed.replacingOccurrences(of: "BODY", with: body)
        let mac = TestDigest.sha256.hmac(content.utf8, key: secret.utf8)
        let short = TestDigest.sha1.hmac(content.utf8, key: secret.utf8)
        let lines = fields.replacingOccurrences(of: "SHORT", with: short.hexText)
            .replacingOccurrences(of: "HEX", with: mac.hexText)
            .replacingOccurrences(of: "BASE64", with: Data(mac).base64EncodedString())
        let request = "POST /in?x=1 HTTP/1.1\nHost: hooks.example.com\n\(lines)\n\n\(body)"
        let result = try run("learn", ["--secret-file", file] + options + ["-"], input: request)
        #expect(result.ending == .exited(0), "\(result.output)\(result.errors)")
        let yaml = try #require(result.output.components(separatedBy: "below the source:\n").last)
        let configuration = """
            version: 1
            listen: [{address: "127.0.0.1:0"}]
            sources:
              acme:
                path: /in
                allow: {ips: any}
                schema: none
                timestamp: none
                replay: {off: "a test"}
                forward: {to: "http://127.0.0.1:1/"}
            \(yaml)audit: {dir: audit, origin: test.example/audit}
            """
        let path = try directory.write("learned.yaml", configuration)
        let check = try run("check", ["-c", path])
        #expect(check.ending == .exited(0), "\(yaml)\n\(check.errors)")
        let verified = try run("verify", ["--source", "acme", "-c", path, "--at", "1767225600", "-"], input: request)
        #expect(verified.ending == .exited(0), "\(yaml)\n\(verified.output)\(verified.errors)")
    }
}
