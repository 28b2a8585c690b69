import Foundation
import GatewayTestSupport
import Testing

@Suite("Start and stop")
struct LifecycleTests {
    @Test("SIGTERM finishes what is in flight, answers 503 to what is new, records the outcome and exits 0 (R-OPS-01)")
    func drain() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { _ in .wait(gate, then: .ok) }
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: upstream.port)
        let gateway = try GatewayProcess(in: directory)
        let client = try gateway.connect()
        let idle = try gateway.connect()
        client.send(TestSender.cms.cms(Fixture.body("in flight")).bytes)
        _ = upstream.requests(atLeast: 1)
        gateway.signal(SIGTERM)
        #expect(Deadline.holds { gateway.log.contains("draining") })
        #expect(idle.isClosed(within: 10))
        let unready = try gateway.adminAnswer("/readyz")
        #expect(unready.status == 503)
        #expect(unready.text.contains("draining"))
        let live = try gateway.adminAnswer("/livez")
        #expect(live.status == 200)
        if let late = try? gateway.connect() {
            late.send(TestSender.cms.cms(Fixture.body("late")).bytes)
            let refused = try late.readResponse()
            #expect(refused.status == 503)
            #expect(refused.closes)
            #expect(refused.member("error") == "Try again later")
            #expect(late.isClosed())
            let entry = gateway.entries(of: refused.requestID, until: "request.deny").first
            #expect(entry?.reason == "draining")
        }
        #expect(!gateway.hasEnded)
        gate.open()
        let response = try client.readResponse()
        #expect(response.status == 200)
        #expect(response.closes)
        let ending = gateway.wait()
        #expect(ending == .exited(0))
        #expect(upstream.requests.count == 1)
        let kinds = gateway.entries.map(\.kind)
        #expect(kinds.contains("request.outcome"))
        #expect(kinds.last == "system.stop")
    }

    @Test("a delivery whose body is still coming when SIGTERM arrives is finished")
    func drainBody() throws {
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: upstream.port)
        let gateway = try GatewayProcess(in: directory)
        let delivery = TestSender.cms.cms(Fixture.body("half"))
        let client = try gateway.connect()
        client.send(delivery.head + delivery.body.prefix(10))
        #expect(try Deadline.holds { try gateway.metric("postern_connections_open") == 1 })
        gateway.signal(SIGTERM)
        #expect(Deadline.holds { gateway.log.contains("draining") })
        client.send(Array(delivery.body.dropFirst(10)))
        let response = try client.readResponse()
        #expect(response.status == 200)
        let ending = gateway.wait()
        #expect(ending == .exited(0))
    }

    @Test("a second SIGTERM ends at once; the drain deadline ends an exchange that never does")
    func impatient() throws {
        let upstream = try RecordingUpstream { _ in .silence }
        for isImpatient in [true, false] {
            let directory = try TestDirectory()
            let setup = Setup().changed { $0.limits = isImpatient ? "drain_timeout: 300s" : "drain_timeout: 500ms" }
            try setup.write(to: directory, upstream: upstream.port)
            let gateway = try GatewayProcess(in: directory)
            let client = try gateway.connect()
            client.send(TestSender.cms.cms(Fixture.body("never \(isImpatient)")).bytes)
            _ = upstream.requests(atLeast: isImpatient ? 1 : 2)
            gateway.signal(SIGTERM)
            #expect(Deadline.holds { gateway.log.contains("draining") })
            if isImpatient {
                // Unblocked just after the log line: the signal is repeated until it is taken.
                let hasEnded = Deadline.holds(seconds: 10) {
                    gateway.signal(SIGTERM)
                    return gateway.hasEnded
                }
                #expect(hasEnded)
            } else {
                let ending = gateway.wait(seconds: 15)
                #expect(ending == .exited(0))
            }
        }
    }

    @Test(
        "kill -9 under load: whatever the handler received has its admit entry on disk (R-AUD-02, I5)",
        arguments: 1...3
    )
    func crash(round: Int) throws {
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        try Setup().changed { $0.loops = 2 }.write(to: directory, upstream: upstream.port)
        let gateway = try GatewayProcess(in: directory, arguments: ["--loops", "2"])
        let port = gateway.port
        let answered = inParallel(9) { index -> [String] in
            guard index > 0 else {
                _ = upstream.requests(atLeast: 60 * round)
                gateway.crash()
                return []
            }
            var ids: [String] = []
            guard let client = try? RawClient(port: port) else { return [] }
            for number in 0..<100_000 {
                guard client.send(TestSender.cms.cms(Fixture.body("crash \(index) \(number)")).bytes) else { break }
                guard let response = try? client.readResponse() else { break }
                if response.status == 200 { ids.append(response.requestID) }
            }
            return ids
        }.flatMap { $0 }
        let received = upstream.requests.map(\.requestID)
        #expect(received.count >= 60 * round)
        let entries = gateway.entries
        let admitted = Set(entries.filter { $0.kind == "request.admit" }.compactMap(\.rid))
        #expect(Set(received).subtracting(admitted).isEmpty)
        #expect(Set(answered).subtracting(received).isEmpty)
        #expect(Set(received).count == received.count)
        #expect(entries.map(\.seq) == Array(0..<entries.count))

        // And after it: nothing of it is delivered twice without being marked.
        let again = try GatewayProcess(in: directory, arguments: ["--loops", "2"])
        let fixture = Fixture(gateway: again, upstream: upstream, directory: directory)
        let before = upstream.requests
        for index in 1..<9 {
            for number in 0..<3 {
                let body = Fixture.body("crash \(index) \(number)")
                guard before.contains(where: { $0.body == Array(body.utf8) }) else { continue }
                try fixture.send(TestSender.cms.cms(body), expecting: 200)
            }
        }
        for request in upstream.requests.dropFirst(before.count) {
            #expect(request.fields["postern-uncertain"] == "1")
        }
        let ending = again.stop()
        #expect(ending == .exited(0))
    }

    @Test("the admin listener serves health and metrics and nothing else, the public one nothing administrative")
    func admin() throws {
        try Fixture.run { fixture in
            let live = try fixture.gateway.adminAnswer("/livez")
            #expect(live.status == 200)
            let ready = try fixture.gateway.adminAnswer("/readyz")
            #expect(ready.status == 200)
            try fixture.send(TestSender.cms.cms(Fixture.body("metrics")), expecting: 200)
            let allowed = try fixture.gateway.metric("postern_requests_total", #"decision="allow""#)
            #expect(allowed == 1)
            let unknown = try fixture.gateway.adminAnswer("/hooks/cms")
            #expect(unknown.status == 404)
            for path in ["/livez", "/readyz", "/metrics", "/v1/reload"] {
                try fixture.send(TestSender.cms.cms(Fixture.body("x"), to: path), expecting: 404)
            }
        }
    }

    @Test("the metrics are well-formed: every series has its type, and no series comes twice")
    func metrics() throws {
        try Fixture.run { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("metrics")), expecting: 200)
            try fixture.send(TestSender.other.cms(Fixture.body("metrics")), expecting: 401)
            let lines = try fixture.gateway.adminAnswer("/metrics").text.split(separator: "\n").map(String.init)
            var types: Set<String> = []
            var series: Set<String> = []
            for line in lines {
                if line.hasPrefix("# TYPE ") {
                    types.insert(String(line.split(separator: " ")[2]))
                } else if !line.hasPrefix("#") {
                    let parts = line.split(separator: " ")
                    let name = String(parts.dropLast().joined(separator: " "))
                    #expect(series.insert(name).inserted, "\(name)")
                    #expect(Double(parts.last ?? "") != nil, "\(line)")
                    var base = String(name.prefix { $0 != "{" })
                    for suffix in ["_bucket", "_sum", "_count"] where !types.contains(base) && base.hasSuffix(suffix) {
                        base = String(base.dropLast(suffix.count))
                    }
                    #expect(types.contains(base), "\(line)")
                }
            }
            #expect(series.count > 50)
        }
    }

    @Test(
        "the log is one JSON object a line, and neither it nor the audit log nor metrics nor answers hold a secret (I6)"
    )
    func noSecrets() throws {
        let forward = #"to: UPSTREAM/api/webhook, outbound_key: "file:outbound.key""#
        let setup = Setup(sources: [("cms", Setup.cms(forward: forward)), ("standard", Setup.standard())])
        try Fixture.run(setup) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("secret-payload-text"))
            let served = try fixture.send(delivery, expecting: 200)
            let refused = try fixture.send(TestSender.other.cms(Fixture.body("secret-payload-text")), expecting: 401)
            let cookie = try fixture.send(
                delivery.with("Cookie", "c00kie-value").with("Authorization", "Bearer t0ken-value"),
                expecting: 200
            )
            _ = fixture.gateway.entries(of: refused.requestID, until: "request.deny")
            _ = fixture.gateway.entries(of: cookie.requestID, until: "request.duplicate")
            fixture.gateway.signal(SIGHUP)
            #expect(fixture.gateway.entry { $0.kind == "config.reload" } != nil)
            let segments = fixture.directory.path + "/audit/node-1/segments"
            let audit = try FileManager.default.contentsOfDirectory(atPath: segments)
                .map { fixture.directory.read("audit/node-1/segments/" + $0) }.joined()
            #expect(audit.contains(served.requestID))
            let metrics = try fixture.gateway.adminAnswer("/metrics").text
            let configuration = fixture.directory.path + "/postern.yaml"
            let shown = try ChildProcess.run([
                GatewayProcess.binary, "config", "show", "--resolved", "-c", configuration,
            ])
            #expect(shown.ending == .exited(0))
            let texts = [
                ("audit log", audit), ("log", fixture.gateway.log), ("metrics", metrics), ("answer", refused.text),
                ("config show", shown.output + shown.errors),
            ]
            let key = TestSender.standard.secret.dropFirst(6)
            for (name, text) in texts {
                for secret in [
                    TestSender.cms.secret, Setup.outboundKey, String(key), "c00kie-value", "t0ken-value",
                    delivery["X-Webhook-Signature"] ?? "?", "secret-payload-text",
                ] {
                    #expect(!text.contains(secret), "\(name) holds \(secret)")
                }
            }
            for line in fixture.gateway.log.split(separator: "\n") where !line.hasPrefix("warning:") {
                let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
                #expect(object is [String: Any], "\(line)")
            }
        }
    }

    @Test("attacker text in the audit log is escaped: one line each, valid JSON, ASCII (R-AUD-05)")
    func escaping() throws {
        try Fixture.run { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("log"), to: "/x%0a%22")
                .with("User-Agent", "a\"b\\c{\"kind\":\"x\"}").with("Host", "h.test")
            let response = try fixture.send(delivery, expecting: 404)
            let bytes = TestSender.cms.cms(Fixture.body("log")).with("User-Agent", "é\u{2028}\u{202E}").bytes
            let client = try fixture.gateway.connect()
            client.send(bytes)
            _ = try client.readResponse()
            let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
            #expect(entry != nil)
            _ = fixture.gateway.entry { $0.kind == "request.outcome" || $0.reason == "http.framing" }
            let names = try FileManager.default.contentsOfDirectory(
                atPath: fixture.directory.path + "/audit/node-1/segments"
            )
            for name in names {
                let text = fixture.directory.read("audit/node-1/segments/" + name)
                for line in text.split(separator: "\n") {
                    #expect(line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(line)")
                    #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(line)")
                }
            }
        }
    }

    @Test("memory does not grow with connections that only begin (R-H1-23, R-H1-37)")
    func memory() throws {
        try Fixture.run { fixture in
            try fixture.expectAlive("start")
            let before = fixture.gateway.residentBytes
            let clients = try (0..<200).map { index -> RawClient in
                let client = try fixture.gateway.connect(from: "127.4.\(index).1")
                client.send("POST /hooks/cms HTTP/1.1\r\nX-A: " + String(repeating: "a", count: 8_000))
                return client
            }
            try fixture.expectAlive("200 slow heads")
            let growth = fixture.gateway.residentBytes - before
            #expect(growth < 24 << 20, "\(growth)")
            _ = clients
        }
    }
}
