import AuditLog
import Foundation
import GatewayStorage
import GatewayTestSupport
import Testing

/// What becomes of old segments and checkpoints, and that the log verifies after it.
@Suite("Audit keeping")
struct AuditKeepingTests {
    /// Thirty entries in several segments, a hundred seconds apart.
    private func makeLog(kinds: [AuditRecordClass] = [.admit]) throws -> (log: TemporaryLog, committer: AuditCommitter)
    {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 900
        let committer = try log.open()
        for _ in 0..<30 {
            committer.commit(log.batch(kinds), now: log.now)
            log.advance(milliseconds: 100_000)
            committer.tick(now: log.now)
        }
        return (log, committer)
    }

    private func expectBoth(_ log: TemporaryLog, _ key: String, size: UInt64) throws {
        let report = try log.verify(key: key)
        #expect(report.size == size)
        guard AuditVerificationTests.python else { return }
        let (status, output) = try PythonVerifier.run(log.settings.path, key: key)
        #expect(status == 0, "\(output)")
    }

    @Test("closed segments are compressed, and writer, both verifiers and the replay reader go on as before")
    func compression() throws {
        let (log, committer) = try makeLog()
        let key = committer.verifierKey
        committer.close(now: log.now)
        let before = try log.lines()
        let house = AuditHousekeeping(directory: log.settings.path)
        let done = try house.compress(olderThan: log.now.wall)
        #expect(done.count > 3)
        let names = try log.segments()
        #expect(names.filter { $0.hasSuffix(".gz") }.count == done.count)
        #expect(names.count { !$0.hasSuffix(".gz") } == 1)
        #expect(try house.compress(olderThan: log.now.wall) == [])
        try expectBoth(log, key, size: UInt64(before.count))
        var seen = 0
        _ = try AuditReplayReader(directory: log.settings.path).read(since: 0) { _ in seen += 1 }
        let reader = try AuditReplayReader(directory: log.settings.path).read(since: 0) { _ in }
        #expect(reader.lines == before.count)
        // Without the stored boundary a start reads everything, compressed or not.
        try FileManager.default.removeItem(atPath: log.paths.boundary)
        let again = try log.open()
        again.close(now: log.now)
        try expectBoth(log, key, size: UInt64(before.count + 1))
        // gzip itself agrees on what is in the files.
        for name in names where name.hasSuffix(".gz") {
            let result = try ChildProcess.run(["gzip", "-dc", "\(log.paths.segments)/\(name)"])
            #expect(result.output.split(separator: "\n").map(String.init).allSatisfy(before.contains))
        }
    }

    @Test("a compressed segment with any byte changed says something else or nothing at all")
    func damagedCompression() throws {
        let (log, committer) = try makeLog()
        let key = committer.verifierKey
        committer.close(now: log.now)
        _ = try AuditHousekeeping(directory: log.settings.path).compress(olderThan: log.now.wall)
        let name = try #require(try log.segments().first { $0.hasSuffix(".gz") })
        let path = "\(log.paths.segments)/\(name)"
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let root = try log.verify(key: key).root
        var refused = 0
        for place in whole.indices {
            var changed = whole
            changed[place] ^= 1 << UInt8(place % 8)
            try FileManager.default.removeItem(atPath: path)
            try Data(changed).write(to: URL(fileURLWithPath: path))
            do {
                // Bytes of the header that say nothing, and another coding of the same text, prove the same entries.
                #expect(try log.verify(key: key).root == root, "byte \(place)")
            } catch AuditVerification.Fault.log(.tampered) {
                refused += 1
            }
        }
        #expect(refused > whole.count * 9 / 10)
    }

    @Test("of a crash between the two forms of a segment the plain one counts")
    func bothForms() throws {
        let (log, committer) = try makeLog()
        let key = committer.verifierKey
        committer.close(now: log.now)
        let first = try log.segments()[0]
        let plain = try Data(contentsOf: URL(fileURLWithPath: "\(log.paths.segments)/\(first)"))
        _ = try AuditHousekeeping(directory: log.settings.path).compress(olderThan: log.now.wall)
        try plain.write(to: URL(fileURLWithPath: "\(log.paths.segments)/\(first)"))
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(log.paths.segments)/\(first).gz"))
        try expectBoth(log, key, size: committer.durable.size)
    }

