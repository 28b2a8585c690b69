import Foundation
import GatewayTestSupport
import Testing

/// Reloads that change where the gateway listens.
@Suite("Reload of listeners")
struct ReloadListenerTests {
    /// A port that nobody uses: bound once, and free again.
    private func freePort() throws -> Int { try TestSocket.bound().port }

    private func holds(_ fixture: Fixture, _ kind: String, _ count: Int) -> Bool {
        Deadline.holds { fixture.gateway.entries.filter { $0.kind == kind }.count >= count }
    }

    private func reload(_ fixture: Fixture, _ setup: Setup) throws {
        try setup.write(to: fixture.directory, upstream: fixture.upstream.port)
        fixture.gateway.signal(SIGHUP)
    }

    private func answers(_ port: Int, _ id: String) -> Int? {
        guard let client = try? RawClient(port: port) else { return nil }
        client.send(TestSender.cms.cms(Fixture.body(id)).bytes)
        return (try? client.readResponse())?.status
    }

    @Test("addresses are added and taken away while those that stay keep their socket and their connections")
    func addresses() throws {
        let kept = try freePort()
        let first = try freePort()
        let second = try freePort()
        func setup(_ ports: Int...) -> Setup {
            Setup().changed { $0.listeners = ports.map { "address: 127.0.0.1:\($0)" } }
        }
        try Fixture.run(setup(kept, first)) { fixture in
            let client = try RawClient(port: kept)
            client.send(TestSender.cms.cms(Fixture.body("before")).bytes)
            var status = try client.readResponse().status
            #expect(status == 200)
            let leaving = try RawClient(port: first)
            leaving.send(TestSender.cms.cms(Fixture.body("leaving")).bytes)
            status = try leaving.readResponse().status
            #expect(status == 200)
            try reload(fixture, setup(second, kept))
            #expect(holds(fixture, "config.reload", 1))
            #expect(answers(second, "on the new one") == 200)
            #expect(answers(kept, "on the old one") == 200)
            #expect(answers(first, "on the one that is gone") == nil)
            // Connections that are open go on, whatever became of their address.
            for (index, open) in [client, leaving].enumerated() {
                open.send(TestSender.cms.cms(Fixture.body("still open \(index)")).bytes)
                let response = try open.readResponse()
                #expect(response.status == 200)
            }
        }
    }

