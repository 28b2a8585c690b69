import Foundation
import GatewayTestSupport
import Testing

@Suite("Keys")
struct KeysTests {
    @Test(
        "the whole life of a key: added, rotated, retired, revoked, destroyed, each act with its actor in the audit log"
    )
    func life() throws {
        try KeyringBench.run { bench, gateway, first in
            #expect(try KeyringBench.status(gateway, first, "one") == 200)
            let rotation = try bench.keys("rotate", "cms", "--json", "--reason", "yearly")
            let second = try #require(rotation["secret"])
            let (old, new) = (try #require(rotation["replaces"]), try #require(rotation["id"]))
            #expect(try bench.keys("rotate", "cms").result.ending == .exited(65))
            // Both are accepted before the sender has changed over, and after it.
            #expect(try KeyringBench.status(gateway, first, "two") == 200)
            #expect(try KeyringBench.status(gateway, second, "three") == 200)
            let promoted = gateway.entry { $0.kind == "key.promote" && $0.detail == "the sender uses it" }
            #expect(promoted != nil)
            #expect(Deadline.holds { (try? bench.key("retiring")) == old })
            #expect(try KeyringBench.status(gateway, first, "four") == 200)
            let retiring = gateway.entries.filter { $0.kind == "request.admit" && $0.sig?.state == "retiring" }
            #expect(retiring.map { $0.sig?.key } == [old])
            let status = try bench.keys("rotate", "cms", "--status").result.output
            #expect(status.contains("old key \(old) verified 3 of 4 events in 24 h: the sender still uses it"))
            let retired = try bench.keys("retire", old, "--after", "0s").result
            #expect(retired.errors.contains("warning: \(old) is in use: 3 of 4 events"))
            #expect(try bench.keys("revoke", old, "--reason", "leaked").result.ending == .exited(0))
            let refused = try gateway.answer(to: TestSender(secret: first).cms(Fixture.body("five")))
            #expect(refused.status == 401)
            let denial = gateway.entry { $0.kind == "request.deny" }
            #expect(denial?.reason == "signature.key_revoked")
            #expect(denial?.detail == "key_revoked: made with key \(old)")
            #expect(try bench.keys("destroy", old, "--reason", "leaked").result.ending == .exited(0))
            #expect(try KeyringBench.status(gateway, second, "six") == 200)
            #expect(try bench.keys("list", "cms", "--json").objects.map { $0["id"] } == [new])
            for kind in ["key.add", "key.promote", "key.retire", "key.revoke", "key.destroy", "key.first_use"] {
                #expect(gateway.entry { $0.kind == kind } != nil, "\(kind)")
            }
            let log = try bench.auditText()
            let revoked = try #require(log.split(separator: "\n").first { $0.contains(#""kind":"key.revoke""#) })
            #expect(revoked.contains(#""from":"retiring","id":"\#(old)""#) && revoked.contains(#""to":"revoked"}"#))
            #expect(revoked.contains(#""reason":"leaked""#) && revoked.contains(#""type":"user","uid":\#(getuid())"#))
            try KeysTests.reviewers(bench, old)
            #expect(!log.contains(first) && !log.contains(second) && !gateway.log.contains(second))
        }
    }

    /// Reviewers find the acts on a key by its id, in searches, the report and exports.
    private static func reviewers(_ bench: KeyringBench, _ id: String) throws {
        let log = ["-c", bench.directory.path + "/postern.yaml"]
        func audit(_ arguments: String...) throws -> String {
            let result = try ChildProcess.run([GatewayProcess.binary, "audit"] + arguments + log)
            #expect(result.ending == .exited(0), "\(arguments): \(result.errors)")
            return result.output
        }
        let table = try audit("search", "--key", id, "--kind", "key.*")
        for act in ["retired by", "revoked by", "destroyed by", "first used"] {
            #expect(table.contains("\(id) \(act)"), "\(act): \(table)")
        }
        #expect(try audit("review", "start").contains("\(id), leaked"))
        #expect(try audit("export", "--to", "csv", "--kind", "key.revoke").contains(",\(id),"))
        _ = try audit("report", "--standard", "pci", "--period", "2026", "--output", bench.directory.path)
        let report = bench.directory.read("audit-report-pci-2026.json")
        #expect(report.contains(#""revoke "#), "\(report)")
    }

    @Test(
        "30, 7 and 1 days before a key's date, or before the age that the policy allows, and after it: log, entry, metric, list",
        .enabled(if: ShiftedClock.isAvailable, "no C compiler for the clock")
    )
    func expiry() throws {
        let clock = try ShiftedClock()
        try clock.set("2027-03-01T12:00:00Z")
        let (upstream, directory) = (try RecordingUpstream(), try TestDirectory())
        let bench = KeyringBench(directory: directory, upstream: upstream)
        try bench.setup().changed { $0.keys = "file: keys.json, max_age: 40d" }.write(
            to: directory,
            upstream: upstream.port
        )
        func keys(_ arguments: String...) throws -> ChildProcess.Result {
            try ChildProcess.run(
                clock.launcher + [GatewayProcess.binary, "keys"] + arguments + ["-c", directory.path + "/postern.yaml"]
            )
        }
        #expect(try keys("init-master").ending == .exited(0))
        #expect(try keys("add", "cms").ending == .exited(0))
        #expect(try keys("add", "cms", "--expires-days", "20").ending == .exited(0))
        let gateway = try GatewayProcess(in: directory, launcher: clock.launcher)
        func said(_ detail: String) -> Bool {
            gateway.entry { $0.kind == "key.expiring" && $0.detail == detail } != nil
                && gateway.log.contains(detail)
        }
        #expect(said("expires in 20 days"))
        #expect(try keys("list").errors == "")
        try clock.set("2027-03-11T12:00:05Z")
        #expect(said("reaches 'keys: max_age' in 30 days"))
        let dates = try gateway.adminAnswer("/metrics").text.split(separator: "\n")
            .filter { $0.hasPrefix("postern_key_expiry_timestamp_seconds{source=\"cms\"") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.sorted()
        // 2027-03-21 and 2027-04-10, noon.
        #expect(dates.map { Int(($0 / 3600).rounded(.down)) } == [1_805_630_400 / 3600, 1_807_358_400 / 3600])
        try clock.set("2027-03-20T13:00:00Z")
        #expect(said("expires in 1 day"))
        try clock.set("2027-04-11T00:00:00Z")
        #expect(said("has expired"))
        #expect(said("is older than 'keys: max_age'"))
        let warnings = try keys("list").errors.split(separator: "\n").map { $0.dropFirst(23) }
        #expect(
            warnings == [
                " of cms is older than 'keys: max_age' since 2027-04-10 12:00: keys rotate cms",
                " of cms is due since 2027-03-21 12:00: keys rotate cms",
            ]
        )
        upstream.stop()
        let ending = gateway.stop()
        #expect(ending == .exited(0), "\(gateway.log)")
    }

    @Test("a revocation takes effect in the running gateway within one second, on every event loop")
    func revocation() throws {
        try KeyringBench.run(loops: 2) { bench, gateway, secret in
            let id = try #require(try bench.key("active"))
            let sender = TestSender(secret: secret)
            let clients = try (0..<8).map { _ in try gateway.connect() }
            for (index, client) in clients.enumerated() {
                client.send(sender.cms(Fixture.body("before \(index)")).bytes)
                #expect(try client.readResponse().status == 200)
            }
            let begun = Date()
            let answer = try bench.keys("revoke", id, "--reason", "drill")
            #expect(answer.result.errors.contains("the running gateway has taken it"))
            #expect(Date().timeIntervalSince(begun) < 5)
            for (index, client) in clients.enumerated() {
                client.send(sender.cms(Fixture.body("after \(index)")).bytes)
                #expect(try client.readResponse().status == 401)
            }
            let text = answer.result.errors
            let milliseconds = text.split(separator: "(").last.flatMap { Int($0.prefix { $0.isNumber }) }
            #expect(try #require(milliseconds) < 1_000)
        }
    }

    @Test("a delivery whose body is still to come when keys change is judged by the newer keys")
    func duringBody() throws {
        try KeyringBench.run { bench, gateway, secret in
            let next = "next-secret-0123456789abcdef-0123456789"
            let (early, late) = (try gateway.connect(), try gateway.connect())
            let given = TestSender(secret: next).cms(Fixture.body("given")).bytes
            let stolen = TestSender(secret: secret).cms(Fixture.body("stolen")).bytes
            early.send(Array(given.dropLast(10)))
            late.send(Array(stolen.dropLast(10)))
            // Both heads have been read once a later delivery on the same loop was answered.
            #expect(try KeyringBench.status(gateway, secret, "between") == 200)
            let id = try #require(try bench.key("active"))
            #expect(try bench.keys("import", "cms", "--secret-from", "-", input: next).result.ending == .exited(0))
            #expect(try bench.keys("revoke", id, "--reason", "drill").result.ending == .exited(0))
            early.send(Array(given.suffix(10)))
            late.send(Array(stolen.suffix(10)))
            #expect(try early.readResponse().status == 200)
            #expect(try late.readResponse().status == 401)
            #expect(gateway.entry { $0.reason == "signature.key_revoked" } != nil)
        }
    }

    @Test("a delivery that came while keys and sources changed is judged and counted for its own source")
    func sourcesDuringBody() throws {
        try KeyringBench.run(ahead: [("other", Setup.standard())]) { bench, gateway, secret in
            let sender = TestSender(secret: secret)
            let client = try gateway.connect()
            let violation = sender.cms(Fixture.body("moved", operation: "drop")).bytes
            client.send(Array(violation.dropLast(10)))
            #expect(try KeyringBench.status(gateway, secret, "between") == 200)
            try bench.setup().write(to: bench.directory, upstream: bench.upstream.port)
            gateway.signal(SIGHUP)
            #expect(gateway.entry { $0.kind == "config.reload" } != nil)
            #expect(try bench.keys("add", "cms").result.ending == .exited(0))
            client.send(Array(violation.suffix(10)))
            let response = try client.readResponse()
            #expect(response.status == 422, "\(gateway.entry { $0.rid == response.requestID }?.detail ?? "")")
            let violations = try gateway.metric("postern_schema_violations_total", #"source="cms""#)
            #expect(violations == 1)
            #expect(try KeyringBench.status(gateway, secret, "after") == 200)
        }
    }

    @Test("a delivery that came while keys changed is refused where the newer configuration refuses its head")
    func headDuringBody() throws {
        try KeyringBench.run { bench, gateway, secret in
            let client = try gateway.connect()
            let delivery = TestSender(secret: secret).cms(Fixture.body("late")).bytes
            client.send(Array(delivery.dropLast(10)))
            #expect(try KeyringBench.status(gateway, secret, "between") == 200)
            try bench.setup().write(to: bench.directory, upstream: bench.upstream.port)
            let text = bench.directory.read("postern.yaml")
            try bench.directory.write("postern.yaml", text.replacing("127.0.0.0/8]", with: "10.0.0.0/8]"))
            gateway.signal(SIGHUP)
            #expect(gateway.entry { $0.kind == "config.reload" } != nil)
            #expect(try bench.keys("add", "cms").result.ending == .exited(0))
            client.send(Array(delivery.suffix(10)))
            #expect(try client.readResponse().status == 403)
            #expect(bench.upstream.requests.count == 1)
        }
    }

    @Test("a broken keyring keeps the old keys, says why, and 'postern reload' fails; a good one is taken again")
    func broken() throws {
        try KeyringBench.run { bench, gateway, secret in
            let good = bench.directory.read("keys.json")
            let changed = good.replacing("\"state\":\"active\"", with: "\"state\":\"retired\"")
            for (index, text) in [changed, String(good.dropLast(40)), "", "{}"].enumerated() {
                try bench.directory.write("keys.json", text)
                #expect(Deadline.holds { (try? gateway.metric("postern_keyring_last_reload_success")) == 0 })
                #expect(try KeyringBench.status(gateway, secret, "kept \(index)") == 200)
                let reload = try ChildProcess.run([
                    GatewayProcess.binary, "reload", "-c", bench.directory.path + "/postern.yaml",
                ])
                #expect(reload.ending == .exited(78))
                #expect(reload.errors.contains("keys.json"))
                let listed = try bench.keys("list").result
                #expect(listed.ending == .exited(65) && listed.errors.contains("keys.json"), "\(listed.errors)")
            }
            // A file that is written in place may be seen half-written as well, which is refused for another reason.
            let text = "changed without its master key, or is damaged"
            #expect(gateway.entry { $0.kind == "keyring.reject" && $0.detail?.contains(text) == true } != nil)
            #expect(gateway.log.contains("keyring rejected, the old keys stay"))
            try bench.directory.write("keys.json", good)
            #expect(Deadline.holds { (try? gateway.metric("postern_keyring_last_reload_success")) == 1 })
            #expect(try KeyringBench.status(gateway, secret, "good") == 200)
        }
    }

    @Test("an older copy of the keyring is refused by gateway and commands, until it is allowed on purpose")
    func rollback() throws {
        try KeyringBench.run { bench, gateway, secret in
            let old = bench.directory.read("keys.json")
            let id = try #require(try bench.key("active"))
            #expect(try bench.keys("revoke", id, "--reason", "leaked").result.ending == .exited(0))
            try bench.directory.write("keys.json", old)
            #expect(gateway.entry { $0.kind == "keyring.reject" } != nil)
            #expect(try KeyringBench.status(gateway, secret, "refused") == 401)
            #expect(try bench.keys("list").result.ending == .exited(75))
            #expect(try bench.keys("verify").result.ending == .exited(75))
            let allowed = try bench.keys("verify", "--allow-rollback", "--reason", "restored")
            #expect(allowed.result.ending == .exited(0), "\(allowed.result.errors)")
            #expect(
                gateway.entry { $0.kind == "keyring.load" && $0.detail?.contains("rollback allowed") == true } != nil
            )
        }
    }

    @Test("what is wrong has its message and exit code, and changes nothing")
    func mistakes() throws {
        try KeyringBench.run { bench, _, secret in
            let before = bench.directory.read("keys.json")
            let id = try #require(try bench.key("active"))
            let table: [(arguments: [String], input: String, code: Int32, text: String)] = [
                (["show", "nobody"], "", 1, "the keyring has no key 'nobody'"),
                (["list", "nobody"], "", 1, "the keyring has no source 'nobody'; it has cms"),
                (["revoke", "k_0", "--reason", "r"], "", 1, "the keyring has no key 'k_0'"),
                (["revoke", id], "", 64, "--reason"),
                (["activate", id], "", 65, "is active and cannot be activated"),
                (["destroy", id, "--reason", "r"], "", 65, "is active and cannot be destroyed"),
                (["promote", id], "", 65, "is the primary already"),
                (["retire", id], "", 65, "is the only key of 'cms' that stays accepted"),
                (["rotate", "nobody"], "", 1, "the keyring has no source 'nobody'"),
                (["rotate", "cms", "--undo"], "", 65, "no rotation of 'cms' is under way"),
                (["rotate", "cms", "--overlap", "30d"], "", 64, "7 days"),
                (["import", "cms", "--secret-from", "-"], "short", 65, "at least 16 bytes"),
                (["import", "cms", "--secret-from", "-"], "changeme", 65, "placeholder"),
                (["import", "other", "--secret-from", "-"], secret, 65, "is in the keyring already: cms"),
                (["import", "cms", "--secret-from", "-"], "", 66, "no secret is there"),
                (["import", "cms", "--secret-from", "/nowhere"], "", 66, "cannot be read"),
                (["add", "Bad Name"], "", 65, "cannot be a source's name"),
                (["init-master"], "", 73, "exists"),
                (["export", id, "--reason", "r", "--encrypt-with", "/bin/false"], "", 74, "ended with exit code 1"),
            ]
            for line in table {
                let result = try bench.keys(line.arguments, input: line.input).result
                let said = (result.errors + result.output).lowercased()
                #expect(result.ending == .exited(line.code), "\(line.arguments): \(said)")
                #expect(said.contains(line.text.lowercased()), "\(line.arguments): \(said)")
                #expect(bench.directory.read("keys.json") == before, "\(line.arguments)")
            }
        }
    }

    @Test("a wrong, a readable and a missing master key are told apart; a directory that cannot be written is 73")
    func master() throws {
        let directory = try TestDirectory()
        let bench = KeyringBench(directory: directory, upstream: try RecordingUpstream())
        let text = "version: 1\nkeys: {file: ring/keys.json, master: \"file:m\"}\n"
        try directory.write("postern.yaml", text)
        try directory.write("m", String(repeating: "ab", count: 32))
        #expect(try bench.keys("add", "cms").result.ending == .exited(73))
        try FileManager.default.createDirectory(atPath: directory.path + "/ring", withIntermediateDirectories: true)
        #expect(try bench.keys("add", "cms").result.ending == .exited(0))
        try directory.write("m", String(repeating: "ac", count: 32))
        let wrong = try bench.keys("list").result
        #expect(wrong.ending == .exited(78))
        #expect(wrong.errors.contains("the master key is not the one that the keyring was made with"))
        try directory.write("m", "too short")
        #expect(try bench.keys("list").result.errors.contains("has to be 32 bytes"))
        try FileManager.default.removeItem(atPath: directory.path + "/m")
        #expect(try bench.keys("list").result.ending == .exited(78))
        try directory.write("p", String(repeating: "ab", count: 32))
        let program = text.replacing("file:m", with: "exec:/bin/cat \(directory.path)/p")
        try directory.write("postern.yaml", program)
        #expect(try bench.keys("list").result.ending == .exited(0))
        #expect(try bench.keys("rewrap", "--new-master", "file:n").result.ending == .exited(78))
        try directory.write("n", String(repeating: "cd", count: 32))
        #expect(try bench.keys("rewrap", "--new-master", "file:n").result.ending == .exited(0))
        #expect(try bench.keys("list").result.ending == .exited(78))
        try directory.write("postern.yaml", text.replacing("file:m", with: "file:n"))
        #expect(try bench.keys("verify").result.ending == .exited(0))
        try directory.write("postern.yaml", text.replacing("file:m", with: "exec:/bin/sleep 60"))
        let slow = try bench.keys("list").result
        #expect(slow.ending == .exited(78) && slow.errors.contains("did not end within 5 s"))
    }

    @Test("many commands at once lose no update")
    func concurrent() throws {
        try KeyringBench.run { (bench, _, _) throws in
            // One more change is the gateway's: the month's keys for audit entries.
            let endings = inParallel(12) { index in
                try? bench.keys("add", "source-\(index)").result.ending
            }
            #expect(endings == Array(repeating: .exited(0), count: 12))
            #expect(try bench.keys("list", "--json").objects.count == 15)
            #expect(try bench.keys("verify", "--json")["revision"] == "16")
        }
    }

    @Test("a command that is killed at any moment leaves the old or the new keyring, and the next one works")
    func killed() throws {
        let directory = try TestDirectory()
        let bench = KeyringBench(directory: directory, upstream: try RecordingUpstream())
        try directory.write("postern.yaml", "version: 1\nkeys: {file: keys.json}\n")
        _ = try bench.keys("init-master")
        _ = try bench.keys("add", "first")
        let command = [GatewayProcess.binary, "keys", "rotate", "first", "-c", directory.path + "/postern.yaml"]
        // The kills are spread over twice the time that a whole command takes on this machine.
        let begun = Date()
        _ = try ChildProcess.run([GatewayProcess.binary, "keys", "list", "-c", directory.path + "/postern.yaml"])
        let whole = Date().timeIntervalSince(begun) * 1e6
        var revisions: Set<String> = []
        for round in 0..<100 {
            let child = try ChildProcess(command, output: "/dev/null", errors: "/dev/null")
            usleep(UInt32(min(whole, 2e6) * 2 / 25 * Double(round % 25)))
            child.kill(SIGKILL)
            _ = child.wait()
            let answer = try bench.keys("verify", "--json")
            #expect(answer.result.ending == .exited(0), "round \(round): \(answer.result.errors)")
            revisions.insert(answer["revision"] ?? "")
            _ = try bench.keys("rotate", "first", "--undo")
            if let id = try bench.key("suspended") {
                _ = try bench.keys("revoke", id, "--reason", "round")
                _ = try bench.keys("destroy", id, "--reason", "round")
            }
        }
        // Some rounds were killed before the change, some after it.
        #expect(revisions.count > 1)
    }

    @Test("what a stolen key let in is told by source, address, event and outcome, and exported")
    func blastRadius() throws {
        try KeyringBench.run { bench, gateway, secret in
            for index in 0..<3 { #expect(try KeyringBench.status(gateway, secret, "stolen \(index)") == 200) }
            #expect(gateway.entry { $0.kind == "request.outcome" } != nil)
            _ = Deadline.holds { gateway.entries.filter { $0.kind == "request.outcome" }.count == 3 }
            let id = try #require(try bench.key("active"))
            let file = bench.directory.path + "/events"
            let result = try bench.keys(
                "revoke",
                id,
                "--reason",
                "stolen",
                "--compromised-since",
                "1h",
                "--export",
                file
            ).result
            #expect(result.ending == .exited(0), "\(result.errors)")
            #expect(result.output.contains("3 of 3 events"))
            let row = result.output.split(separator: "\n").last?.split(separator: " ").map(String.init)
            #expect(row == ["cms", "127.0.0.1", "orders.create", "done", "3", "3"])
            #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
            #expect(bench.directory.read("events").split(separator: "\n").count == 3)
        }
    }

    @Test("what a key let in alone is told exactly: a delivery that another accepted key fits too is not counted")
    func blastRadiusAlone() throws {
        try KeyringBench.run { bench, gateway, _ in
            let first = try bench.keys("add", "std", "--encoding", "whsec", "--json")
            let second = try bench.keys("add", "std", "--encoding", "whsec", "--json")
            let standard = Setup.standard().replacing("file:standard.key", with: "keyring:std")
            try bench.setup(ahead: [("std", standard)]).write(to: bench.directory, upstream: bench.upstream.port)
            gateway.signal(SIGHUP)
            #expect(gateway.entry { $0.kind == "config.reload" } != nil)
            let senders = try [first, second].map { TestSender(secret: try #require($0["secret"])) }
            func deliver(_ id: String, _ used: [TestSender], extra: String = "") throws {
                var delivery = used[0].standard("{}", id: id)
                for sender in used.dropFirst() {
                    let other = sender.standard("{}", id: id)
                    // Both sign the same second.
                    try #require(other["Webhook-Timestamp"] == delivery["Webhook-Timestamp"])
                    delivery["Webhook-Signature"] =
                        (delivery["Webhook-Signature"] ?? "") + " "
                        + (other["Webhook-Signature"] ?? "")
                }
                delivery["Webhook-Signature"] = (delivery["Webhook-Signature"] ?? "") + extra
                #expect(try gateway.answer(to: delivery).status == 200)
            }
            while Date().timeIntervalSince1970.truncatingRemainder(dividingBy: 1) > 0.5 { usleep(10_000) }
            try deliver("both", senders)
            try deliver("reversed", senders.reversed())
            try deliver("mine", [senders[0]])
            // A second signature that nobody accepts says nothing for the delivery.
            try deliver("padded", [senders[0]], extra: " v1," + Data(repeating: 7, count: 32).base64EncodedString())
            try deliver("theirs", [senders[1]])
            let (one, two) = (try #require(first["id"]), try #require(second["id"]))
            let both = try bench.auditText().split(separator: "\n").filter { $0.contains(#""also":["#) }
            #expect(both.count == 2 && both.allSatisfy { $0.contains(#""also":["\#(two)"],"key":"\#(one)","n":2"#) })
            let answer = try bench.keys("revoke", one, "--reason", "drill", "--compromised-since", "1h", "--json")
            let events = answer.objects.filter { $0["rid"] != nil }
            #expect(events.map { $0["event"] } == ["both", "reversed", "mine", "padded"])
            #expect(events.map { $0["alone"] } == ["0", "0", "1", "1"])
            #expect(events.map { $0["other_keys"] } == [two, two, "", ""])
            // Asked for the other key, the deliveries that it fitted beside the first are its own as well.
            let other = try bench.keys("revoke", two, "--reason", "drill", "--compromised-since", "1h").result.output
            #expect(other.contains("3 of 5 events") && other.contains("no other accepted key fitting: 1\n"), "\(other)")
            #expect(other.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    @Test("a key moves to another keyring sealed for it, and is accepted there; nobody else can read it on the way")
    func moved() throws {
        try KeyringBench.run { bench, _, secret in
            let id = try #require(try bench.key("active"))
            try KeyringBench.run { other, gateway, _ in
                let made = try other.keys("add", "internal:transfer", "--json")
                let recipient = try #require(made["recipient"])
                #expect(made["secret"] == nil)
                #expect(try other.keys("show", "internal:transfer", "--json")["recipient"] == recipient)
                #expect(try other.keys("show", "internal:transfer").result.output.contains("\n  \(recipient)\n"))
                let exported = try bench.keys("export", id, "--reason", "move", "--to", recipient).result
                #expect(exported.ending == .exited(0), "\(exported.errors)")
                #expect(!exported.output.contains(secret) && exported.output.contains(recipient))
                let taken = try other.keys("import", "cms", "--sealed", "-", "--json", input: exported.output)
                #expect(taken.result.ending == .exited(0), "\(taken.result.errors)")
                #expect(taken.result.errors.contains("was \(id) of 'cms' in the keyring that sealed it"))
                #expect(try KeyringBench.status(gateway, secret, "moved") == 200)
                let table: [(arguments: [String], input: String, code: Int32, text: String)] = [
                    (["import", "cms", "--sealed", "-"], exported.output, 65, "is in the keyring already"),
                    (["import", "cms", "--sealed", "-"], String(exported.output.dropLast(9)), 65, "is not a key that"),
                    (["import", "cms", "--sealed", "/nowhere"], "", 66, "cannot be read"),
                    (["import", "cms", "--sealed", "-", "--encoding", "hex"], "", 64, "brings secret and encoding"),
                    (
                        ["export", id, "--reason", "r", "--to", String(recipient.dropLast()) + "x"], "", 64,
                        "typing error"
                    ),
                    (["export", id, "--reason", "r"], "", 64, "Either --to or --encrypt-with"),
                ]
                for line in table {
                    let result = try other.keys(line.arguments, input: line.input).result
                    #expect(result.ending == .exited(line.code), "\(line.arguments): \(result.errors)")
                    #expect(result.errors.contains(line.text), "\(line.arguments): \(result.errors)")
                }
                let stranger = try bench.keys("import", "cms", "--sealed", "-", input: exported.output).result
                #expect(stranger.ending == .exited(65) && stranger.errors.contains("which is not of this keyring"))
            }
            #expect(try bench.auditText().contains("sealed for postern-x25519:"))
        }
    }

    @Test("use is counted over restarts")
    func restart() throws {
        try KeyringBench.run { bench, gateway, secret in
            for index in 0..<3 { _ = try KeyringBench.status(gateway, secret, "first \(index)") }
            #expect(gateway.stop() == .exited(0))
            let again = try GatewayProcess(in: bench.directory)
            _ = try KeyringBench.status(again, secret, "second")
            #expect(try bench.keys("usage", "cms", "--json")["events_total"] == "4")
            #expect(again.stop() == .exited(0))
            #expect(try bench.keys("usage", "cms", "--json")["events_24h"] == "4")
        }
    }

    @Test("a configuration with a source of which no key is accepted is refused by check, start and reload")
    func keyless() throws {
        try KeyringBench.run { bench, gateway, secret in
            let configuration = bench.directory.path + "/postern.yaml"
            let id = try #require(try bench.key("active"))
            // The keys decide while the gateway runs: what takes the last one away is in force.
            let suspended = try bench.keys("suspend", id).result
            #expect(suspended.ending == .exited(0))
            #expect(suspended.errors.contains("'cms' has no accepted key now"))
            #expect(try KeyringBench.status(gateway, secret, "suspended") == 401)
            #expect(gateway.log.contains("no key of a source is accepted any more"))
            let text = "no key of source 'cms' is accepted, so that all its deliveries would be refused"
            for command in [["check"], ["reload"], ["serve", "--allow-root"]] {
                let result = try ChildProcess.run([GatewayProcess.binary] + command + ["-c", configuration])
                #expect(result.ending == .exited(78), "\(command): \(result.errors)")
                #expect(result.errors.contains(text), "\(command): \(result.errors)")
            }
            #expect(gateway.entry { $0.kind == "config.reject" }?.detail?.contains(text) == true)
            #expect(try bench.keys("activate", id).result.ending == .exited(0))
            #expect(try KeyringBench.status(gateway, secret, "active") == 200)
            // A reload that was refused does not hold up a revocation, and the last key is as good as any.
            let revoked = try bench.keys("revoke", id, "--reason", "leaked").result
            #expect(revoked.errors.contains("the running gateway has taken it"), "\(revoked.errors)")
            #expect(try KeyringBench.status(gateway, secret, "revoked") == 401)
            let refused = try ChildProcess.run([GatewayProcess.binary, "reload", "-c", configuration])
            #expect(refused.ending == .exited(78))
            #expect(try KeyringBench.status(gateway, secret, "still revoked") == 401)
            let next = try #require(try bench.keys("add", "cms", "--json")["secret"])
            #expect(try KeyringBench.status(gateway, next, "next") == 200)
            let reload = try ChildProcess.run([GatewayProcess.binary, "reload", "-c", configuration])
            #expect(reload.ending == .exited(0), "\(reload.errors)")
            #expect(try KeyringBench.status(gateway, secret, "and still") == 401)
        }
    }

    @Test(
        "a delivery is not forwarded without the signature of a key that was taken away; an active key brings it back"
    )
    func outboundKey() throws {
        try KeyringBench.run { bench, gateway, secret in
            let added = try bench.keys("add", "sign:cms", "--json")
            let id = try #require(added["id"])
            let configuration = bench.directory.path + "/postern.yaml"
            let text = bench.directory.read("postern.yaml")
            let changed = text.replacing("forward: {", with: "forward: {outbound_key: keyring:sign:cms, ")
            try #require(changed != text)
            try bench.directory.write("postern.yaml", changed)
            let reload = [GatewayProcess.binary, "reload", "-c", configuration]
            #expect(try ChildProcess.run(reload).ending == .exited(0))
            #expect(try KeyringBench.status(gateway, secret, "signed") == 200)
            #expect(bench.upstream.requests.last?.fields["postern-verified"] != nil)
            let count = bench.upstream.requests.count
            let revoked = try bench.keys("revoke", id, "--reason", "leaked").result
            #expect(revoked.errors.contains("'sign:cms' has no active key now"))
            #expect(revoked.errors.contains("the running gateway has taken it"))
            let answer = try gateway.answer(to: TestSender(secret: secret).cms(Fixture.body("unsigned")))
            #expect(answer.status == 503)
            #expect(gateway.entry { $0.reason == "keyring.unavailable" } != nil)
            #expect(bench.upstream.requests.count == count)
            #expect(try ChildProcess.run(reload).ending == .exited(78))
            _ = try bench.keys("add", "sign:cms")
            // The claim was given back: the same event goes through now.
            #expect(try KeyringBench.status(gateway, secret, "unsigned") == 200)
        }
    }

    @Test("a rewrap is followed without a restart while deliveries come; a reference that nobody vouches for is not")
    func rewrap() throws {
        try KeyringBench.run(loops: 2) { bench, gateway, secret in
            let isDone = Guarded(false)
            let port = gateway.port
            let results = inParallel(4) { worker -> (sent: Int, refused: Int) in
                if worker == 0 {
                    #expect(throws: Never.self) { try KeysTests.rewrapTwice(bench) }
                    isDone.withLock { $0 = true }
                    return (0, 0)
                }
                var (sent, refused) = (0, 0)
                var client = try? RawClient(port: port)
                while !isDone.withLock({ $0 }) {
                    client?.send(TestSender(secret: secret).cms(Fixture.body("\(worker) \(sent)")).bytes)
                    let response = try? client?.readResponse()
                    sent += 1
                    if response?.status != 200 { refused += 1 }
                    if response == nil || response?.closes == true { client = try? RawClient(port: port) }
                }
                return (sent, refused)
            }
            #expect(results.map(\.sent).reduce(0, +) > 100)
            #expect(results.map(\.refused).reduce(0, +) == 0)
            // The keys are under the new master key for good.
            let id = try #require(try bench.key("active"))
            let added = try #require(try bench.keys("add", "cms", "--json")["secret"])
            #expect(try bench.keys("revoke", id, "--reason", "drill").result.errors.contains("has taken it"))
            #expect(try KeyringBench.status(gateway, secret, "revoked") == 401)
            #expect(gateway.stop() == .exited(0))
            let again = try GatewayProcess(in: bench.directory)
            #expect(try KeyringBench.status(again, added, "again") == 200)
            #expect(again.stop() == .exited(0))
        }
    }

    /// Puts the keyring under two further master keys, the first of which the configuration learns of only later.
    private static func rewrapTwice(_ bench: KeyringBench) throws {
        for (name, byte) in [("m1", "a1"), ("m2", "b2")] {
            try bench.directory.write(name, String(repeating: byte, count: 32))
            let rewrapped = try bench.keys("rewrap", "--new-master", "file:\(name)").result
            #expect(rewrapped.ending == .exited(0), "\(rewrapped.errors)")
            #expect(rewrapped.errors.contains("the running gateway has taken it"), "\(rewrapped.errors)")
            // Commands go by the configuration.
            #expect(try bench.keys("list").result.ending == .exited(78))
            let text = bench.directory.read("postern.yaml").split(separator: "\n", omittingEmptySubsequences: false)
                .map { line in
                    guard line.hasPrefix("keys:") else { return String(line) }
                    return "keys: {file: keys.json, overlap: 1h, master: \"file:\(name)\"}"
                }
            try bench.directory.write("postern.yaml", text.joined(separator: "\n"))
            let configuration = bench.directory.path + "/postern.yaml"
            let reload = try ChildProcess.run([GatewayProcess.binary, "reload", "-c", configuration])
            #expect(reload.ending == .exited(0), "\(reload.errors)")
            #expect(try bench.keys("verify").result.ending == .exited(0))
        }
        // A configuration that names a wrong master key is refused, and the right one stays.
        let right = bench.directory.read("postern.yaml")
        try bench.directory.write("postern.yaml", right.replacing("file:m2", with: "file:m1"))
        let configuration = bench.directory.path + "/postern.yaml"
        let reload = try ChildProcess.run([GatewayProcess.binary, "reload", "-c", configuration])
        #expect(reload.ending == .exited(78))
        try bench.directory.write("postern.yaml", right)
    }

    @Test("after 'destroy' the memory of the running gateway does not hold the secret", .enabled(if: geteuid() == 0))
    func memory() throws {
        try KeyringBench.run(loops: 2) { bench, gateway, secret in
            let client = try gateway.connect()
            client.send(TestSender(secret: secret).cms(Fixture.body("idle")).bytes)
            #expect(try client.readResponse().status == 200)
            // The search can find something: the key is there while it is in use.
            #expect(try ProcessMemory.count(Array(secret.utf8), in: gateway.processID) > 0)
            let id = try #require(try bench.key("active"))
            _ = try bench.keys("add", "cms", "--json")
            _ = try bench.keys("revoke", id, "--reason", "drill")
            let destroyed = try bench.keys("destroy", id, "--reason", "drill")
            #expect(destroyed.result.errors.contains("the running gateway has taken it"))
            #expect(Deadline.holds { (try? ProcessMemory.count(Array(secret.utf8), in: gateway.processID)) == 0 })
        }
    }

    @Test("a rotating signer under load: no event is wrongly refused, none accepted outside of the rule")
    func drill() throws {
        try KeyringBench.run(loops: 2) { bench, gateway, first in
            let secret = Guarded((new: first, round: 0))
            let isDone = Guarded(false)
            let port = gateway.port
            let results = inParallel(5) { worker -> (sent: Int, refused: Int, wrong: Int) in
                if worker == 0 {
                    let wrong = KeysTests.rotate(bench, gateway, rounds: 3, secret)
                    isDone.withLock { $0 = true }
                    return (0, 0, wrong)
                }
                var (sent, refused) = (0, 0)
                var current = first
                var client = try? RawClient(port: port)
                while !isDone.withLock({ $0 }) {
                    // Each sender changes over at a moment of its own.
                    if sent % (worker * 7) == 0 { current = secret.withLock { $0.new } }
                    client?.send(TestSender(secret: current).cms(Fixture.body("\(worker) \(sent)")).bytes)
                    let response = try? client?.readResponse()
                    sent += 1
                    if response?.status != 200 { refused += 1 }
                    if response == nil || response?.closes == true { client = try? RawClient(port: port) }
                }
                return (sent, refused, 0)
            }
            #expect(results.map(\.sent).reduce(0, +) > 300)
            #expect(results.map(\.refused).reduce(0, +) == 0)
            #expect(results.map(\.wrong).reduce(0, +) == 0)
        }
    }

    /// Rotates again and again; gives how often an old key was accepted after its time, or a step failed.
    private static func rotate(
        _ bench: KeyringBench,
        _ gateway: GatewayProcess,
        rounds: Int,
        _ secret: Guarded<(new: String, round: Int)>
    ) -> Int {
        var wrong = 0
        for round in 1...rounds {
            let old = secret.withLock { $0.new }
            guard let answer = try? bench.keys("rotate", "cms", "--json", "--overlap", "1s"),
                let new = answer["secret"],
                let replaced = answer["replaces"]
            else { return wrong + 100 }
            secret.withLock { $0 = (new, round) }
            let isOver = Deadline.holds(seconds: 20) {
                let keys = (try? bench.keys("list", "--json").objects) ?? []
                guard let text = keys.first(where: { $0["id"] == replaced })?["not_after"],
                    let end = ISO8601DateFormatter().date(from: text)
                else { return false }
                return Date() > end.addingTimeInterval(1)
            }
            if !isOver { wrong += 1 }
            if (try? KeyringBench.status(gateway, old, "late \(round)")) != 401 { wrong += 1 }
        }
        return wrong
    }
}

extension KeyringBench {
    /// All lines of the audit log.
    func auditText() throws -> String {
        let segments = directory.path + "/audit/node-1/segments"
        return try FileManager.default.contentsOfDirectory(atPath: segments).sorted()
            .map { directory.read("audit/node-1/segments/\($0)") }.joined()
    }
}