    private static func date(_ path: String, _ wall: Int64) throws {
        let date = Date(timeIntervalSince1970: Double(wall) / 1e6)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    @Test("checkpoints stay for a week, then one an hour, after 90 days one a day, at ends of segments all")
    func thinning() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        let key = committer.verifierKey
        for _ in 0..<100 {
            committer.commit(log.batch([.admit]), now: log.now)
            log.advance(milliseconds: 2000)
            committer.tick(now: log.now)
        }
        committer.close(now: log.now)
        let sizes = try FileManager.default.contentsOfDirectory(atPath: log.paths.checkpoints).sorted()
        // Ten minutes apart, the newest now: the oldest is 16 hours old at first.
        for (index, name) in sizes.reversed().enumerated() {
            try Self.date("\(log.paths.checkpoints)/\(name)", log.now.wall - Int64(index) * 600_000_000)
        }
        let house = AuditHousekeeping(directory: log.settings.path)
        #expect(try house.thinCheckpoints(now: log.now.wall) == 0)
        let day: Int64 = 86_400_000_000
        _ = try house.thinCheckpoints(now: log.now.wall + 10 * day)
        let hourly = try FileManager.default.contentsOfDirectory(atPath: log.paths.checkpoints).count
        #expect((17...20).contains(hourly), "\(hourly) of \(sizes.count)")
        _ = try house.thinCheckpoints(now: log.now.wall + 100 * day)
        let daily = try FileManager.default.contentsOfDirectory(atPath: log.paths.checkpoints).count
        #expect((2...4).contains(daily), "\(daily)")
        try expectBoth(log, key, size: 101)
    }

    private static let actor: [String: AuditValue] = ["id": .string("tester"), "type": .string("user")]

    private func retention(_ min: Int64, _ max: Int64) -> AuditRetention {
        var retention = AuditRetention()
        (retention.min, retention.max) = (min, max)
        return retention
    }

    @Test("what is older than its time goes by whole segments, declared first, and the rest verifies for everybody")
    func pruning() throws {
        let (log, committer) = try makeLog()
        let key = committer.verifierKey
        let kept = [UInt8](try Data(contentsOf: URL(fileURLWithPath: log.paths.checkpoint(4))))
        let pruning = AuditPruning(directory: log.settings.path, retention: retention(0, 1000))
        let plan = try pruning.plan(now: log.now.wall)
        #expect(plan.from == 0)
        #expect(plan.to > 8 && plan.to < 25)
        #expect(plan.heldBy == nil)
        let number = try pruning.run(plan, at: TestDesk(committer, log.now), actor: Self.actor)
        #expect(AuditPaths.number(try log.segments()[0], suffix: ".jsonl") == plan.to)
        let line = try #require(try log.lines().first { $0.contains("\"seq\":\(number),") })
        #expect(line.contains("\"kind\":\"audit.prune\"") && line.contains("\"to\":\(plan.to)}"))
        #expect(try log.kinds().last == "audit.pruned")
        _ = committer.checkpoint(now: log.now)
        try expectBoth(log, key, size: number + 2)
        // Whoever kept a note from before can still hold the log to it, also over a second pruning.
        func expectKept() throws {
            _ = try log.verify(key: key, expected: [("kept", kept)])
            guard AuditVerificationTests.python else { return }
            let (status, output) = try PythonVerifier.run(log.settings.path, key: key, expecting: kept)
            #expect(status == 0, "\(output)")
        }
        try expectKept()
        for _ in 0..<30 {
            log.advance(milliseconds: 100_000)
            committer.commit(log.batch([.admit]), now: log.now)
        }
        let second = try pruning.plan(now: log.now.wall)
        #expect(second.from == plan.to && second.to > plan.to)
        _ = try pruning.run(second, at: TestDesk(committer, log.now), actor: Self.actor)
        committer.close(now: log.now)
        try expectKept()
        // A start behind a pruned prefix, with and without the stored boundary.
        try log.open().close(now: log.now)
        try FileManager.default.removeItem(atPath: log.paths.boundary)
        try log.open().close(now: log.now)
        try expectKept()
        // Without the proofs the kept note cannot be judged.
        try FileManager.default.removeItem(atPath: log.paths.prunedProofs)
        #expect(throws: AuditVerification.Fault.self) { try log.verify(key: key, expected: [("kept", kept)]) }
    }

