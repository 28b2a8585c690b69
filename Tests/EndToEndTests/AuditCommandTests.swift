import Foundation
import GatewayTestSupport
import Testing

/// The commands of the audit log on the built binary, at a running gateway and without one.
@Suite("Audit commands")
struct AuditCommandTests {
    private func audit(_ directory: TestDirectory, _ arguments: [String]) throws -> ChildProcess.Result {
        let configuration = directory.path + "/postern.yaml"
        return try ChildProcess.run([GatewayProcess.binary, "audit"] + arguments + ["-c", configuration])
    }

    private func setup(_ directory: TestDirectory, port: Int, audit: String = "") throws {
        let text = Setup().changed { $0.audit = audit }
        try text.write(to: directory, upstream: port)
        let yaml = directory.read("postern.yaml").replacing(
            "admin: {address: 127.0.0.1:0}",
            with: "admin: {address: \"127.0.0.1:0\", socket: \(directory.path)/admin.sock}"
        )
        try directory.write("postern.yaml", yaml)
    }

    private func segment(_ directory: TestDirectory) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/audit/node-1/segments")
        return directory.path + "/audit/node-1/segments/" + (try #require(names.sorted().last))
    }

    @Test("checkpoint, hold, key rotation and pruning go through the running gateway, with the user on record")
    func running() throws {
        let upstream = try RecordingUpstream { _ in .ok }
        let directory = try TestDirectory()
        try setup(directory, port: upstream.port, audit: "retention: {min: 0s, max: 0s}")
        let gateway = try GatewayProcess(in: directory)
        let fixture = Fixture(gateway: gateway, upstream: upstream, directory: directory)
        try fixture.send(TestSender.cms.cms(Fixture.body("one")), expecting: 200)
        let closed = try audit(directory, ["checkpoint", "--close", "--json"])
        #expect(closed.ending == .exited(0), "\(closed.errors)")
        #expect(closed.output.contains("gateway.test/audit/node-1\\n"))
        let held = try audit(directory, ["hold", "add", "case-1", "--ref", "B-9", "--source", "cms"])
        #expect(held.ending == .exited(0), "\(held.errors)")
        let twice = try audit(directory, ["hold", "add", "case-1", "--ref", "B-9"])
        #expect(twice.ending == .exited(1))
        #expect(try audit(directory, ["hold", "list", "--json"]).output.contains("\"ref\":\"B-9\""))
        let kept = try audit(directory, ["prune", "--json"])
        #expect(kept.output.contains("\"held_by\":\"case-1\"") && kept.output.contains("\"segments\":0"))
        #expect(try audit(directory, ["hold", "release", "case-1"]).ending == .exited(0))
        let rotated = try audit(directory, ["rotate-key", "--overlap", "1h"])
        #expect(rotated.ending == .exited(0), "\(rotated.errors)")
        let dry = try audit(directory, ["prune", "--dry-run", "--json"])
        #expect(dry.output.contains("\"dry_run\":true") && dry.output.contains("\"segments\":1"))
        #expect(try audit(directory, ["prune"]).ending == .exited(0))
        let verified = try audit(directory, ["verify", "--deep", "--json"])
        #expect(verified.ending == .exited(0), "\(verified.output)")
        #expect(!verified.output.contains("\"first\":0,"))
        let entries = try String(contentsOfFile: try segment(directory), encoding: .utf8)
        #expect(entries.contains("\"uid\":\(getuid()),\"via\":\"socket\""))
        // Another new key after the pruning: it vouches for what was pruned as well.
        #expect(try audit(directory, ["rotate-key"]).ending == .exited(0))
        let ending = gateway.stop()
        #expect(ending == .exited(0), "\(gateway.log)")
        #expect(try audit(directory, ["verify"]).ending == .exited(0))
    }

