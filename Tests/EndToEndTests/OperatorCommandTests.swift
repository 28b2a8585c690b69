import GatewayTestSupport
import Testing

@Suite("Command line: status, drain, completion")
struct OperatorCommandTests {
    private func postern(_ arguments: [String]) throws -> ChildProcess.Result {
        try ChildProcess.run([GatewayProcess.binary] + arguments)
    }

    /// A gateway with its admin listener on a unix socket.
    private func run(_ test: (GatewayProcess, _ file: String, _ upstream: RecordingUpstream) throws -> Void) throws {
        let upstream = try RecordingUpstream { _ in .ok }
        let directory = try TestDirectory()
        let setup = Setup()
        try setup.write(to: directory, upstream: upstream.port)
        let text = setup.text(upstream: upstream.port)
            .replacing("admin: {address: 127.0.0.1:0}", with: "admin: {socket: \(directory.path)/a.sock}")
        let file = try directory.write(GatewayProcess.configurationName, text)
        let gateway = try GatewayProcess(in: directory)
        try test(gateway, file, upstream)
        upstream.stop()
    }

    @Test("status shows readiness, configuration and what each source has seen; drain ends the gateway with 0")
    func statusAndDrain() throws {
        try run { gateway, file, upstream in
            let delivery = TestSender.cms.cms(Fixture.body("1"))
            #expect(try gateway.answer(to: delivery).status == 200)
            #expect(try gateway.answer(to: delivery).status == 200)
            #expect(try gateway.answer(to: TestSender.other.cms(Fixture.body("2"))).status == 401)
            let status = try postern(["status", "-c", file])
            #expect(status.ending == .exited(0), "\(status.errors)")
            #expect(status.output.hasPrefix("gateway    ready\nversion    "))
            let row = status.output.split(separator: "\n").last?.split(separator: " ").map(String.init)
            #expect(row == ["cms", "1", "1", "1", "0"], "\(status.output)")
            #expect(status.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 || $0.contains(".sock") })
            let json = try postern(["status", "-c", file, "--json"])
            #expect(json.output.contains("\"ready\":true,\"reasons\":[]"))
            let drained = try postern(["drain", "-c", file, "--wait", "30"])
            #expect(drained.ending == .exited(0), "\(drained.errors)")
            #expect(drained.output == "draining\nended\n")
            #expect(gateway.wait() == .exited(0))
            #expect(gateway.entries.last { $0.kind == "system.stop" } != nil)
            for command in ["status", "drain"] {
                #expect(try postern([command, "-c", file]).ending == .exited(69))
            }
        }
    }

    @Test("Only the unix socket drains; over TCP it is refused")
    func overTCP() throws {
        try Fixture.run { fixture in
            #expect(try fixture.gateway.adminAnswer("/v1/status").status == 200)
            let client = try RawClient(port: fixture.gateway.adminPort)
            client.send("POST /v1/drain HTTP/1.1\r\nHost: admin\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            #expect(String(decoding: try client.readToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 403"))
            try fixture.expectAlive("a refused drain")
        }
    }

    @Test("Completion scripts are made for three shells and name every command", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let result = try postern(["completion", shell])
        #expect(result.ending == .exited(0))
        for command in ["serve", "explain", "learn", "send", "completion"] { #expect(result.output.contains(command)) }
        if shell == "bash" {
            #expect(try ChildProcess.run(["bash", "-n"], input: Array(result.output.utf8)).ending == .exited(0))
        }
        #expect(try postern(["completion", "tcsh"]).ending == .exited(64))
    }
}