    @Test("a crash at any step of a pruning leaves a log that verifies, and the next one finishes it")
    func interruptedPruning() throws {
        for call in 1...400 {
            let (log, committer) = try makeLog()
            let key = committer.verifierKey
            let files = FaultyFiles(.from(call: call, code: 5))
            let pruning = AuditPruning(directory: log.settings.path, retention: retention(0, 1000), files: files)
            var isDone = false
            do throws(AuditPruning.Fault) {
                let plan = try pruning.plan(now: log.now.wall)
                _ = try pruning.run(plan, at: TestDesk(committer, log.now), actor: Self.actor)
                isDone = true
            } catch {}
            #expect(try log.verify(key: key).first <= 30, "call \(call)")
            if AuditVerificationTests.python, call % 40 == 7 {
                #expect(try PythonVerifier.run(log.settings.path, key: key).0 == 0)
            }
            let whole = AuditPruning(directory: log.settings.path, retention: retention(0, 1000))
            log.advance(milliseconds: 200_000)
            let plan = try whole.plan(now: log.now.wall)
            if plan.to > plan.from { _ = try whole.run(plan, at: TestDesk(committer, log.now), actor: Self.actor) }
            #expect(try log.verify(key: key).first == plan.to, "call \(call)")
            committer.close(now: log.now)
            if isDone { return }
        }
        Issue.record("the pruning never ran through")
    }