    @Test("without a gateway the commands open the log themselves; a changed log is exit 1, a missing one 66")
    func alone() throws {
        let upstream = try RecordingUpstream { _ in .ok }
        let directory = try TestDirectory()
        try setup(directory, port: upstream.port)
        #expect(try audit(directory, ["verify"]).ending == .exited(66))
        #expect(try audit(directory, ["checkpoint"]).ending == .exited(66))
        let gateway = try GatewayProcess(in: directory)
        #expect(gateway.stop() == .exited(0))
        let signed = try audit(directory, ["checkpoint", "--json"])
        #expect(signed.ending == .exited(0), "\(signed.errors)")
        #expect(try audit(directory, ["recover", "--accept-loss", "--reason", "none"]).ending == .exited(1))
        #expect(try audit(directory, ["recover", "--reason", "none"]).ending == .exited(64))
        let note = directory.path + "/kept.note"
        #expect(try audit(directory, ["checkpoint", "--output", note]).ending == .exited(0))
        let expected = try audit(directory, ["verify", "--expect", note])
        #expect(expected.ending == .exited(0), "\(expected.output)")
        let path = try segment(directory)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("system.stop", with: "system.stoq").write(toFile: path, atomically: false, encoding: .utf8)
        let changed = try audit(directory, ["verify", "--json"])
        #expect(changed.ending == .exited(1))
        #expect(changed.output.contains("\"verdict\":\"changed\",\"entry\":"))
        // Lines in the middle are missing: the gateway does not start, and a new log can take the place of this one.
        try String(text.dropFirst(text.count / 2)).write(toFile: path, atomically: false, encoding: .utf8)
        let start = try ChildProcess.run([
            GatewayProcess.binary, "serve", "--allow-root", "-c", directory.path + "/postern.yaml",
        ])
        #expect(start.ending == .exited(65), "\(start.errors)")
        #expect(start.errors.contains("postern audit recover --accept-loss --reason TEXT"), "\(start.errors)")
        #expect(!start.errors.contains("damaged("), "\(start.errors)")
        let recovered = try audit(directory, ["recover", "--accept-loss", "--reason", "restored from backup"])
        #expect(recovered.ending == .exited(0), "\(recovered.errors)")
        #expect(recovered.output.contains("gateway.test/audit/node-1.2"))
        let again = try GatewayProcess(in: directory)
        #expect(again.stop() == .exited(0))
        let opening = try audit(directory, ["search", "--kind", "audit.open", "--oldest", "--limit", "1"])
        #expect(opening.output.contains("new log in place of"), "\(opening.output)")
        #expect(try audit(directory, ["verify", "--deep"]).ending == .exited(0))
    }

    @Test("kill -9 under load, twenty times: the log verifies and holds whatever the upstream received (I3, I6)")
    func killed() throws {
        let cycles = Int(ProcessInfo.processInfo.environment["POSTERN_KILL_CYCLES"] ?? "") ?? 20
        let upstream = try RecordingUpstream { _ in .ok }
        let directory = try TestDirectory()
        try setup(directory, port: upstream.port)
        var random = SystemRandomNumberGenerator()
        for cycle in 0..<cycles {
            let gateway = try GatewayProcess(in: directory)
            let senders = (0..<4).map { sender in
                Thread {
                    for index in 0..<500 {
                        let delivery = TestSender.cms.cms(Fixture.body("k \(cycle) \(sender) \(index)"))
                        guard (try? gateway.answer(to: delivery)) != nil else { return }
                    }
                }
            }
            for sender in senders { sender.start() }
            usleep(UInt32.random(in: 20_000...250_000, using: &random))
            gateway.crash()
            let deadline = Date(timeIntervalSinceNow: 20)
            while senders.contains(where: { !$0.isFinished }), Date() < deadline { usleep(5000) }
        }
        let last = try GatewayProcess(in: directory)
        #expect(last.stop() == .exited(0), "\(last.log)")
        let verified = try audit(directory, ["verify", "--deep", "--json"])
        #expect(verified.ending == .exited(0), "\(verified.output)")
        // Every admission has its outcome now, `unknown` where the process did not live to see one.
        #expect(verified.output.contains("\"open_admissions\":0"), "\(verified.output)")
        #expect(verified.output.contains("\"crashes\":\(cycles),"), "\(verified.output)")
        let admitted = Set(last.entries.filter { $0.kind == "request.admit" }.compactMap(\.rid))
        let received = upstream.requests.compactMap { $0.fields["x-request-id"] }
        #expect(received.count > cycles)
        #expect(received.allSatisfy(admitted.contains))
        if cycles > 20 { print("\(cycles) kills: \(received.count) handed to the handler, \(admitted.count) admitted") }
        #expect(Set(received).count == received.count)
    }
}
