import Foundation
import GatewayTestSupport
import Testing

@Suite("Reload")
struct ReloadTests {
    /// Counts the entries of a kind until there are so many.
    private func holds(_ fixture: Fixture, _ kind: String, _ count: Int) -> Bool {
        Deadline.holds(seconds: 30) { fixture.gateway.entries.filter { $0.kind == kind }.count >= count }
    }

    @Test("SIGHUP takes a good file: new sources are there, old ones are gone, and the entry names both digests")
    func good() throws {
        try Fixture.run { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("before")), expecting: 200)
            let old = fixture.gateway.entry { $0.kind == "request.admit" }?.cfg
            let next = Setup(sources: [("cms", Setup.cms(path: "/hooks/new", forward: "to: UPSTREAM/new"))])
            try next.write(to: fixture.directory, upstream: fixture.upstream.port)
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reload", 1))
            try fixture.send(TestSender.cms.cms(Fixture.body("gone")), expecting: 404)
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("new"), to: "/hooks/new"), expecting: 200)
            #expect(fixture.upstream.requests.last?.target == "/new")
            let admit = fixture.gateway.entries(of: response.requestID, until: "request.admit").first
            #expect(admit?.cfg != nil && admit?.cfg != old)
            let reload = fixture.gateway.entry { $0.kind == "config.reload" }
            #expect(reload?.cfg == admit?.cfg)
            #expect(reload?.detail?.contains(old ?? "?") == true)
            let applied = try fixture.gateway.metric("postern_config_last_reload_success")
            #expect(applied == 1)
        }
    }

    @Test(
        "a broken file changes nothing, and the audit log and the log say why",
        arguments: [
            "version: 1\nlisten: [", "version: 2\n", "nonsense\n", "",
        ]
    )
    func broken(text: String) throws {
        try Fixture.run { fixture in
            let good = fixture.directory.read("postern.yaml")
            try fixture.directory.write("postern.yaml", text)
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reject", 1))
            let reject = fixture.gateway.entry { $0.kind == "config.reject" }
            #expect(reject?.detail?.isEmpty == false)
            #expect(Deadline.holds { fixture.gateway.log.contains("configuration rejected") })
            try fixture.send(TestSender.cms.cms(Fixture.body("still")), expecting: 200)
            let applied = try fixture.gateway.metric("postern_config_last_reload_success")
            #expect(applied == 0)
            try fixture.directory.write("postern.yaml", good + "# changed\n")
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reload", 1))
            try fixture.send(TestSender.cms.cms(Fixture.body("again")), expecting: 200)
        }
    }

    @Test("a broken detail anywhere keeps everything old: a key file that is gone, and a setting that needs a restart")
    func detail() throws {
        try Fixture.run { fixture in
            try FileManager.default.removeItem(atPath: fixture.directory.path + "/cms.key")
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reject", 1))
            try fixture.send(TestSender.cms.cms(Fixture.body("key kept")), expecting: 200)
            try fixture.directory.write("cms.key", TestSender.cms.secret)
            let text = fixture.directory.read("postern.yaml")
            try fixture.directory.write("postern.yaml", text.replacing("dir: audit", with: "dir: elsewhere"))
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reject", 2))
            let last = fixture.gateway.entries.last { $0.kind == "config.reject" }
            #expect(last?.detail?.contains("restart") == true)
            try fixture.send(TestSender.cms.cms(Fixture.body("audit kept")), expecting: 200)
        }
    }

    @Test("what was delivered before a reload is still known after it")
    func memory() throws {
        try Fixture.run { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("remembered"))
            try fixture.send(delivery, expecting: 200)
            let text = fixture.directory.read("postern.yaml")
            try fixture.directory.write("postern.yaml", text + "# changed\n")
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reload", 1))
            let again = try fixture.send(delivery, expecting: 200)
            #expect(again.fields["postern-duplicate"] == "1")
        }
    }

    @Test("a request in flight finishes on the configuration that judged it (R-OPS-02, R-OPS-03, I9)")
    func inFlight() throws {
        let gate = Gate()
        try Fixture.run(script: { $0.target == "/api/webhook" ? .wait(gate, then: .ok) : .ok }) { fixture in
            let client = try fixture.gateway.connect()
            client.send(TestSender.cms.cms(Fixture.body("in flight")).bytes)
            _ = fixture.upstream.requests(atLeast: 1)
            let next = Setup(sources: [("cms", Setup.cms(path: "/hooks/new", forward: "to: UPSTREAM/new"))])
            try next.write(to: fixture.directory, upstream: fixture.upstream.port)
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reload", 1))
            gate.open()
            let response = try client.readResponse()
            #expect(response.status == 200)
            let entries = fixture.gateway.entries(of: response.requestID, until: "request.outcome")
            #expect(entries.count == 2)
            #expect(Set(entries.map(\.cfg)).count == 1)
            #expect(entries.first?.cfg != fixture.gateway.entry { $0.kind == "config.reload" }?.cfg)
        }
    }

    /// What becomes of the source of a request that is in flight, and how often it is counted afterwards.
    struct Departure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let left: [String]
        let counted: Double?
    }

    @Test(
        "a request in flight is counted for its own source, wherever a reload has put it, and for none where it is gone",
        arguments: [
            Departure(testDescription: "an earlier source goes", left: ["cms"], counted: 1),
            Departure(testDescription: "its own source goes", left: ["other"], counted: nil),
            Departure(testDescription: "the order changes", left: ["cms", "other"], counted: 1),
        ]
    )
    func countedAfterwards(departure: Departure) throws {
        let gate = Gate()
        let texts = ["other": Setup.standard(), "cms": Setup.cms()]
        let both = Setup(sources: ["other", "cms"].map { ($0, texts[$0] ?? "") })
        try Fixture.run(both, script: { $0.target == "/api/webhook" ? .wait(gate, then: .ok) : .ok }) { fixture in
            let client = try fixture.gateway.connect()
            client.send(TestSender.cms.cms(Fixture.body("in flight")).bytes)
            _ = fixture.upstream.requests(atLeast: 1)
            let next = Setup(sources: departure.left.map { ($0, texts[$0] ?? "") })
            try next.write(to: fixture.directory, upstream: fixture.upstream.port)
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reload", 1))
            gate.open()
            let response = try client.readResponse()
            #expect(response.status == 200)
            let entries = fixture.gateway.entries(of: response.requestID, until: "request.outcome")
            #expect(entries.map(\.kind) == ["request.admit", "request.outcome"])
            let allowed = try fixture.gateway.metric("postern_requests_total", #"source="cms",decision="allow""#)
            #expect(allowed == departure.counted)
            for source in departure.left {
                let inFlight = try fixture.gateway.metric("postern_requests_in_flight", #"source="\#(source)""#)
                #expect(inFlight == 0)
            }
            let others = try fixture.gateway.metric("postern_requests_total", #"source="other",decision="allow""#)
            #expect(others ?? 0 == 0)
        }
    }

    @Test("100 reloads under load: no request fails, each is judged by one configuration")
    func underLoad() throws {
        let a = Setup(sources: [("cms", Setup.cms(forward: "to: UPSTREAM/a"))]).changed { $0.loops = 2 }
        try Fixture.run(a) { fixture in
            let port = fixture.gateway.port
            let isDone = Guarded(false)
            let upstreamPort = fixture.upstream.port
            let directory = fixture.directory
            let gateway = fixture.gateway
            let results = inParallel(5) { index -> [Int] in
                guard index > 0 else {
                    for round in 1...100 {
                        let forward = "to: UPSTREAM/\(round % 2 == 0 ? "a" : "b")"
                        let setup = Setup(sources: [
                            ("cms", Setup.cms("limits: {body: \(100 + round)KiB}", forward: forward))
                        ])
                        try? setup.write(to: directory, upstream: upstreamPort)
                        gateway.signal(SIGHUP)
                        _ = Deadline.holds(seconds: 10) {
                            gateway.log.split(separator: "\n").filter { $0.contains("configuration reloaded") }.count
                                >= round
                        }
                    }
                    isDone.withLock { $0 = true }
                    return []
                }
                var statuses: [Int] = []
                var client: RawClient?
                while !isDone.withLock({ $0 }) {
                    if client == nil { client = try? RawClient(port: port) }
                    client?.send(TestSender.cms.cms(Fixture.body("load \(index) \(statuses.count)")).bytes)
                    let response = try? client?.readResponse()
                    statuses.append(response?.status ?? 0)
                    if response == nil || response?.closes == true { client = nil }
                }
                return statuses
            }
            let statuses = results.flatMap { $0 }
            #expect(statuses.count > 100)
            #expect(statuses.allSatisfy { $0 == 200 }, "\(Set(statuses))")
            #expect(holds(fixture, "config.reload", 100))
            let reloads = try fixture.gateway.metric("postern_config_reloads_total")
            #expect(reloads == 100)
            #expect(fixture.upstream.requests.count == statuses.count)
        }
    }

    @Test("'postern reload' asks through the admin socket, and says what was wrong")
    func command() throws {
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        let socket = directory.path + "/a.sock"
        let text = Setup().text(upstream: upstream.port).replacing(
            "admin: {address: 127.0.0.1:0}",
            with: "admin: {socket: \(socket)}"
        )
        try Setup().write(to: directory, upstream: upstream.port)
        try directory.write("postern.yaml", text)
        let gateway = try GatewayProcess(in: directory)
        let file = directory.path + "/postern.yaml"
        let health = try ChildProcess.run([GatewayProcess.binary, "healthcheck", "-c", file])
        #expect(health.ending == .exited(0), "\(health.errors)")
        try directory.write("postern.yaml", text + "# changed\n")
        let good = try ChildProcess.run([GatewayProcess.binary, "reload", "-c", file])
        #expect(good.ending == .exited(0), "\(good.errors)")
        try directory.write(
            "postern.yaml",
            text.replacing("origin: gateway.test/audit", with: "origin: other.test/audit")
        )
        let bad = try ChildProcess.run([GatewayProcess.binary, "reload", "-c", file])
        #expect(bad.ending == .exited(78))
        #expect(bad.errors.contains("restart"))
        let ending = gateway.stop()
        #expect(ending == .exited(0))
        let gone = try ChildProcess.run([GatewayProcess.binary, "healthcheck", "-c", file])
        #expect(gone.ending == .exited(69))
    }
}
