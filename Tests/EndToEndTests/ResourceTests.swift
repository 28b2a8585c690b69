import Foundation
import GatewayTestSupport
import Testing

/// What is bounded, and what happens at the bound: memory for bodies, descriptors, loops, lost state.
@Suite("Resources")
struct ResourceTests {
    @Test("bodies that are announced above the budget get 503 at once, and the room comes back (R-DOS-10)")
    func bodyMemory() throws {
        let setup = Setup().changed { $0.limits = "body_memory: 16MiB" }
        try Fixture.run(setup) { fixture in
            let body = [UInt8](repeating: 0x20, count: 1 << 20)
            let delivery = TestSender.cms.cms(body)
            let holding = try (0..<16).map { index in
                let client = try fixture.gateway.connect(from: "127.0.0.\(index + 1)")
                client.send(delivery.head + body.prefix(100))
                return client
            }
            #expect(holding.allSatisfy { $0.isSilent(for: 0.05) })
            let refused = try fixture.gateway.connect()
            refused.send(delivery.head + body.prefix(100))
            let response = try refused.readResponse()
            #expect(response.status == 503)
            #expect(response.member("error") == "Try again later")
            #expect(response.fields["retry-after"] != nil)
            let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
            #expect(entry?.reason == "limit.concurrency")
            try fixture.expectAlive("small bodies come whole and need no room")
            for client in holding.prefix(8) { client.finishWriting() }
            let isServed = Deadline.holds(seconds: 10) {
                guard let client = try? fixture.gateway.connect() else { return false }
                client.send(delivery.head + body.prefix(100))
                return client.isSilent(for: 0.3)
            }
            #expect(isServed)
        }
    }

    @Test("code that only the start has used is given back: less than 28 MiB of mapped files stay, and it serves on")
    func startPages() throws {
        try Fixture.run { fixture in
            let isSmall = Deadline.holds(seconds: 10) {
                let status = try? String(contentsOfFile: "/proc/\(fixture.gateway.processID)/status", encoding: .utf8)
                let line = status?.split(separator: "\n").first { $0.hasPrefix("RssFile:") }
                let kibibytes = line?.split(separator: " ").dropLast().last.flatMap { Int($0) }
                return (kibibytes ?? .max) < 28 * 1024
            }
            #expect(isSmall)
            try fixture.send(TestSender.cms.cms(Fixture.body("first")), expecting: 200)
        }
    }

    @Test("a request that this gateway forwarded itself is a loop and refused; other gateways' Via is not (R-FWD-20)")
    func loop() throws {
        try Fixture.run { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("first")), expecting: 200)
            let via = try #require(fixture.upstream.requests.first?.fields["via"])
            #expect(via.hasPrefix("1.1 postern-"))
            for (index, value) in [via, "1.0 fred, \(via)", via.uppercased() + " (comment)"].enumerated() {
                let delivery = TestSender.cms.cms(Fixture.body("loop \(index)")).with("Via", value)
                let response = try fixture.send(delivery, expecting: 400)
                #expect(response.closes)
                let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
                #expect(entry?.detail?.hasPrefix("a loop") == true)
            }
            for (index, value) in ["1.1 postern", "1.1 postern-00000000", "1.1 nginx"].enumerated() {
                let delivery = TestSender.cms.cms(Fixture.body("no loop \(index)")).with("Via", value)
                try fixture.send(delivery, expecting: 200)
                #expect(fixture.upstream.requests.last?.fields["via"] == via)
            }
        }
    }

    @Test("without its replay key, and beside a log with entries, the gateway does not start unless it is told to")
    func replayKey() throws {
        let directory = try TestDirectory()
        let upstream = try RecordingUpstream()
        try Setup().write(to: directory, upstream: upstream.port)
        let first = try GatewayProcess(in: directory)
        let response = try first.answer(to: TestSender.cms.cms(Fixture.body("before")))
        #expect(response.status == 200)
        var ending = first.stop()
        #expect(ending == .exited(0))
        try FileManager.default.removeItem(atPath: directory.path + "/audit/replay.key")
        let serve = [GatewayProcess.binary, "serve", "--allow-root", "-c", directory.path + "/postern.yaml"]
        let refused = try ChildProcess.run(serve)
        #expect(refused.ending == .exited(65))
        #expect(refused.errors.contains("replay.key is gone"), "\(refused.errors)")
        #expect(refused.errors.contains("--forget-replays"))
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/audit/replay.key"))
        let told = try GatewayProcess(in: directory, arguments: ["--forget-replays"])
        #expect(told.log.contains("replay key made anew"))
        ending = told.stop()
        #expect(ending == .exited(0))
        let again = try GatewayProcess(in: directory)
        ending = again.stop()
        #expect(ending == .exited(0))
    }

    @Test("no core dumps, and hashing cannot be made predictable from outside (R-PROC-03, R-PROC-11)")
    func process() throws {
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: 9)
        let ready = directory.path + "/ready"
        let child = try ChildProcess(
            [
                "env", "SWIFT_DETERMINISTIC_HASHING=1", GatewayProcess.binary, "serve", "--allow-root", "--ready-fd",
                "1",
                "-c", directory.path + "/postern.yaml",
            ],
            output: ready,
            errors: directory.path + "/log"
        )
        #expect(Deadline.holds { directory.read("ready").hasSuffix("\n") }, "\(directory.read("log"))")
        func file(_ name: String) throws -> String {
            let data = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(child.id)/\(name)"))
            return String(decoding: data, as: UTF8.self)
        }
        let core = try file("limits").split(separator: "\n").first { $0.hasPrefix("Max core file size") }
        #expect(core?.split(separator: " ").suffix(3).first == "0", "\(core ?? "")")
        let environment = try file("environ")
        #expect(!environment.contains("SWIFT_DETERMINISTIC_HASHING"))
        child.kill(SIGTERM)
        let ending = child.wait()
        #expect(ending == .exited(0))
    }

    @Test(
        "with no descriptor left nothing dies or spins, and service goes on when there are some again (R-DOS-16)",
        .enabled(if: ChildProcess.isInstalled("prlimit"))
    )
    func descriptors() throws {
        try Fixture.run { fixture in
            let id = String(fixture.gateway.processID)
            let used = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count
            let lowered = try ChildProcess.run(["prlimit", "--pid", id, "--nofile=\(used + 8):"])
            #expect(lowered.ending == .exited(0), "\(lowered.errors)")
            var clients: [RawClient] = []
            for index in 0..<40 {
                if let client = try? fixture.gateway.connect(from: "127.0.1.\(index + 1)") { clients.append(client) }
            }
            #expect(clients.count > 8)
            let before = try processorTime(id)
            _ = clients.last?.isSilent(for: 1)
            let after = try processorTime(id)
            #expect(after - before < 0.5, "\(after - before) s of processor time in a second")
            clients = []
            let raised = try ChildProcess.run(["prlimit", "--pid", id, "--nofile=\(used + 200):"])
            #expect(raised.ending == .exited(0), "\(raised.errors)")
            let isBack = Deadline.holds(seconds: 15) {
                let response = try? fixture.gateway.answer(to: TestSender.cms.cms(Fixture.body("back")))
                return response?.status == 200
            }
            #expect(isBack)
        }
    }

    /// Seconds of processor time that a process has used.
    private func processorTime(_ id: String) throws -> Double {
        let data = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(id)/stat"))
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard fields.count > 14, let user = Double(fields[13]), let system = Double(fields[14]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
