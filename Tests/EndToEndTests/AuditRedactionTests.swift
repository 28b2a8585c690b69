import Foundation
import GatewayTestSupport
import Testing

/// What entries hide, how it is found again, opened and erased, on the built binary.
@Suite("Audit redaction")
struct AuditRedactionTests {
    private static let fields =
        "audit: {fields: {/collection: plain, /data/id: mac, /data/email: seal, /data/amount: mac, client.ip: seal, http.ua: mac}}"

    /// A gateway with a keyring whose only source hides fields.
    private struct Site {
        let directory: TestDirectory
        let upstream: RecordingUpstream

        init(
            fields: String = AuditRedactionTests.fields,
            keys: String = "file: keys.json",
            clock: ShiftedClock? = nil
        ) throws {
            upstream = try RecordingUpstream()
            directory = try TestDirectory()
            try write(fields: fields, keys: keys)
            if !keys.isEmpty {
                let made = try postern(["keys", "init-master"], clock)
                guard made.ending == .exited(0) else { throw GatewayProcess.Fault(description: made.errors) }
                let added = try postern(["keys", "add", "sign:handler"], clock)
                guard added.ending == .exited(0) else { throw GatewayProcess.Fault(description: added.errors) }
            }
        }

        func write(fields: String, keys: String = "file: keys.json") throws {
            let setup = Setup(cms: fields).changed {
                $0.keys = keys
                $0.admin = "socket: \(directory.path)/admin.sock, address: 127.0.0.1:0"
            }
            try setup.write(to: directory, upstream: upstream.port)
        }

        func postern(_ arguments: [String], _ clock: ShiftedClock? = nil) throws -> ChildProcess.Result {
            try ChildProcess.run(
                (clock?.launcher ?? []) + [GatewayProcess.binary] + arguments
                    + ["-c", directory.path + "/" + GatewayProcess.configurationName],
                seconds: 60
            )
        }

        func audit(_ arguments: String...) throws -> ChildProcess.Result { try postern(["audit"] + arguments) }

        /// Everything below the audit directory, keys left out.
        var everything: String {
            let root = directory.path + "/audit"
            let names = FileManager.default.enumerator(atPath: root)?.allObjects.compactMap { $0 as? String } ?? []
            return names.compactMap { FileManager.default.contents(atPath: root + "/" + $0) }
                .map { String(decoding: $0, as: UTF8.self) }.joined()
        }
    }

    private static func delivery(_ id: String, email: String, amount: String = "12.50") -> TestDelivery {
        var delivery = TestSender.cms.cms(
            #"{"collection":"orders","operation":"create","data":{"id":"\#(id)","email":"\#(email)","amount":\#(amount)}}"#
        )
        delivery.target += "?trace=visible-in-query"
        return delivery
    }

