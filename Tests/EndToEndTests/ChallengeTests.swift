import Foundation
import GatewayTestSupport
import Testing

@Suite("Handshakes of senders")
struct ChallengeTests {
    private func setup(_ challenge: String, scheme: String, name: String = "hook") -> Setup {
        let source = """
            path: /hooks/\(name), allow: {ips: [127.0.0.0/8]}, schema: none, \
            replay: {key: content, retry: identical, ttl: 7d}, forward: {to: UPSTREAM/\(name)}, \
            signature: {scheme: \(scheme), secret: "file:other.key"}, challenge: \(challenge)
            """
        var setup = Setup(sources: [(name, source)])
        setup.admin = "socket: DIRECTORY/admin.sock, address: 127.0.0.1:0"
        return setup
    }

    private func get(_ target: String, method: String = "GET") -> TestDelivery {
        var request = TestDelivery(target, body: [])
        request.method = method
        request.framing = .none
        request["Content-Type"] = nil
        return request
    }

    private func command(_ fixture: Fixture, _ arguments: String...) throws -> (status: Int32, text: String) {
        let file = fixture.directory.path + "/" + GatewayProcess.configurationName
        let process = Process()
        process.executableURL = URL(fileURLWithPath: GatewayProcess.binary)
        process.arguments = arguments + ["-c", file]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test("Slack's handshake is answered after its signature held, audited, and never forwarded")
    func slack() throws {
        try Fixture.run(setup("slack", scheme: "slack")) { fixture in
            let sender = TestSender.other
            let time = String(Int(Date().timeIntervalSince1970))
            let body = #"{"token":"t","challenge":"3eZbrw1aBm2rZgRN","type":"url_verification"}"#
            let delivery = TestDelivery("/hooks/hook", body: Array(body.utf8))
                .with("X-Slack-Request-Timestamp", time)
                .with("X-Slack-Signature", "v0=" + sender.mac(Array("v0:\(time):\(body)".utf8)))
            let response = try fixture.send(delivery, expecting: 200)
            #expect(response.text == "3eZbrw1aBm2rZgRN")
            #expect(response.fields["content-type"] == "text/plain; charset=utf-8")
            #expect(response.fields["x-content-type-options"] == "nosniff")
            #expect(response.fields["cache-control"] == "no-store")
            let entry = fixture.gateway.entries(of: response.requestID, until: "request.challenge").first
            #expect(entry?.detail == "slack")
            #expect(entry?.sig?.scheme == "slack")
            try fixture.send(
                delivery.with("X-Slack-Signature", "v0=" + String(repeating: "0", count: 64)),
                expecting: 401
            )
            // An event of the same sender still reaches the handler.
            let event = #"{"type":"event_callback","event_id":"Ev1"}"#
            try fixture.send(
                TestDelivery("/hooks/hook", body: Array(event.utf8)).with("X-Slack-Request-Timestamp", time)
                    .with("X-Slack-Signature", "v0=" + sender.mac(Array("v0:\(time):\(event)".utf8))),
                expecting: 200
            )
            #expect(fixture.upstream.requests.map(\.body) == [Array(event.utf8)])
        }
    }

    @Test("X is answered in the window that the command opens, and refused before and after it")
    func arming() throws {
        try Fixture.run(setup("twitter", scheme: "twitter")) { fixture in
            let request = get("/hooks/hook?crc_token=crc-token_1")
            let before = try fixture.send(request, expecting: 403)
            let denial = fixture.gateway.entries(of: before.requestID, until: "request.deny").first
            #expect(denial?.reason == "challenge.refused")
            let armed = try command(fixture, "source", "arm", "hook", "--for", "15m")
            #expect(armed.status == 0)
            #expect(armed.text == "armed for 900 s\n")
            let listed = try command(fixture, "source", "armed")
            #expect(listed.text == "hook 900\n")
            let response = try fixture.send(request, expecting: 200)
            let mac = TestDigest.sha256.hmac(Array("crc-token_1".utf8), key: Array(TestSender.other.secret.utf8))
            #expect(response.text == #"{"response_token":"sha256=\#(Data(mac).base64EncodedString())"}"#)
            try fixture.send(get("/hooks/hook?crc_token=123"), expecting: 403)
            #expect(try command(fixture, "source", "disarm", "hook").status == 0)
            try fixture.send(request, expecting: 403)
            #expect(fixture.upstream.requests.isEmpty)
            let actions = fixture.gateway.entries.filter { $0.kind == "admin.action" }.compactMap(\.detail)
            #expect(actions == ["armed for 900 s, challenge twitter", "disarmed"])
            let unknown = try command(fixture, "source", "arm", "other")
            #expect(unknown.status == 78)
            #expect(unknown.text == "postern: refused: there is no source 'other'\n")
        }
    }

    @Test(
        "Lark's sealed handshake is opened with the source's secret; one that cannot be opened is an unsigned delivery"
    )
    func sealed() throws {
        try Fixture.run(setup("{preset: lark, verify_token: \"file:cms.key\"}", scheme: "lark")) { fixture in
            let token = TestSender.cms.secret
            let plain = #"{"challenge":"ajls384","token":"\#(token)","type":"url_verification"}"#
            let sealed = try SealedText.lark(Array(plain.utf8), secret: TestSender.other.secret)
            let request = TestDelivery("/hooks/hook", body: Array(#"{"encrypt":"\#(sealed)"}"#.utf8))
            let response = try fixture.send(request, expecting: 200)
            #expect(response.text == #"{"challenge":"ajls384"}"#)
            #expect(fixture.gateway.entries(of: response.requestID, until: "request.challenge").first?.detail == "lark")
            let other = try SealedText.lark(Array(plain.utf8), secret: TestSender.other.secret + "x")
            let refused = TestDelivery("/hooks/hook", body: Array(#"{"encrypt":"\#(other)"}"#.utf8))
            let denial = try fixture.send(refused, expecting: 401)
            #expect(
                fixture.gateway.entries(of: denial.requestID, until: "request.deny").first?.reason
                    == "signature.missing"
            )
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test("Inngest's signed registration is answered out of band, an unsigned one is refused, and neither is forwarded")
    func registration() throws {
        let source = """
            path: /hooks/hook, allow: {ips: [127.0.0.0/8], methods: [POST, PUT]}, schema: none, \
            replay: {key: content, retry: resigned, ttl: 26h}, forward: {to: UPSTREAM/hook}, \
            signature: {scheme: inngest, secret: "file:other.key"}, challenge: inngest
            """
        try Fixture.run(Setup(sources: [("hook", source)])) { fixture in
            let body = #"{"url":"https://app.example/api/inngest"}"#
            let time = String(Int(Date().timeIntervalSince1970))
            var request = TestDelivery("/hooks/hook", body: Array(body.utf8))
            request.method = "PUT"
            try fixture.send(request, expecting: 401)
            let mac = TestSender.other.mac(Array((body + time).utf8))
            let response = try fixture.send(request.with("X-Inngest-Signature", "t=\(time)&s=\(mac)"), expecting: 200)
            #expect(response.text == #"{"message":"Registered out of band","modified":false}"#)
            #expect(
                fixture.gateway.entries(of: response.requestID, until: "request.challenge").first?.detail == "inngest"
            )
            #expect(try fixture.send(get("/hooks/hook"), expecting: 200).text == #"{"has_signing_key":true}"#)
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test("A secret that a sender hands over is stored once, and answered once it is stored")
    func secret() throws {
        let challenge = "{preset: asana, save: DIRECTORY/asana.secret}"
        try Fixture.run(setup(challenge, scheme: "asana")) { fixture in
            let request = TestDelivery("/hooks/hook", body: []).with(
                "X-Hook-Secret",
                "b537207f20cbfa02357cf448134da559"
            )
            try fixture.send(request, expecting: 403)
            #expect(try command(fixture, "source", "arm", "hook").status == 0)
            let response = try fixture.send(request, expecting: 200)
            #expect(response.fields["x-hook-secret"] == "b537207f20cbfa02357cf448134da559")
            #expect(fixture.directory.read("asana.secret") == "b537207f20cbfa02357cf448134da559")
            let attributes = try FileManager.default.attributesOfItem(atPath: fixture.directory.path + "/asana.secret")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            // A second one changes nothing.
            try fixture.send(request.with("X-Hook-Secret", "another-secret-of-somebody"), expecting: 403)
            #expect(fixture.directory.read("asana.secret") == "b537207f20cbfa02357cf448134da559")
            #expect(!fixture.gateway.log.contains("b537207f"))
        }
    }

    @Test("An unsigned handshake in a body is read up to 8 KiB and refused as unsigned where it is none")
    func inBody() throws {
        try Fixture.run(setup("monday", scheme: "monday, url: {base: \"https://x.example\"}")) { fixture in
            let request = TestDelivery("/hooks/hook", body: Array(#"{"challenge":"3eZbrw"}"#.utf8))
            try fixture.send(request, expecting: 403)
            #expect(try command(fixture, "source", "arm", "hook").status == 0)
            #expect(try fixture.send(request, expecting: 200).text == #"{"challenge":"3eZbrw"}"#)
            var chunked = request
            chunked.framing = .chunked(5)
            #expect(try fixture.send(chunked, expecting: 200).text == #"{"challenge":"3eZbrw"}"#)
            let other = try fixture.send(TestDelivery("/hooks/hook", body: Array("{}".utf8)), expecting: 401)
            let entry = fixture.gateway.entries(of: other.requestID, until: "request.deny").first
            #expect(entry?.reason == "signature.missing")
            let long = TestDelivery("/hooks/hook", body: Array(repeating: 0x20, count: 9000))
            try fixture.send(long, expecting: 401)
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test(
        "Probes and echoes are answered without a body being forwarded; other methods stay refused; the rate has a limit"
    )
    func probes() throws {
        try Fixture.run(setup("head-200", scheme: "trello, url: {base: \"https://x.example\"}")) { fixture in
            try fixture.send(get("/hooks/hook", method: "HEAD"), expecting: 200)
            try fixture.send(get("/hooks/hook"), expecting: 405)
            try fixture.send(get("/hooks/other", method: "HEAD"), expecting: 404)
        }
        try Fixture.run(setup("dropbox", scheme: "dropbox")) { fixture in
            #expect(try fixture.send(get("/hooks/hook?challenge=a-b_c"), expecting: 200).text == "a-b_c")
            try fixture.send(get("/hooks/hook?challenge=%3Cb%3E"), expecting: 403)
            try fixture.send(get("/hooks/hook"), expecting: 405)
            var statuses: [Int] = []
            for _ in 0..<31 { statuses.append(try fixture.send(get("/hooks/hook?challenge=a")).status) }
            #expect(statuses.filter { $0 == 200 }.count >= 29)
            #expect(statuses.contains(429))
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test("A gateway without a socket cannot be armed, and its admin port does not arm either")
    func sockets() throws {
        var setup = setup("twitter", scheme: "twitter")
        setup.admin = "address: 127.0.0.1:0"
        try Fixture.run(setup) { fixture in
            let refused = try command(fixture, "source", "arm", "hook")
            #expect(refused.status == 78)
            let client = try RawClient(port: fixture.gateway.adminPort)
            client.send(
                Array("POST /v1/sources/hook/arm?seconds=60 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".utf8)
            )
            #expect(try client.readResponse().status == 403)
        }
    }
}

/// Texts sealed as Lark seals them, by the `openssl` command.
private enum SealedText {
    static func lark(_ text: [UInt8], secret: String) throws -> String {
        let vector = [UInt8](0..<16)
        func hex(_ bytes: [UInt8]) -> String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
        let key = hex(TestDigest.sha256.hash(secret.utf8))
        let result = try ChildProcess.run(
            [
                "openssl", "enc", "-aes-256-cbc", "-base64", "-A", "-K", key, "-iv",
                hex(vector),
            ],
            input: text
        )
        let blocks = try #require(Data(base64Encoded: result.output))
        return (Data(vector) + blocks).base64EncodedString()
    }
}
