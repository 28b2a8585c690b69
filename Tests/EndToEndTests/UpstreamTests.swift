import Foundation
import GatewayTestSupport
import Testing

@Suite("Upstream")
struct UpstreamTests {
    /// What an upstream does, and what the sender and the audit log have to hear of it.
    struct Row: Sendable {
        let name: String
        let reply: RecordingUpstream.Reply
        let status: Int
        let reason: String
        let state: String

        init(
            _ name: String,
            _ reply: RecordingUpstream.Reply,
            _ status: Int,
            _ reason: String,
            _ state: String = "unknown"
        ) {
            self.name = name
            self.reply = reply
            self.status = status
            self.reason = reason
            self.state = state
        }

        /// An unusable response: these bytes, then the end of the connection.
        static func bad(_ name: String, _ text: String) -> Row {
            Row(name, .raw(Array(text.utf8), closes: true), 502, "upstream.bad_response")
        }
    }

    static let rows: [Row] = [
        Row("closes without an answer", .close, 502, "upstream.reset"),
        Row("resets", .reset, 502, "upstream.reset"),
        Row(
            "closes inside the head",
            .raw(Array("HTTP/1.1 200 OK\r\nConte".utf8), closes: true),
            502,
            "upstream.reset"
        ),
        Row(
            "closes inside the body",
            .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".utf8), closes: true),
            502,
            "upstream.reset"
        ),
        Row(
            "closes inside a chunk",
            .raw(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab".utf8), closes: true),
            502,
            "upstream.reset"
        ),
        Row("never answers", .silence, 504, "upstream.timeout"),
        Row(
            "drips its head",
            .drip(
                Array("HTTP/1.1 200 OK\r\nX-A: \(String(repeating: "a", count: 500))\r\n\r\n".utf8),
                milliseconds: 20
            ),
            504,
            "upstream.timeout"
        ),
        .bad("garbage", "hello\r\n\r\n"),
        .bad("another protocol", "RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        .bad("status 099", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"),
        .bad("status 2000", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
        .bad("101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        .bad("CL and TE", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .bad("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"),
        .bad("length +2", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab"),
        .bad("obs-fold", "HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 0\r\n\r\n"),
        .bad("NUL in a value", "HTTP/1.1 200 OK\r\nX-A: b\u{00}\r\nContent-Length: 0\r\n\r\n"),
        .bad("bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        .bad("space before colon", "HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length: 0\r\n\r\n"),
        .bad("bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        .bad("head of 200 KiB", "HTTP/1.1 200 OK\r\nX-A: \(String(repeating: "a", count: 200_000))\r\n\r\n"),
        .bad("a flood of interim responses", String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 50)),
        .bad("a body of 2 MiB", "HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n"),
        Row(
            "a redirect",
            .answer(status: 302, fields: ["Location: http://127.0.0.1:1/elsewhere"], body: ""),
            502,
            "upstream.redirect",
            "failed"
        ),
        Row("307", .answer(status: 307, fields: ["Location: /x"], body: ""), 502, "upstream.redirect", "failed"),
        Row(
            "304",
            .raw(Array("HTTP/1.1 304 Not Modified\r\n\r\n".utf8), closes: false),
            502,
            "upstream.redirect",
            "failed"
        ),
    ]

    @Test(
        "whatever is wrong with the upstream becomes 502 or 504 with its reason, one copy was sent, and the next delivery is served"
    )
    func failures() throws {
        let forward = "to: UPSTREAM/api/webhook, connect: 1s, first_byte: 1s, deadline: 2s"
        try Fixture.run(Setup(sources: [("cms", Setup.cms(forward: forward))])) { fixture in
            for row in UpstreamTests.rows {
                let before = fixture.upstream.requests.count
                fixture.upstream.script { _ in row.reply }
                let client = try fixture.gateway.connect()
                client.send(TestSender.cms.cms(Fixture.body(row.name)).bytes)
                let response = try client.readResponse()
                #expect(response.status == row.status, "\(row.name)")
                #expect(response.complaints == [], "\(row.name)")
                #expect(response.member("error") == "Upstream failed", "\(row.name)")
                #expect(!response.closes, "\(row.name)")
                #expect(fixture.upstream.requests.count == before + 1, "\(row.name)")
                let outcome = fixture.gateway.entries(of: response.requestID, until: "request.outcome").last
                #expect(outcome?.reason == row.reason, "\(row.name)")
                #expect(outcome?.up?.state == row.state, "\(row.name)")
                #expect(outcome?.status == row.status, "\(row.name)")
                fixture.upstream.script { _ in .ok }
                client.send(TestSender.cms.cms(Fixture.body("after \(row.name)")).bytes)
                let next = try client.readResponse()
                #expect(next.status == 200, "after \(row.name)")
            }
        }
    }

    @Test("nobody listens: 502, nothing was sent, and the retry after it comes back is served")
    func refused() throws {
        let socket = try TestSocket.bound()
        let setup = Setup(sources: [("cms", Setup.cms(forward: "to: http://127.0.0.1:\(socket.port)/a"))])
        try Fixture.run(setup) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("refused"))
            for attempt in 1...3 {
                let response = try fixture.send(delivery, expecting: 502)
                let outcome = fixture.gateway.entries(of: response.requestID, until: "request.outcome").last
                #expect(outcome?.reason == "upstream.connect")
                #expect(outcome?.up?.state == "failed")
                #expect(outcome?.up?.try == attempt)
            }
        }
    }

    @Test("a later target is tried only when no connection to the earlier could be made")
    func failover() throws {
        let dead = try TestSocket.bound()
        let forward = "to: [\"http://127.0.0.1:\(dead.port)/dead\", UPSTREAM/alive]"
        try Fixture.run(Setup(sources: [("cms", Setup.cms(forward: forward))])) { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("failover")), expecting: 200)
            #expect(fixture.upstream.requests.map(\.target) == ["/alive"])
        }
        try Fixture.run(
            Setup(sources: [("cms", Setup.cms(forward: "to: [UPSTREAM/first, UPSTREAM/second]"))]),
            script: { _ in .close }
        ) { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("no failover")), expecting: 502)
            #expect(fixture.upstream.requests.map(\.target) == ["/first"])
        }
    }

    @Test("a second response behind the first reaches nobody: the next sender gets its own answer (R-FWD-12)")
    func twoResponses() throws {
        let evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
        try Fixture.run { fixture in
            fixture.upstream.script { _ in
                .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none\(evil)".utf8), closes: false)
            }
            let first = try fixture.send(TestSender.cms.cms(Fixture.body("one")), expecting: 200)
            #expect(first.text == "one")
            fixture.upstream.script { _ in .answer(status: 200, body: "two") }
            let second = try fixture.send(TestSender.cms.cms(Fixture.body("two")), expecting: 200)
            #expect(second.text == "two")
            fixture.upstream.script { _ in .raw(Array("HTTP/1.1 204 No Content\r\n\r\n\(evil)".utf8), closes: false) }
            let third = try fixture.send(TestSender.cms.cms(Fixture.body("three")), expecting: 204)
            #expect(third.body.isEmpty)
            fixture.upstream.script { _ in .answer(status: 200, body: "four") }
            let fourth = try fixture.send(TestSender.cms.cms(Fixture.body("four")), expecting: 200)
            #expect(fourth.text == "four")
        }
    }

    @Test("a pooled connection that the upstream closed while idle costs no delivery")
    func closedWhileIdle() throws {
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)
        try Fixture.run(script: { _ in .raw(answer, closes: true) }) { fixture in
            let client = try fixture.gateway.connect()
            for index in 0..<10 {
                client.send(TestSender.cms.cms(Fixture.body("idle \(index)")).bytes)
                let response = try client.readResponse()
                #expect(response.status == 200)
                // The gateway has time to see that the connection has ended.
                #expect(client.isSilent(for: 0.05))
            }
            #expect(fixture.upstream.requests.count == 10)
            #expect(fixture.upstream.connectionCount == 10)
        }
    }

    @Test("the handler's answer passes, without fields of one connection and without cookies (R-FWD-15)")
    func relay() throws {
        let head = """
            HTTP/1.1 202 Accepted\r\nContent-Type: text/plain\r\nX-Kept: yes\r\nSet-Cookie: a=b\r\nSet-Cookie2: c\r\n\
            Connection: keep-alive, X-Secret-Hop\r\nX-Secret-Hop: s\r\nKeep-Alive: timeout=5\r\nServer: nginx/1.2\r\n\
            Proxy-Authenticate: Basic\r\nPostern-Duplicate: 1\r\nX-Request-Id: theirs\r\n\
            Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\
            Retry-After: 9\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3\r\nabc\r\n2;e=f\r\nde\r\n0\r\nX-T: t\r\n\r\n
            """
        try Fixture.run(script: { _ in .raw(Array(head.utf8), closes: false) }) { fixture in
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("relay")), expecting: 202)
            #expect(response.text == "abcde")
            let expected = ["content-length", "content-type", "date", "retry-after", "x-kept", "x-request-id"]
            #expect(response.fields.names == expected)
            #expect(response.requestID != "theirs")
            #expect(response.fields["date"]?.contains("1970") == false)
        }
    }

    private static let early = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"

    static let answers = [
        ("HTTP/1.1 200 OK\r\n\r\nuntil close", "until close"),
        ("HTTP/1.0 200 OK\r\n\r\nold", "old"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
        (early + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"),
        ("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "ok"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "abc"),
    ]

    @Test(
        "answers of every form are relayed whole: until close, empty, interim ones before",
        arguments: UpstreamTests.answers
    )
    func forms(answer: String, body: String) throws {
        try Fixture.run(script: { _ in .raw(Array(answer.utf8), closes: true) }) { fixture in
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("form")), expecting: 200)
            #expect(response.text == body)
        }
    }

    @Test("an answer of nearly 1 MiB is relayed whole")
    func largeAnswer() throws {
        let body = String(repeating: "0123456789abcdef", count: 60_000)
        try Fixture.run(script: { _ in .answer(status: 200, body: body) }) { fixture in
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("large")), expecting: 200)
            #expect(response.text == body)
        }
    }

    @Test("a body of 1 MiB arrives whole, in one piece or in chunks")
    func largeBody() throws {
        try Fixture.run { fixture in
            for framing in [TestDelivery.Framing.length, .chunked(9_999)] {
                let text = Fixture.body("\(framing)" + String(repeating: "z", count: (1 << 20) - 200))
                let delivery = TestSender.cms.cms(text).changed { $0.framing = framing }
                try fixture.send(delivery, expecting: 200)
                #expect(fixture.upstream.requests.last?.body == delivery.body)
            }
        }
    }

    @Test("exchanges with one upstream are bounded: what waits too long gets 503, and the others are served")
    func concurrency() throws {
        let gate = Gate()
        let forward = "to: UPSTREAM/api/webhook, max_connections: 2"
        try Fixture.run(Setup(sources: [("cms", Setup.cms(forward: forward))]), script: { _ in .wait(gate, then: .ok) })
        { fixture in
            let port = fixture.gateway.port
            let upstream = fixture.upstream
            let answers = inParallel(16) { index -> TestResponse? in
                guard index > 0 else {
                    // Two in flight and eight waiting fill it; whoever is more is refused at once.
                    _ = upstream.requests(atLeast: 2)
                    _ = Deadline.holds(seconds: 0.5) { false }
                    gate.open()
                    return nil
                }
                guard let client = try? RawClient(port: port) else { return nil }
                client.send(TestSender.cms.cms(Fixture.body("busy \(index)")).bytes)
                return try? client.readResponse()
            }
            let responses = answers.compactMap { $0 }
            #expect(responses.count == 15)
            #expect(responses.allSatisfy { $0.status == 200 || $0.status == 502 || $0.status == 503 })
            let refused = responses.filter { $0.status != 200 }
            #expect(refused.count == 5)
            // The contract: concurrency limits are 503 with Retry-After.
            #expect(
                refused.allSatisfy { $0.status == 503 && $0.fields["retry-after"] != nil },
                "\(refused.map(\.status))"
            )
            #expect(upstream.connectionCount == 2)
            #expect(upstream.requests.count == 10)
        }
    }

    @Test("an upstream can be named, and Host carries the name")
    func named() throws {
        let name = Setup(sources: [("cms", Setup.cms(forward: "to: NAMED/by-name"))])
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        try name.write(to: directory, upstream: upstream.port)
        let text = directory.read("postern.yaml").replacing("NAMED", with: "http://localhost:\(upstream.port)")
        try directory.write("postern.yaml", text)
        let gateway = try GatewayProcess(in: directory)
        let fixture = Fixture(gateway: gateway, upstream: upstream, directory: directory)
        try fixture.send(TestSender.cms.cms(Fixture.body("name")), expecting: 200)
        #expect(upstream.requests.first?.target == "/by-name")
        #expect(upstream.requests.first?.fields["host"] == "localhost:\(upstream.port)")
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }

    @Test(
        "an https upstream whose certificate cannot be verified gets nothing (R-TLS-13)",
        .enabled(if: ChildProcess.isInstalled("openssl"))
    )
    func unverifiableUpstream() throws {
        let certificates = try TestDirectory()
        let script = SharedData.repositoryRoot + "/.ci/make-certs"
        _ = try ChildProcess.run(["bash", script, certificates.path])
        let socket = try TestSocket.bound()
        let port = socket.port
        let forward = "to: \"https://127.0.0.1:\(port)/secure\""
        try Fixture.run(Setup(sources: [("cms", Setup.cms(forward: forward))])) { fixture in
            let server = try ChildProcess(
                [
                    "openssl", "s_server", "-accept", "0", "-cert", certificates.path + "/dev.pem", "-key",
                    certificates.path + "/dev.key", "-www",
                ],
                output: certificates.path + "/out",
                errors: certificates.path + "/err"
            )
            let accepted = Deadline.wait(seconds: 20) { () -> Int? in
                let line = certificates.read("out").split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
                return line.flatMap { Int($0.split(separator: ":").last ?? "") }
            }
            let serverPort = try #require(accepted)
            let configuration = fixture.directory.read("postern.yaml").replacing(":\(port)/", with: ":\(serverPort)/")
            try fixture.directory.write("postern.yaml", configuration)
            fixture.gateway.signal(SIGHUP)
            #expect(fixture.gateway.entry { $0.kind == "config.reload" } != nil)
            let refused = try fixture.send(TestSender.cms.cms(Fixture.body("https 1")), expecting: 502)
            let outcome = fixture.gateway.entries(of: refused.requestID, until: "request.outcome").last
            #expect(outcome?.reason == "upstream.connect")
            #expect(outcome?.up?.state == "failed")

            let trusted = configuration.replacing(
                "/secure\"",
                with: "/secure\", tls: {ca: \(certificates.path)/dev-ca.pem}"
            )
            try fixture.directory.write("postern.yaml", trusted)
            fixture.gateway.signal(SIGHUP)
            let reloads = Deadline.holds { fixture.gateway.entries.filter { $0.kind == "config.reload" }.count == 2 }
            #expect(reloads)
            let served = try fixture.send(TestSender.cms.cms(Fixture.body("https 2")))
            #expect(served.status != 502, "\(fixture.gateway.entries.last?.up?.err ?? "")")
            server.kill(SIGTERM)
        }
    }
}
