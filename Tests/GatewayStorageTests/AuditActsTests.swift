import AuditLog
import Foundation
import GatewayStorage
import Testing

/// What operators do to a log, and what it says of the machine it runs on.
@Suite("Audit acts")
struct AuditActsTests {
    private static let actor: [String: AuditValue] = ["id": .string("tester")]

    private func note(_ path: String) throws -> SignedNote {
        try #require(SignedNote(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))))
    }

    @Test("a new log key is announced, signs beside the old one for the overlap, and alone after it")
    func rotation() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        let old = committer.verifierKey
        committer.commit(log.batch([.admit]), now: log.now)
        let until = log.now.wall + 3_600_000_000
        let new = try committer.rotateKey(until: until, actor: Self.actor, now: log.now)
        #expect(new != old)
        #expect(try note(log.paths.checkpoint).signatures.count == 2)
        let line = try #require(try log.lines().first { $0.contains("\"kind\":\"audit.log_key\"") })
        #expect(line.contains("\"previous\":\"\(old)\"") && line.contains("\"vkey\":\"\(new)\""))
        #expect(try log.verify(key: old).size == 3)
        #expect(try log.verify(key: new).signedSize == 3)
        committer.close(now: log.now)
        let mode = try FileManager.default.attributesOfItem(atPath: log.settings.keyPath)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try String(contentsOfFile: log.paths.description, encoding: .utf8).contains("[\"\(new)\",\"\(old)\"]"))
        // Within the overlap a restart signs with both, after it with the new one only.
        try log.open().close(now: log.now)
        #expect(try note(log.paths.checkpoint).signatures.count == 2)
        log.advance(milliseconds: 3_600_001)
        try log.open().close(now: log.now)
        #expect(try note(log.paths.checkpoint).signatures.count == 1)
        let report = try log.verify(key: new)
        #expect(report.size == report.signedSize)
        #expect(try log.verify(key: old).signedSize < report.signedSize)
    }

    @Test("a key that a crash left unannounced is announced by the next start")
    func unannounced() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        let old = committer.verifierKey
        committer.close(now: log.now)
        let second = try log.open()
        let new = try second.rotateKey(until: log.now.wall + 60_000_000, actor: [:], now: log.now)
        second.close(now: log.now)
        let text = try String(contentsOfFile: log.paths.description, encoding: .utf8)
        try text.replacingOccurrences(of: "\"\(new)\",", with: "")
            .write(toFile: log.paths.description, atomically: true, encoding: .utf8)
        try log.open().close(now: log.now)
        #expect(try log.kinds().filter { $0 == "audit.log_key" }.count == 2)
        #expect(try String(contentsOfFile: log.paths.description, encoding: .utf8).contains("[\"\(new)\",\"\(old)\"]"))
    }

    @Test("a segment closes on demand, and is then signed at exactly its end")
    func closing() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        committer.commit(log.batch([.admit]), now: log.now)
        #expect(committer.closeSegment(now: log.now))
        #expect(!committer.closeSegment(now: log.now))
        #expect(FileManager.default.fileExists(atPath: log.paths.checkpoint(2)))
        #expect(committer.checkpoint(now: log.now)?.size == 2)
        committer.commit(log.batch([.admit]), now: log.now)
        committer.close(now: log.now)
        #expect(try log.segments() == ["0000000000000000.jsonl", "0000000000000002.jsonl"])
    }

    @Test("where a log is not what was signed, a new one takes its place, says so, and the old one stays as it was")
    func replacement() throws {
        let log = try TemporaryLog()
        func replace() throws(AuditReplacement.Fault) -> AuditReplacement.Outcome {
            try AuditReplacement.run(
                settings: log.settings,
                reason: "disk replaced",
                actor: ["uid": .integer(7), "user": .string("tester")],
                now: log.now,
                logger: TemporaryLog.logger
            )
        }
        let committer = try log.open()
        committer.commit(log.batch([.admit, .admit]), now: log.now)
        committer.close(now: log.now)
        #expect(throws: AuditReplacement.Fault.notNeeded) { try replace() }
        let whole = try log.lines()
        for name in ["gw.example.com/audit/gw-1.2", "gw.example.com/audit/gw-1.3"] {
            let last = try #require(try log.segments().last)
            try Data().write(to: URL(fileURLWithPath: "\(log.paths.segments)/\(last)"))
            #expect(throws: AuditOpenFault.self) { try log.open() }
            log.advance(milliseconds: 5000)
            let outcome = try replace()
            #expect(outcome.origin == name)
            #expect(FileManager.default.fileExists(atPath: outcome.moved + "/log.json"))
            let first = try #require(try log.lines().first)
            #expect(first.contains("\"kind\":\"audit.open\"") && first.contains("\"reason\":\"disk replaced\""))
            #expect(first.contains("\"signed\":") && first.contains("\"user\":\"tester\""))
            try log.open().close(now: log.now)
            let key = try #require(NoteKey(text: outcome.verifierKey))
            let report = try AuditVerification(directory: log.settings.path).run(origin: name, keys: [key])
            #expect(report.size == 3)
        }
        #expect(whole.count == 4)
    }

    @Test("a log that is behind its witness is not opened, and a witness keeps what verifies it")
    func witness() throws {
        let log = try TemporaryLog()
        let place = log.directory + "/witness"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let file = log.directory + "/newest"
        let early = try log.open()
        early.close(now: log.now)
        let saved = log.directory + "/saved"
        try FileManager.default.copyItem(atPath: log.settings.path, toPath: saved)
        log.settings.witnesses = [.directory(place), .file(file)]
        let actor = Self.actor
        let desk = try AuditCommandDesk(settings: log.settings, actor: actor, logger: TemporaryLog.logger)
        _ = desk.perform { committer, now in committer.append(ControlEntry(.adminAction, time: now.wall), now: now) }
        desk.close()
        let kept = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        #expect(kept == [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(place)/gw-1/checkpoint"))))
        #expect(try log.verify(key: early.verifierKey, expected: [("kept", kept)]).size == 3)
        // Somebody puts everything back to where it was.
        try FileManager.default.removeItem(atPath: log.settings.path)
        try FileManager.default.copyItem(atPath: saved, toPath: log.settings.path)
        #expect(throws: AuditOpenFault.behind(records: 1, signed: 3)) { try log.open() }
        log.settings.witnesses = []
        try log.open().close(now: log.now)
    }

    @Test("a clock that is set is on record, one that runs is not", arguments: [(400, 0), (-600, 1), (7_200_000, 1)])
    func clockStep(milliseconds: Int64, entries: Int) throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        for _ in 0..<3 {
            log.advance(milliseconds: 60_000)
            committer.tick(now: log.now)
        }
        log.now.wall += milliseconds * 1000
        committer.tick(now: log.now)
        committer.tick(now: log.now)
        committer.close(now: log.now)
        let steps = try log.lines().filter { $0.contains("\"kind\":\"system.clock_step\"") }
        #expect(steps.count == entries)
        if entries > 0 { #expect(steps[0].contains("\"step_us\":\(milliseconds * 1000),")) }
    }

    @Test("scarce space is on record as it gets scarcer and when it is back")
    func watermarks() throws {
        let log = try TemporaryLog()
        log.settings.warnPercent = 10
        log.settings.criticalPercent = 3
        let files = FaultyFiles()
        files.setSpace(free: 50 << 30, total: 100 << 30)
        let committer = try log.open(files)
        func look(_ free: UInt64) {
            files.setSpace(free: free << 30, total: 100 << 30)
            log.advance(milliseconds: 1000)
            committer.tick(now: log.now)
        }
        for free: UInt64 in [50, 9, 8, 2, 2, 20] { look(free) }
        committer.close(now: log.now)
        let levels = try log.lines().compactMap { $0.firstMatch(of: /"level":"(\w+)"/).map { String($0.output.1) } }
        #expect(levels == ["warn", "critical", "enough"])
        #expect(committer.metrics.diskLevel == .enough)
    }

    @Test("with 'pass' a full disk lets deliveries through, keeps the newest entries, and counts the rest")
    func pass() throws {
        let log = try TemporaryLog()
        log.settings.onFull = .pass
        log.settings.passedRecords = 10
        let files = FaultyFiles()
        let committer = try log.open(files)
        _ = committer.takeProgress()
        files.set(.always(name: "write", code: 28))
        for index in 1...40 {
            committer.commit(log.batch([.admit]), now: log.now)
            #expect(committer.takeProgress()[1] == [.durable(through: UInt64(index))])
        }
        #expect(committer.state == .diskFull)
        files.set(.never)
        log.advance(milliseconds: 2000)
        committer.tick(now: log.now)
        committer.commit(log.batch([.admit]), now: log.now)
        committer.tick(now: log.now)
        committer.close(now: log.now)
        let lines = try log.lines()
        let gap = try #require(lines.first { $0.contains("\"kind\":\"audit.gap\"") })
        let lost = try #require(gap.firstMatch(of: /"lost":(\d+)/).flatMap { Int($0.output.1) })
        let admits = lines.count { $0.contains("\"kind\":\"request.admit\"") }
        #expect(lost + admits == 41)
        #expect(lost > 0 && admits >= 11 && admits <= 22)
        #expect(try log.verify(key: committer.verifierKey).declaredGaps == 1)
    }

    @Test("below the last mark the log can still be pruned, and takes admissions again when there is space")
    func pruningAtStop() throws {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 900
        log.settings.stopBytes = 1 << 30
        let files = FaultyFiles()
        files.setSpace(free: 50 << 30, total: 100 << 30)
        let committer = try log.open(files)
        for _ in 0..<30 { committer.commit(log.batch([.admit]), now: log.now) }
        files.setSpace(free: 1 << 29, total: 100 << 30)
        log.advance(milliseconds: 2000)
        committer.tick(now: log.now)
        #expect(committer.state == .diskFull)
        var retention = AuditRetention()
        (retention.min, retention.max) = (0, 0)
        let pruning = AuditPruning(directory: log.settings.path, retention: retention)
        let plan = try pruning.plan(now: log.now.wall)
        #expect(plan.segments.count >= 2)
        _ = try pruning.run(plan, at: TestDesk(committer, log.now), actor: Self.actor)
        #expect(try log.verify(key: committer.verifierKey).first == plan.to)
        files.setSpace(free: 50 << 30, total: 100 << 30)
        log.advance(milliseconds: 3000)
        committer.tick(now: log.now)
        #expect(committer.state == .open)
        committer.close(now: log.now)
    }

    @Test("an admission without outcome is found for an hour, one with outcome is not")
    func openAdmissions() throws {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 1200
        let committer = try log.open()
        committer.commit(log.batch([.admit]), now: log.now)
        for _ in 0..<3 {
            log.advance(milliseconds: 5_400_000)
            committer.commit(log.batch([.deny, .deny, .deny, .deny, .deny, .deny]), now: log.now)
        }
        let admit = log.batch([.admit])
        committer.commit(admit, now: log.now)
        committer.close(now: log.now)
        let found = try AuditOpenAdmission.find(directory: log.settings.path)
        #expect(found.map(\.source) == ["s"])
        let again = try log.open()
        _ = again.append(found[0].outcome(time: log.now.wall), now: log.now)
        again.close(now: log.now)
        #expect(try AuditOpenAdmission.find(directory: log.settings.path) == [])
        #expect(try log.lines().last?.contains("\"state\":\"unknown\"") == true)
    }
}
