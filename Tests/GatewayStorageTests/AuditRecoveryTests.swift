import AuditLog
import Foundation
import GatewayStorage
import Testing

@Suite("Audit recovery")
struct AuditRecoveryTests {
    private func write(_ bytes: some Collection<UInt8>, to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test("a second writer is kept out by the lock, and let in when the first is gone")
    func lock() throws {
        let log = try TemporaryLog()
        let first = try log.open()
        #expect(throws: AuditOpenFault.locked(path: log.paths.lock)) { try log.open() }
        first.close(now: log.now)
        try log.open().close(now: log.now)
        #expect(try log.kinds() == ["system.start", "system.start"])
    }

    @Test("a directory holds what the format says, the key for its owner only, and the vkey in log.json")
    func layout() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        let key = committer.verifierKey
        committer.close(now: log.now)
        let names = try FileManager.default.contentsOfDirectory(atPath: log.settings.path).sorted()
        #expect(names == ["LOCK", "checkpoint", "checkpoints", "log.json", "quarantine", "segments"])
        let description = try String(contentsOfFile: log.paths.description, encoding: .utf8)
        #expect(
            description == "{\"created\":\"2026-08-21T10:11:12.000000Z\",\"format\":\"postern-audit/1\","
                + "\"origin\":\"gw.example.com/audit/gw-1\",\"vkeys\":[\"\(key)\"]}\n"
        )
        let mode = try FileManager.default.attributesOfItem(atPath: log.settings.keyPath)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let root = try FileManager.default.attributesOfItem(atPath: log.settings.path)[.posixPermissions] as? Int
        #expect(root == 0o750)
    }

    @Test("a restart goes on with the next number in the same segment, and signs one tree")
    func restart() throws {
        let log = try TemporaryLog()
        for _ in 0..<5 {
            let committer = try log.open()
            committer.commit(log.batch([.admit, .outcome]), now: log.now)
            committer.close(now: log.now)
        }
        let committer = try log.open()
        let report = try log.verify(key: committer.verifierKey)
        #expect(report.size == 16)
        #expect(report.signedSize == 16)
        #expect(try log.segments().count == 1)
        committer.close(now: log.now)
    }

    @Test("a restart after many closed segments starts from the stored boundary, or without it from the first")
    func restartFromBoundary() throws {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 700
        let committer = try log.open()
        for _ in 0..<30 { committer.commit(log.batch([.admit]), now: log.now) }
        committer.close(now: log.now)
        let files = FaultyFiles()
        try log.open(files).close(now: log.now)
        let quick = files.names.filter { $0 == "read" }.count
        try FileManager.default.removeItem(atPath: log.paths.boundary)
        let slow = FaultyFiles()
        let last = try log.open(slow)
        #expect(slow.names.filter { $0 == "read" }.count > quick)
        last.close(now: log.now)
        #expect(try log.verify(key: last.verifierKey).size == 33)
    }

    @Test("every length a crash can leave the last segment with is opened, what was torn is set aside and declared")
    func tornTail() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        log.advance(milliseconds: 10_000)
        committer.commit(log.batch([.admit, .outcome, .deny]), now: log.now)
        let path = "\(log.paths.segments)/0000000000000000.jsonl"
        let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        // One entry is signed, three follow unsigned. The process dies here.
        let signed = try #require(whole.firstIndex(of: 0x0A)) + 1
        let notes = try FileManager.default.contentsOfDirectory(atPath: log.paths.checkpoints)
        #expect(notes == ["0000000000000001"])
        let newest = try Data(contentsOf: URL(fileURLWithPath: log.paths.checkpoint))
        let key = committer.verifierKey
        committer.close(now: log.now)
        let extra = log.paths.checkpoint(4)
        try FileManager.default.removeItem(atPath: extra)
        for length in stride(from: whole.count, through: signed, by: -1) {
            try write(whole[..<length], to: path)
            try newest.write(to: URL(fileURLWithPath: log.paths.checkpoint))
            for name in try FileManager.default.contentsOfDirectory(atPath: log.paths.checkpoints)
            where name != "0000000000000001" {
                try FileManager.default.removeItem(atPath: "\(log.paths.checkpoints)/\(name)")
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: log.paths.quarantine) {
                try FileManager.default.removeItem(atPath: "\(log.paths.quarantine)/\(name)")
            }
            let again = try log.open()
            again.close(now: log.now)
            let kept = whole[..<length].count { $0 == 0x0A }
            let torn = length - ((whole[..<length].lastIndex(of: 0x0A) ?? -1) + 1)
            let kinds = try log.kinds()
            #expect(kinds.count == kept + (torn > 0 ? 2 : 1))
            #expect((kinds.last == "system.recovered") == (torn > 0))
            if torn > 0 {
                #expect(try log.lines().last?.contains("\"recovered\":{\"bytes\":\(torn),\"sha256\":\"") == true)
            }
            let aside = try FileManager.default.contentsOfDirectory(atPath: log.paths.quarantine)
            #expect(aside.count == (torn > 0 ? 1 : 0))
            #expect(try log.verify(key: key).size == UInt64(kinds.count))
        }
    }

    @Test("a log with fewer entries than its newest checkpoint signed is not opened, and not changed")
    func behind() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        committer.commit(log.batch([.admit, .admit]), now: log.now)
        committer.close(now: log.now)
        let path = "\(log.paths.segments)/0000000000000000.jsonl"
        let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let lines = whole.split(separator: 0x0A)
        let short = Array(lines[..<2].joined(separator: [0x0A])) + [0x0A]
        for cut in [short, Array(whole.dropLast(5)), []] {
            try write(cut, to: path)
            #expect(throws: AuditOpenFault.self) { try log.open() }
            #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == cut)
        }
        try write(short, to: path)
        #expect(throws: AuditOpenFault.behind(records: 2, signed: 3)) { try log.open() }
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: AuditOpenFault.behind(records: 0, signed: 3)) { try log.open() }
    }

    @Test("a log whose entries are not those that were signed is not opened")
    func forked() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        committer.commit(log.batch([.admit, .admit]), now: log.now)
        committer.close(now: log.now)
        let path = "\(log.paths.segments)/0000000000000000.jsonl"
        var text = try String(contentsOfFile: path, encoding: .utf8)
        text = text.replacingOccurrences(of: "\"source\":\"s\"", with: "\"source\":\"t\"")
        try write(Array(text.utf8), to: path)
        #expect(throws: AuditOpenFault.forked(size: 3)) { try log.open() }
    }

    @Test("a log of another name or with another key is not opened")
    func foreign() throws {
        let log = try TemporaryLog()
        try log.open().close(now: log.now)
        let origin = log.settings.origin
        log.settings.origin = "other.example.com/audit"
        #expect(throws: AuditOpenFault.self) { try log.open() }
        log.settings.origin = origin
        try FileManager.default.removeItem(atPath: log.settings.keyPath)
        #expect(throws: AuditOpenFault.unknownKey(path: log.paths.checkpoint)) { try log.open() }
    }

    @Test("a key file that others can read, or of another form, is refused", arguments: [0o640, 0o604])
    func keyFile(mode: Int) throws {
        let log = try TemporaryLog()
        try log.open().close(now: log.now)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: log.settings.keyPath)
        #expect(
            throws: AuditOpenFault.badKey(
                path: log.settings.keyPath,
                cause: "mode \(String(mode, radix: 8)), expected 600"
            )
        ) {
            try log.open()
        }
        try write(Array("abc\n".utf8), to: log.settings.keyPath)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: log.settings.keyPath)
        #expect(throws: AuditOpenFault.self) { try log.open() }
    }

    /// What a run with faults told its lanes.
    private struct Told {
        var waiting: [UInt64] = []
        var durable: [UInt64] = []

        /// What an event loop does with its admissions that wait.
        mutating func hear(_ event: AuditProgress) {
            switch event {
            case .durable(let through):
                durable += waiting.filter { $0 <= through }
                waiting.removeAll { $0 <= through }
            case .failed(let through, _): waiting.removeAll { $0 <= through }
            case .written: break
            }
        }
    }

    /// Commits a dozen batches over small segments; every call of the file layer can be made to fail.
    private func workload(_ log: TemporaryLog, _ files: FaultyFiles) -> Told {
        var told = Told()
        guard let committer = try? log.open(files) else { return told }
        var handed: UInt64 = 0
        for round in 0..<12 {
            told.waiting += [handed + 1, handed + 4]
            committer.commit(log.batch([.admit, .outcome, .deny, .admit]), now: log.now)
            handed += 4
            log.advance(milliseconds: round % 5 == 0 ? 1100 : 30)
            committer.tick(now: log.now)
            for event in committer.takeProgress()[1] { told.hear(event) }
        }
        committer.close(now: log.now)
        return told
    }

    @Test(
        "whichever call fails, once or for ever: the log opens again, verifies, and holds what was said to be durable",
        arguments: [(5, true), (28, true), (30, true), (5, false), (28, false), (30, false)] as [(Int32, Bool)]
    )
    func everyCallFails(code: Int32, isOnce: Bool) throws {
        let clean = FaultyFiles()
        let reference = try TemporaryLog()
        reference.settings.segmentBytes = 1500
        _ = workload(reference, clean)
        for call in stride(from: 1, through: clean.calls, by: isOnce ? 1 : 3) {
            let log = try TemporaryLog()
            log.settings.segmentBytes = 1500
            let files = FaultyFiles(isOnce ? .once(call: call, code: code) : .from(call: call, code: code))
            let told = workload(log, files)
            // The machine is whole again, and the process starts anew.
            let committer: AuditCommitter
            do {
                committer = try log.open()
            } catch {
                Issue.record("call \(call) (\(files.names[call - 1])): \(error)")
                continue
            }
            committer.close(now: log.now)
            let report = try log.verify(key: committer.verifierKey)
            #expect(report.tornBytes == 0)
            let lines = try log.lines()
            #expect(report.size == UInt64(lines.count), "call \(call)")
            var seen: Set<Substring> = []
            for (index, line) in lines.enumerated() {
                #expect(line.contains("\"seq\":\(index),"), "call \(call)")
                guard let place = line.range(of: "\"rid\":\"") else { continue }
                let id = line[place.upperBound...].prefix(36)
                #expect(seen.insert(id).inserted, "call \(call): \(id) twice")
            }
            for ticket in told.durable {
                let hex = String(ticket, radix: 16)
                let tail = "-8000-" + String(repeating: "0", count: 12 - hex.count) + hex
                #expect(seen.contains { $0.hasSuffix(tail) }, "call \(call): ticket \(ticket) is lost")
            }
            if isOnce, call > 60 { #expect(told.durable.count >= 14, "call \(call)") }
        }
    }
}