    @Test("nothing hidden is anywhere in clear; a known value finds its entries; a sealed one opens, and is recorded")
    func hidden() throws {
        let site = try Site()
        let gateway = try GatewayProcess(in: site.directory)
        let first = try gateway.answer(to: AuditRedactionTests.delivery("order-1", email: "bob@example.com"))
        let second = try gateway.answer(to: AuditRedactionTests.delivery("order-2", email: "bob@example.com"))
        let third = try gateway.answer(
            to: AuditRedactionTests.delivery("order-3", email: "eve@example.com", amount: "12.5")
        )
        #expect([first, second, third].map(\.status) == [200, 200, 200])
        let entry = try #require(gateway.entries(of: first.requestID, until: "request.admit").first)
        let twin = try #require(gateway.entries(of: second.requestID, until: "request.admit").first)
        let other = try #require(gateway.entries(of: third.requestID, until: "request.admit").first)
        #expect(entry.fields?["/collection"] == "orders")
        for value in [
            entry.fields?["/data/id"], entry.fields?["/data/email"], entry.fields?["/data/amount"], entry.client?.ip,
            entry.client?.peer, entry.http?.ua, entry.http?.query, entry.body?.mac,
        ] { #expect(value?.wholeMatch(of: /m1:\d{4}-\d\d:[A-Za-z0-9_-]{22}/) != nil, "\(value ?? "absent")") }
        #expect(entry.fields?["/data/email"] == twin.fields?["/data/email"])
        #expect(entry.fields?["/data/id"] != twin.fields?["/data/id"])
        #expect(entry.fields?["/data/amount"] != other.fields?["/data/amount"], "numbers count by their source text")
        for secret in ["bob@", "order-1", "12.50", "127.0.0.1\"", "sender/1.0", "visible-in-query"] {
            #expect(!site.everything.contains(secret), "\(secret)")
        }

        let found = try site.audit("match", "--field", "/data/email=bob@example.com", "--json")
        #expect(found.ending == .exited(0), "\(found.errors)")
        #expect(found.output.split(separator: "\n").count == 2)
        #expect(try site.audit("match", "--field", "/data/email=nobody@example.com").ending == .exited(1))
        let both = ["--field", "client.ip=127.0.0.1", "--field", "/data/id=order-3", "--json"]
        #expect(try site.postern(["audit", "match"] + both).output.split(separator: "\n").count == 1)
        let payload = AuditRedactionTests.delivery("order-2", email: "bob@example.com").body
        try Data(payload).write(to: URL(fileURLWithPath: site.directory.path + "/payload"))
        let body = try site.audit("match", "--payload", site.directory.path + "/payload", "--json")
        #expect(body.output.contains(second.requestID) && body.output.split(separator: "\n").count == 1)
        #expect(!site.everything.contains("nobody@"), "a value that was looked for is not recorded in clear")
        let access = try #require(gateway.entry { $0.kind == "audit.access" })
        #expect(access.kind == "audit.access")

        let plain = try site.audit("show", first.requestID)
        #expect(!plain.output.contains("bob@"))
        let revealed = try site.audit("show", first.requestID, "--reveal")
        #expect(revealed.output.contains("/data/email: bob@example.com"), "\(revealed.output)\(revealed.errors)")
        #expect(revealed.output.contains("client.ip: 127.0.0.1"))
        #expect(gateway.stop() == .exited(0))
        #expect(site.everything.contains("\(first.requestID) reveal"))
        #expect(try site.audit("verify").ending == .exited(0))
        site.upstream.stop()
    }

    @Test(
        "redact erases a person's values for good, keeps others and what is held, and the log verifies in both verifiers"
    )
    func redact() throws {
        let site = try Site()
        let gateway = try GatewayProcess(in: site.directory)
        let bob = try gateway.answer(to: AuditRedactionTests.delivery("order-1", email: "bob@example.com"))
        let eve = try gateway.answer(to: AuditRedactionTests.delivery("order-2", email: "eve@example.com"))
        let field = "/data/email=bob@example.com"
        let dry = try site.audit("redact", "--legal-basis", "Art. 17", "--field", field, "--dry-run", "--json")
        #expect(
            dry.output.contains(#""dry_run":true,"values":2,"of_entries":1,"held":0"#),
            "\(dry.output)\(dry.errors)"
        )
        #expect(try site.audit("hold", "add", "case-1", "--ref", "x", "--source", "cms").ending == .exited(0))
        let held = try site.audit("redact", "--legal-basis", "Art. 17", "--field", field)
        #expect(held.ending == .exited(1), "\(held.output)")
        #expect((held.output + held.errors).contains("case-1"))
        #expect(try site.audit("hold", "release", "case-1").ending == .exited(0))
        let done = try site.audit(
            "redact",
            "--legal-basis",
            "Art. 17",
            "--field",
            field,
            "--path",
            "/data/email",
            "--json"
        )
        #expect(done.ending == .exited(0) && done.output.contains(#""values":1"#), "\(done.output)\(done.errors)")
        let after = try site.audit("show", bob.requestID, "--reveal")
        #expect(after.output.contains("/data/email: (erased)"), "\(after.output)")
        #expect(after.output.contains("client.ip: 127.0.0.1"), "only the field that was named")
        #expect(try site.audit("show", eve.requestID, "--reveal").output.contains("eve@example.com"))
        #expect(try site.audit("redact", "--legal-basis", "Art. 17", "--month", "2999-01").ending == .exited(1))
        let entry = try #require(gateway.entry { $0.kind == "audit.redact" })
        #expect(gateway.stop() == .exited(0))
        #expect(
            site.everything.contains(#""redact":{"legal_basis":"Art. 17","paths":["/data/email"],"seqs":["#),
            "\(entry)"
        )

        let proved = try site.audit("verify", "--json")
        #expect(proved.ending == .exited(0), "\(proved.output)")
        let log = site.directory.path + "/audit/node-1"
        let description = try String(contentsOfFile: log + "/log.json", encoding: .utf8)
        let key = try #require(description.firstMatch(of: /"vkeys":\["([^"]+)"/)?.output.1)
        let python = try ChildProcess.run(
            ["python3", SharedData.repositoryRoot + "/docs/verify_audit.py", log, "--key", String(key)]
        )
        #expect(python.ending == .exited(0), "\(python.output)\(python.errors)")
        site.upstream.stop()
    }

    @Test("without a keyring standard fields are left out, and asking for a MAC is a mistake that says why")
    func withoutKeyring() throws {
        let site = try Site(fields: "", keys: "")
        let gateway = try GatewayProcess(in: site.directory)
        let answer = try gateway.answer(to: AuditRedactionTests.delivery("order-1", email: "bob@example.com"))
        let entry = try #require(gateway.entries(of: answer.requestID, until: "request.admit").first)
        #expect(entry.client?.ip == "127.0.0.1")
        #expect(entry.http?.ua == nil && entry.http?.query == nil && entry.body?.mac == nil && entry.deg == nil)
        #expect(gateway.stop() == .exited(0))
        try site.write(fields: AuditRedactionTests.fields, keys: "")
        let check = try site.postern(["check"])
        #expect(check.ending == .exited(78))
        #expect(check.errors.contains("'/data/id: mac' needs 'keys' with 'file'"), "\(check.errors)")
        #expect(try site.audit("match", "--field", "client.ip=127.0.0.1").ending == .exited(78))
        site.upstream.stop()
    }

    @Test("with the month's key gone values are left out, never in clear, and the entries and the log say so")
    func keyGone() throws {
        let site = try Site()
        let gateway = try GatewayProcess(in: site.directory)
        let listed = try site.postern(["keys", "list", "--all", "--json"]).output.split(separator: "\n")
        let line = try #require(listed.first { $0.contains("internal:audit-mac-") })
        let id = try #require(line.firstMatch(of: /"id":"(k_[^"]+)"/)?.output.1)
        #expect(try site.postern(["keys", "revoke", String(id), "--reason", "lost"]).ending == .exited(0))
        let degraded = gateway.entry { $0.kind == "system.degraded" }
        #expect(degraded != nil)
        let answer = try gateway.answer(to: AuditRedactionTests.delivery("order-1", email: "bob@example.com"))
        #expect(answer.status == 200)
        let entry = try #require(gateway.entries(of: answer.requestID, until: "request.admit").first)
        #expect(entry.deg == ["redaction"])
        #expect(try gateway.metric("postern_degraded", "redaction") == 1)
        #expect(entry.fields == ["/collection": "orders"])
        #expect(entry.client?.ip == nil && entry.client?.peer == nil && entry.http?.ua == nil && entry.body?.mac == nil)
        #expect(gateway.stop() == .exited(0))
        for secret in ["bob@", "order-1", "127.0.0.1\"", "sender/1.0"] {
            #expect(!site.everything.contains(secret), "\(secret)")
        }
        site.upstream.stop()
    }

    @Test(
        "the keys of a month are made three days ahead by the running gateway, and the month changes without a gap",
        .enabled(if: ShiftedClock.isAvailable, "needs a C compiler")
    )
    func rollover() throws {
        let clock = try ShiftedClock()
        try clock.set("2027-01-28T23:59:00Z")
        let site = try Site(clock: clock)
        let gateway = try GatewayProcess(in: site.directory, launcher: clock.launcher)
        func months() throws -> [String] {
            try site.postern(["keys", "list", "--all", "--json"], clock).output.split(separator: "\n")
                .compactMap { $0.firstMatch(of: /internal:audit-mac-([0-9-]+)/).map { String($0.output.1) } }
        }
        #expect(try months() == ["2027-01"])
        try clock.set("2027-01-29T00:00:01Z")
        _ = Deadline.wait(seconds: 20) { () -> Bool? in (try? months())?.count == 2 ? true : nil }
        #expect(try months() == ["2027-01", "2027-02"])
        try clock.set("2027-01-31T23:59:57Z")
        var seen: Set<String> = []
        var number = 0
        _ = Deadline.wait(seconds: 30) { () -> Bool? in
            number += 1
            let delivery = AuditRedactionTests.delivery("order-\(number)", email: "bob@example.com")
            guard let answer = try? gateway.answer(to: delivery), answer.status == 200 else { return nil }
            let entry = gateway.entries(of: answer.requestID, until: "request.admit").first
            if let ip = entry?.client?.ip, let time = entry?.ts {
                seen.insert(String(ip.dropFirst(3).prefix(7)))
                #expect(ip.hasPrefix("m1:\(time.prefix(7)):"), "the month of an entry's MAC is that of its time")
            }
            return seen.count == 2 ? true : nil
        }
        #expect(seen == ["2027-01", "2027-02"])
        #expect(gateway.entries.allSatisfy { $0.deg == nil })
        let found = try site.postern(["audit", "match", "--field", "/data/email=bob@example.com", "--json"], clock)
        #expect(found.output.split(separator: "\n").count == number, "\(found.errors)")

        let erased = try site.postern(["audit", "redact", "--legal-basis", "Art. 17", "--month", "2027-01"], clock)
        #expect(erased.ending == .exited(0), "\(erased.output)\(erased.errors)")
        let left = try site.postern(["audit", "match", "--field", "/data/email=bob@example.com"], clock)
        #expect(left.errors.contains("the key of 2027-01 is destroyed"))
        let files = try FileManager.default.contentsOfDirectory(
            atPath: site.directory.path + "/audit/node-1/sealed/2027-01"
        )
        #expect(files == [])
        #expect(gateway.stop() == .exited(0))
        #expect(try site.postern(["audit", "verify"], clock).ending == .exited(0))
        site.upstream.stop()
    }
}
