import Foundation
import GatewayTestSupport
import Testing

/// The gateway's own keys: the signing key of the audit log and the replay secret, in the keyring.
@Suite("Own keys")
struct OwnKeysTests {
    private static func exists(_ bench: KeyringBench, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: bench.directory.path + "/audit/" + name)
    }

    /// The verifier keys that the log names, the newest first.
    private static func verifierKeys(_ bench: KeyringBench) throws -> [String] {
        let text = bench.directory.read("audit/node-1/log.json")
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return value?["vkeys"] as? [String] ?? []
    }

    /// What both verifiers say of the whole log, judged by one key.
    private static func verdicts(_ bench: KeyringBench, _ key: String) throws -> [ChildProcess.Ending] {
        let log = bench.directory.path + "/audit/node-1"
        let script = SharedData.repositoryRoot + "/docs/verify_audit.py"
        return try [
            ["python3", script, log, "--key", key],
            [GatewayProcess.binary, "audit", "verify", "--dir", log, "--key", key],
        ].map { try ChildProcess.run($0).ending }
    }

    private static func signatures(_ bench: KeyringBench) -> Int {
        bench.directory.read("audit/node-1/checkpoint").split(separator: "\n").count { $0.hasPrefix("\u{2014} ") }
    }

    private static func isDuplicate(_ gateway: GatewayProcess, _ secret: String, _ id: String) throws -> Bool {
        let answer = try gateway.answer(to: TestSender(secret: secret).cms(Fixture.body(id)))
        return answer.status == 200 && answer.fields["postern-duplicate"] == "1"
    }

    @Test("with a keyring a new log has its key and the replay secret there, and both hold over a restart")
    func new() throws {
        try KeyringBench.run { bench, gateway, secret in
            #expect(!OwnKeysTests.exists(bench, "node-1.key") && !OwnKeysTests.exists(bench, "replay.key"))
            let own = try bench.keys("list", "--json").objects.filter { $0["purpose"] == "internal" }
            #expect(own.map { $0["source"] } == ["internal:log-node-1", "internal:replay"])
            #expect(own.map { $0["alg"] } == ["ed25519", "hmac-sha256"])
            #expect(try KeyringBench.status(gateway, secret, "one") == 200)
            #expect(gateway.entry { $0.kind == "request.outcome" } != nil)
            #expect(try bench.auditText().components(separatedBy: #""kind":"key.add""#).count == 6)
            #expect(gateway.stop() == .exited(0))
            let key = try #require(try OwnKeysTests.verifierKeys(bench).first)
            #expect(try OwnKeysTests.verdicts(bench, key) == [.exited(0), .exited(0)])
            let again = try GatewayProcess(in: bench.directory)
            #expect(try OwnKeysTests.isDuplicate(again, secret, "one"))
            #expect(again.stop() == .exited(0))
            #expect(try OwnKeysTests.verifierKeys(bench) == [key])
            #expect(try OwnKeysTests.verdicts(bench, key) == [.exited(0), .exited(0)])
        }
    }

    @Test("'keys rotate internal:log' signs with both keys for the overlap; the log verifies across the change by each")
    func rotation() throws {
        try KeyringBench.run { bench, gateway, secret in
            let old = try #require(try OwnKeysTests.verifierKeys(bench).first)
            #expect(try KeyringBench.status(gateway, secret, "before") == 200)
            let rotated = try bench.keys("rotate", "internal:log", "--overlap", "1h", "--json", "--reason", "yearly")
            #expect(rotated.result.ending == .exited(0), "\(rotated.result.errors)")
            let new = try #require(rotated["vkey"])
            #expect(new != old)
            #expect(try KeyringBench.status(gateway, secret, "after") == 200)
            #expect(OwnKeysTests.signatures(bench) == 2)
            #expect(
                try bench.keys("rotate", "internal:log", "--status").result.output.contains("signs beside the new one")
            )
            #expect(gateway.stop() == .exited(0))
            #expect(try OwnKeysTests.verifierKeys(bench) == [new, old])
            for key in [old, new] { #expect(try OwnKeysTests.verdicts(bench, key) == [.exited(0), .exited(0)]) }
            // Without a gateway the command opens the log itself; a start takes up both keys.
            let second = try #require(try bench.keys("rotate", "internal:log", "--overlap", "1h", "--json")["vkey"])
            let again = try GatewayProcess(in: bench.directory)
            #expect(try OwnKeysTests.isDuplicate(again, secret, "before"))
            #expect(again.stop() == .exited(0))
            #expect(OwnKeysTests.signatures(bench) == 2)
            for key in [new, second] { #expect(try OwnKeysTests.verdicts(bench, key) == [.exited(0), .exited(0)]) }
            let states = try bench.keys("list", "internal:log", "--all", "--json").objects.map { $0["state"] }
            #expect(states == ["retired", "retiring", "active"])
            #expect(!OwnKeysTests.exists(bench, "node-1.key"))
            let log = try bench.auditText()
            #expect(log.components(separatedBy: #""kind":"audit.log_key""#).count == 3)
            #expect(log.contains("signs the audit log") && log.contains("yearly"))
        }
    }

    @Test("keys from before the keyring stay in their files until they are imported while the gateway runs")
    func imported() throws {
        try KeyringBench.run { bench, gateway, secret in
            // A log from before there was a keyring.
            #expect(gateway.stop() == .exited(0))
            try FileManager.default.removeItem(atPath: bench.directory.path + "/audit")
            let with = bench.directory.read("postern.yaml")
            try bench.directory.write("cms.key", secret)
            let without =
                with.replacing("keyring:cms", with: "file:cms.key").split(separator: "\n")
                .filter { !$0.hasPrefix("keys:") }.joined(separator: "\n") + "\n"
            for name in ["keys.json", "keys.acts", "keys.lock"] {
                try? FileManager.default.removeItem(atPath: bench.directory.path + "/" + name)
            }
            try bench.directory.write("postern.yaml", without)
            let first = try GatewayProcess(in: bench.directory)
            #expect(try KeyringBench.status(first, secret, "early") == 200)
            #expect(first.entry { $0.kind == "request.outcome" } != nil)
            #expect(first.stop() == .exited(0))
            let key = try #require(try OwnKeysTests.verifierKeys(bench).first)
            try bench.directory.write("postern.yaml", with)
            #expect(try bench.keys("import", "cms", "--secret-from", "-", input: secret).result.ending == .exited(0))
            let second = try GatewayProcess(in: bench.directory)
            #expect(second.log.contains("the audit log has its key in a file"))
            #expect(OwnKeysTests.exists(bench, "node-1.key") && OwnKeysTests.exists(bench, "replay.key"))
            #expect(try bench.keys("list", "--json").objects.count == 1)
            for name in ["internal:log", "internal:replay"] {
                let answer = try bench.keys("import", name, "--reason", "move").result
                #expect(answer.ending == .exited(0), "\(answer.errors)")
                #expect(answer.errors.contains("removed, the keyring has its key"))
                #expect(try bench.keys("import", name).result.ending == .exited(65))
            }
            #expect(!OwnKeysTests.exists(bench, "node-1.key") && !OwnKeysTests.exists(bench, "replay.key"))
            // The writer goes on with what it has, and its next new key goes to the keyring.
            #expect(try KeyringBench.status(second, secret, "late") == 200)
            let new = try #require(try bench.keys("rotate", "internal:log", "--overlap", "1h", "--json")["vkey"])
            #expect(!OwnKeysTests.exists(bench, "node-1.key"))
            #expect(second.stop() == .exited(0))
            for key in [key, new] { #expect(try OwnKeysTests.verdicts(bench, key) == [.exited(0), .exited(0)]) }
            let third = try GatewayProcess(in: bench.directory)
            #expect(try OwnKeysTests.isDuplicate(third, secret, "early"))
            #expect(try OwnKeysTests.isDuplicate(third, secret, "late"))
            #expect(third.stop() == .exited(0))
            #expect(try OwnKeysTests.verdicts(bench, new) == [.exited(0), .exited(0)])
            #expect(try bench.auditText().components(separatedBy: #""kind":"key.import""#).count == 4)
        }
    }

    @Test("a command that would leave the log without its signer, or forget deliveries, changes nothing")
    func refused() throws {
        try KeyringBench.run { bench, gateway, secret in
            #expect(try KeyringBench.status(gateway, secret, "one") == 200)
            _ = try bench.keys("rotate", "internal:log", "--overlap", "1h")
            let own = try bench.keys("list", "--json").objects.filter { $0["purpose"] == "internal" }
            func id(_ source: String, _ state: String) throws -> String {
                try #require(own.first { $0["source"] == source && $0["state"] == state }?["id"])
            }
            let log = try id("internal:log-node-1", "active")
            let old = try id("internal:log-node-1", "retiring")
            let replay = try id("internal:replay", "active")
            let before = bench.directory.read("keys.json")
            let table: [(arguments: [String], code: Int32, text: String)] = [
                (["revoke", log, "--reason", "r"], 65, "signs the audit log"),
                (["suspend", log], 65, "signs the audit log"),
                (["retire", log, "--force"], 65, "signs the audit log"),
                (["activate", old], 65, "does not come back"),
                (["suspend", replay], 65, "it stays"),
                (["destroy", replay, "--reason", "r"], 65, "is active and cannot be destroyed"),
                (["add", "internal:log"], 65, "makes the keys of 'internal:log-node-1' itself"),
                (["import", "internal:log"], 65, "has the key of the audit log already"),
                (["import", "internal:log", "--secret-from", "-"], 64, "leave --secret-from out"),
                (["import", "internal:log-other"], 65, "is 'internal:log-node-1'"),
                (["rotate", "internal:replay"], 65, "it stays"),
                (["rotate", "internal:log", "--undo"], 65, "cannot be taken back"),
                (["rotate", "internal:log", "--secret-from", "-"], 64, "never shown"),
                (["rotate", "sign:cms"], 65, "keys promote NEW"),
            ]
            for line in table {
                let result = try bench.keys(line.arguments).result
                let said = result.errors + result.output
                #expect(result.ending == .exited(line.code), "\(line.arguments): \(said)")
                #expect(said.contains(line.text), "\(line.arguments): \(said)")
                #expect(bench.directory.read("keys.json") == before, "\(line.arguments)")
            }
            // The old one may go early: it signs no more from the next start on.
            #expect(try bench.keys("revoke", old, "--reason", "leaked").result.ending == .exited(0))
            #expect(gateway.stop() == .exited(0))
            let again = try GatewayProcess(in: bench.directory)
            #expect(try OwnKeysTests.isDuplicate(again, secret, "one"))
            #expect(again.stop() == .exited(0))
            #expect(OwnKeysTests.signatures(bench) == 1)
        }
    }

    @Test("a replay secret that the keyring does not have is a loss that has to be accepted")
    func forgotten() throws {
        try KeyringBench.run { bench, gateway, secret in
            #expect(gateway.stop() == .exited(0))
            // The keyring is a new one: nobody has the key of the log and the replay secret any more.
            for name in ["keys.json", "keys.acts", "audit/keyring.rev"] {
                try? FileManager.default.removeItem(atPath: bench.directory.path + "/" + name)
            }
            _ = try bench.keys("import", "cms", "--secret-from", "-", input: secret)
            let serve = [GatewayProcess.binary, "serve", "--allow-root", "-c", bench.directory.path + "/postern.yaml"]
            let refused = try ChildProcess.run(serve)
            #expect(refused.ending == .exited(65), "\(refused.errors)")
            #expect(refused.errors.contains("--forget-replays"))
            #expect(try bench.keys("list", "--json").objects.count == 1)
        }
    }
}