    @Test("an address that cannot be bound changes nothing, with the address in the reason")
    func taken() throws {
        let port = try freePort()
        let other = try TestSocket.bound()
        try other.startListening()
        let setup = Setup().changed { $0.listeners = ["address: 127.0.0.1:\(port)"] }
        try Fixture.run(setup) { fixture in
            let fresh = try freePort()
            let next = setup.changed {
                $0.listeners = ["address: 127.0.0.1:\(fresh)", "address: 127.0.0.1:\(other.port)"]
            }
            try reload(fixture, next)
            #expect(holds(fixture, "config.reject", 1))
            let reject = fixture.gateway.entry { $0.kind == "config.reject" }
            #expect(
                reject?.detail?.contains("127.0.0.1:\(other.port): cannot listen") == true,
                "\(reject?.detail ?? "")"
            )
            #expect(answers(port, "still there") == 200)
            #expect(answers(fresh, "not half of it") == nil)
        }
    }

    @Test(
        "TLS can be switched on where clear text was, and a unix socket moved",
        .enabled(if: ChildProcess.isInstalled("openssl") && ChildProcess.isInstalled("bash"))
    )
    func kinds() throws {
        let port = try freePort()
        let files = try TestDirectory()
        let script = SharedData.repositoryRoot + "/.ci/make-certs"
        let made = try ChildProcess.run(["bash", script, files.path])
        #expect(made.ending == .exited(0), "\(made.errors)")
        let paths = ["one.sock", "two.sock"].map { files.path + "/" + $0 }
        let setup = Setup().changed {
            $0.listeners = ["address: 127.0.0.1:\(port)", "address: 'unix:\(paths[0])'"]
            $0.arguments = ["--dev"]
        }
        try Fixture.run(setup) { fixture in
            #expect(answers(port, "clear") == 200)
            #expect(FileManager.default.fileExists(atPath: paths[0]))
            let tls = "tls: {certificate: \(files.path)/dev.pem, key: \(files.path)/dev.key}"
            let next = setup.changed {
                $0.listeners = ["address: 127.0.0.1:\(port), \(tls)", "address: 'unix:\(paths[1])'"]
            }
            try reload(fixture, next)
            #expect(holds(fixture, "config.reload", 1), "\(fixture.gateway.log)")
            #expect(FileManager.default.fileExists(atPath: paths[1]))
            let isGone = Deadline.holds { !FileManager.default.fileExists(atPath: paths[0]) }
            #expect(isGone)
            let result = try ChildProcess.run(
                [
                    "openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", files.path + "/dev-ca.pem",
                    "-verify_return_error", "-servername", "localhost", "-ign_eof",
                ],
                input: TestSender.cms.cms(Fixture.body("tls")).with("Host", "localhost").with("Connection", "close")
                    .bytes
            )
            #expect(result.output.contains("HTTP/1.1 200"), "\(result.errors)")
        }
    }

    @Test("the admin listener moves, and goes away")
    func admin() throws {
        let port = try freePort()
        try Fixture.run { fixture in
            let old = fixture.gateway.adminPort
            let text = fixture.directory.read("postern.yaml")
            let line = "admin: {address: 127.0.0.1:0}"
            try fixture.directory.write(
                "postern.yaml",
                text.replacing(
                    line,
                    with: "admin: {address: 127.0.0.1:\(port), socket: \(fixture.directory.path)/b.sock}"
                )
            )
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reload", 1))
            let health = try ChildProcess.run(
                [GatewayProcess.binary, "healthcheck", "-c", fixture.directory.path + "/postern.yaml"]
            )
            #expect(health.ending == .exited(0), "\(health.errors)")
            #expect((try? RawClient(port: old)) == nil)
            let metrics = try RawClient(port: port)
            metrics.send("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = try metrics.readToEnd()
            #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
            try fixture.directory.write("postern.yaml", text.replacing(line + "\n", with: ""))
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reload", 2))
            #expect((try? RawClient(port: port)) == nil)
            #expect(!FileManager.default.fileExists(atPath: fixture.directory.path + "/b.sock"))
            try fixture.expectAlive("the admin listener is gone")
        }
    }

    @Test(
        "what cannot change is refused with the setting and both values",
        arguments: [
            ("dir: audit", "dir: elsewhere", "audit.dir"),
            ("origin: gateway.test/audit", "origin: b.test/audit", "audit.origin"),
            ("durability: sync", "durability: async", "audit.durability"),
        ]
    )
    func refused(old: String, new: String, name: String) throws {
        try Fixture.run { fixture in
            let text = fixture.directory.read("postern.yaml")
            try fixture.directory.write("postern.yaml", text.replacing(old, with: new))
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reject", 1))
            let detail = fixture.gateway.entry { $0.kind == "config.reject" }?.detail ?? ""
            #expect(detail.hasPrefix("'\(name)' cannot change while running: restart to apply it ("), "\(detail)")
            try fixture.expectAlive(name)
        }
    }

    @Test("the store's limit and the log's level change at once")
    func values() throws {
        try Fixture.run(Setup().changed { $0.audit = "node: node-1}\nreplay: {max_entries: 100000" }) { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("one")), expecting: 200)
            let text = fixture.directory.read("postern.yaml")
            try fixture.directory.write(
                "postern.yaml",
                text.replacing("max_entries: 100000", with: "max_entries: 1000")
                    + "telemetry: {log: {level: error}}\n"
            )
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reload", 1))
            let lines = fixture.gateway.log.split(separator: "\n").count
            try fixture.directory.write("postern.yaml", text + "telemetry: {log: {level: error}}\n")
            fixture.gateway.signal(SIGHUP)
            #expect(holds(fixture, "config.reload", 2))
            let after = fixture.gateway.log.split(separator: "\n").count
            #expect(after == lines, "\(fixture.gateway.log)")
        }
    }
}