    @Test("nothing younger than the least time goes, whoever asks")
    func tooYoung() throws {
        let (log, committer) = try makeLog()
        let pruning = AuditPruning(directory: log.settings.path, retention: retention(2000, 3000))
        let earliest = log.now.wall - 2_000_000_000
        #expect(throws: AuditPruning.Fault.tooYoung(earliest: earliest)) {
            try pruning.plan(before: log.now.wall - 1_000_000_000, now: log.now.wall)
        }
        #expect(try pruning.plan(before: earliest, now: log.now.wall).to > 0)
        committer.close(now: log.now)
    }

    @Test("a source with a longer time keeps its entries, and what follows them, until that time is over too")
    func sourceRetention() throws {
        let (log, committer) = try makeLog()
        var rules = retention(0, 0)
        rules.sources = ["s": 2_000, "elsewhere": 9_000_000]
        let plan = try AuditPruning(directory: log.settings.path, retention: rules).plan(now: log.now.wall)
        #expect(plan.keptFor == "s")
        // Thirty entries a hundred seconds apart: of the last twenty each is younger than 2,000 seconds.
        #expect(plan.to > 5 && plan.to <= 11)
        rules.sources["s"] = 0
        let free = try AuditPruning(directory: log.settings.path, retention: rules).plan(now: log.now.wall)
        #expect(free.keptFor == nil && free.to > plan.to)
        committer.close(now: log.now)
    }

    @Test("with require_export nothing goes that no export of everything had")
    func requiredExport() throws {
        let (log, committer) = try makeLog()
        let key = committer.verifierKey
        var rules = retention(0, 0)
        rules.requiresExport = true
        let pruning = AuditPruning(directory: log.settings.path, retention: rules)
        let none = try pruning.plan(now: log.now.wall)
        #expect(none.waitsForExport && none.to == 0)
        func export(_ members: [String: AuditValue]) {
            let entry = ControlEntry(.auditExport, time: log.now.wall, members: ["export": .object(members)])
            #expect(committer.append(entry, now: log.now) != nil)
        }
        export(["to": .string("csv")])
        #expect(try pruning.plan(now: log.now.wall).to == 0)
        export(["to": .string("bundle"), "through": .integer(12)])
        let some = try pruning.plan(now: log.now.wall)
        #expect(some.waitsForExport && some.to > 5 && some.to <= 12)
        _ = try pruning.run(some, at: TestDesk(committer, log.now), actor: Self.actor)
        export(["to": .string("jsonl"), "through": .integer(1_000)])
        #expect(try !pruning.plan(now: log.now.wall).waitsForExport)
        committer.close(now: log.now)
        try expectBoth(log, key, size: committer.durable.size)
    }

    @Test("a hold keeps what it concerns and all behind it, and outlives the entry that made it")
    func holds() throws {
        let (log, committer) = try makeLog()
        let key = committer.verifierKey
        let start: Int64 = 1_787_307_072_000_000
        let hold = AuditHold(
            id: "case-7",
            source: "s",
            event: nil,
            from: start + 1_200_000_000,
            to: start + 1_300_000_000,
            reference: "B-12"
        )
        let early = AuditHold(id: "early", source: "other", event: nil, from: nil, to: nil, reference: "")
        for made in [hold, early] {
            #expect(committer.append(made.entry(time: log.now.wall, actor: Self.actor), now: log.now) != nil)
        }
        let pruning = AuditPruning(directory: log.settings.path, retention: retention(0, 0))
        for _ in 0..<20 {
            log.advance(milliseconds: 100_000)
            committer.commit(log.batch([.admit]), now: log.now)
        }
        let plan = try pruning.plan(now: log.now.wall)
        #expect(plan.heldBy == "case-7")
        #expect(plan.to > 0 && plan.to <= 13)
        #expect(plan.holds.map(\.id) == ["case-7", "early"])
        #expect(committer.append(hold.release(time: log.now.wall, actor: Self.actor), now: log.now) != nil)
        let free = try pruning.plan(now: log.now.wall)
        #expect(free.heldBy == nil && free.to > 33)
        _ = try pruning.run(free, at: TestDesk(committer, log.now), actor: Self.actor)
        // The hold that was made in what is gone now is in force still.
        let left = try AuditHold.inForce(directory: log.settings.path)
        #expect(left.map(\.id) == ["early"])
        #expect(left.first?.sequence ?? 0 >= free.to)
        committer.close(now: log.now)
        try expectBoth(log, key, size: committer.durable.size)
    }

    @Test("a part of a log is verified from the boundary before it to the checkpoint behind it")
    func parts() throws {
        let (log, committer) = try makeLog()
        let key = try #require(NoteKey(text: committer.verifierKey))
        committer.close(now: log.now)
        let verification = AuditVerification(directory: log.settings.path)
        func verify(_ from: UInt64, _ to: UInt64) throws -> LogVerifier.Report {
            try verification.run(
                origin: log.settings.logOrigin,
                keys: [key],
                span: AuditSpan(from: .entry(from), to: .entry(to))
            )
        }
        let report = try verify(20, 22)
        #expect(report.first > 10 && report.first <= 20)
        #expect(report.size > 22 && report.size < 28)
        let names = try log.segments()
        // Damage before the part is not seen, damage inside it is.
        func damage(_ name: String) throws {
            let path = "\(log.paths.segments)/\(name)"
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            bytes[60] ^= 1
            try FileManager.default.removeItem(atPath: path)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        }
        try damage(names[0])
        #expect(try verify(20, 22) == report)
        #expect(throws: AuditVerification.Fault.self) { try verify(0, 2) }
        let inside = try #require(names.last { (AuditPaths.number($0, suffix: ".jsonl") ?? 0) <= 20 })
        try damage(inside)
        #expect(throws: AuditVerification.Fault.self) { try verify(20, 22) }
        // A boundary that was not signed is not believed: reading begins at the first entry.
        try Data("{\"hashes\":[],\"size\":0}\n".utf8).write(to: URL(fileURLWithPath: log.paths.boundary(report.first)))
        #expect(throws: AuditVerification.Fault.self) { try verify(20, 22) }
    }
}
