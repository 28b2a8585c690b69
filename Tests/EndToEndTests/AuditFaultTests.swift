import Foundation
import GatewayTestSupport
import Testing

/// A log whose disk is full, or whose witness is gone, on the built binary.
@Suite("Audit log and its disk", .enabled(if: SmallDisk.isAvailable, "needs the right to mount a small file system"))
struct AuditFaultTests {
    /// A gateway whose audit log lies on a small disk.
    private func run(
        kibibytes: Int,
        audit: String,
        _ test: (Fixture, SmallDisk, (String...) throws -> ChildProcess.Result) throws -> Void
    ) throws {
        let disk = try SmallDisk(kibibytes: kibibytes)
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        let setup = Setup().changed {
            $0.audit = audit.replacing("DISK", with: disk.path)
            $0.admin = "socket: \(directory.path)/admin.sock, address: 127.0.0.1:0"
        }
        try setup.write(to: directory, upstream: upstream.port)
        let text = directory.read("postern.yaml").replacing("dir: audit", with: "dir: \(disk.path)/audit")
        try directory.write("postern.yaml", text)
        let gateway = try GatewayProcess(in: directory)
        try test(Fixture(gateway: gateway, upstream: upstream, directory: directory), disk) { (arguments: String...) in
            try ChildProcess.run(
                [GatewayProcess.binary, "audit"] + arguments + ["-c", directory.path + "/postern.yaml"]
            )
        }
        upstream.stop()
        _ = gateway.stop()
    }

    private func entries(_ disk: SmallDisk) -> [AuditRecord] { AuditLogReader.entries(in: disk.path + "/audit/node-1") }

    @Test(
        "on_full pass: deliveries go on while nothing can be written; what was kept is recorded later, the rest counted"
    )
    func pass() throws {
        try run(kibibytes: 1_024, audit: "on_full: pass") { fixture, disk, audit in
            var sent = 0
            // Until the disk is full, and a thousand more.
            var limit = 20_000
            while sent < limit {
                try fixture.send(TestSender.cms.cms(Fixture.body("pass \(sent)")), expecting: 200)
                sent += 1
                guard limit == 20_000, sent % 50 == 0 else { continue }
                if try fixture.gateway.metric("postern_degraded", "audit") == 1 { limit = sent + 1_000 }
            }
            #expect(sent < 20_000, "the disk did not fill up")
            #expect(fixture.upstream.requests.count == sent)
            try disk.grow(kibibytes: 65_536)
            let recovers = try Deadline.holds(seconds: 30) {
                try fixture.gateway.metric("postern_degraded", "audit") == 0
                    && entries(disk).count { $0.kind == "request.admit" } >= sent
            }
            #expect(recovers)
            try fixture.send(TestSender.cms.cms(Fixture.body("after")), expecting: 200)
            let all = entries(disk)
            let admits = all.filter { $0.kind == "request.admit" }
            #expect(admits.contains { $0.deg == ["audit-lossy"] })
            let lost = Int(try fixture.gateway.metric("postern_audit_lost_records_total") ?? 0)
            let gaps = all.filter { $0.kind == "audit.gap" }
            #expect((lost > 0) == !gaps.isEmpty)
            #expect(admits.count == sent + 1, "\(admits.count) recorded, \(lost) counted, \(sent) sent")
            let verified = try audit("verify")
            #expect(verified.ending == .exited(0), "\(verified.output)")
        }
    }

    @Test(
        "on_full prune: what need not be kept goes by itself, declared, deliveries are taken again, and the log verifies"
    )
    func prune() throws {
        try run(kibibytes: 3_072, audit: "on_full: prune, retention: {min: 0s, max: 1d}") { fixture, disk, audit in
            var served = 0
            var refused = false
            for index in 0..<20_000 where !refused {
                let response = try fixture.send(TestSender.cms.cms(Fixture.body("prune \(index)")))
                if response.status == 200 {
                    served += 1
                } else {
                    // Not one that only waited too long.
                    refused = try fixture.gateway.metric("postern_degraded", "audit") == 1
                }
                if index % 400 == 399, !refused { #expect(try audit("checkpoint", "--close").ending == .exited(0)) }
            }
            #expect(refused, "the disk did not fill up")
            let recovers = try Deadline.holds(seconds: 60) {
                try fixture.gateway.answer(to: TestSender.cms.cms(Fixture.body("again"))).status == 200
            }
            #expect(recovers)
            let all = entries(disk)
            #expect(all.contains { $0.kind == "audit.prune" } && all.contains { $0.kind == "audit.pruned" })
            #expect(all.first?.seq ?? 0 > 0)
            let verified = try audit("verify", "--json")
            #expect(verified.ending == .exited(0), "\(verified.output)")
            #expect(!verified.output.contains("\"first\":0,"))
        }
    }

    @Test("a witness that is gone holds nothing up and is counted; one that is there keeps a rollback from starting")
    func witness() throws {
        let place = try TestDirectory()
        let witness = place.path + "/witness"
        try FileManager.default.createDirectory(atPath: witness, withIntermediateDirectories: true)
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        let setup = Setup().changed { $0.audit = "witness: [\(witness)]" }
        try setup.write(to: directory, upstream: upstream.port)
        let log = directory.path + "/audit"
        let first = try GatewayProcess(in: directory)
        let fixture = Fixture(gateway: first, upstream: upstream, directory: directory)
        try fixture.send(TestSender.cms.cms(Fixture.body("one")), expecting: 200)
        let newest = witness + "/node-1/checkpoint"
        #expect(Deadline.holds(seconds: 20) { FileManager.default.fileExists(atPath: newest) })
        try FileManager.default.moveItem(atPath: witness, toPath: witness + ".gone")
        for index in 0..<20 { try fixture.send(TestSender.cms.cms(Fixture.body("w \(index)")), expecting: 200) }
        let counted = try Deadline.holds(seconds: 20) {
            try first.metric("postern_audit_witness_errors_total") ?? 0 > 0
        }
        #expect(counted)
        #expect(try first.adminAnswer("/readyz").status == 200)
        try FileManager.default.moveItem(atPath: witness + ".gone", toPath: witness)
        #expect(first.stop() == .exited(0))

        let copy = place.path + "/copy"
        try FileManager.default.copyItem(atPath: log, toPath: copy)
        let second = try GatewayProcess(in: directory)
        #expect(second.stop() == .exited(0))
        // The whole directory as it was before the second run: it verifies by itself, and is behind its witness.
        try FileManager.default.removeItem(atPath: log)
        try FileManager.default.moveItem(atPath: copy, toPath: log)
        let configuration = directory.path + "/postern.yaml"
        let verified = try ChildProcess.run([GatewayProcess.binary, "audit", "verify", "-c", configuration])
        #expect(verified.ending == .exited(1), "\(verified.output)")
        let start = try ChildProcess.run([GatewayProcess.binary, "serve", "--allow-root", "-c", configuration])
        #expect(start.ending == .exited(65), "\(start.errors)")
        upstream.stop()
    }
}
