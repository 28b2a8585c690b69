import AuditLog
import Foundation
import GatewayStorage
import Testing

@Suite("Audit committer")
struct AuditCommitterTests {
    private let eio: Int32 = 5
    private let enospc: Int32 = 28

    @Test("with durability sync an admission is durable at once, an outcome written, and a denial waits its second")
    func syncOrder() throws {
        let log = try TemporaryLog()
        let files = FaultyFiles()
        let committer = try log.open(files)
        _ = committer.takeProgress()
        let syncs = committer.metrics.syncs

        committer.commit(log.batch([.outcome, .duplicate]), now: log.now)
        #expect(committer.takeProgress()[1] == [.written(through: 2)])
        #expect(committer.metrics.syncs == syncs)
        #expect(committer.nextDeadline() == log.now.monotonic + 50_000_000)

        committer.commit(log.batch([.admit, .outcome]), now: log.now)
        #expect(committer.takeProgress()[1] == [.written(through: 4), .durable(through: 3)])
        #expect(committer.metrics.syncs == syncs + 1)

        committer.commit(log.batch([.deny], waits: false), now: log.now)
        #expect(committer.takeProgress()[1] == [])
        log.advance(milliseconds: 999)
        committer.tick(now: log.now)
        #expect(committer.metrics.syncs == syncs + 1)
        log.advance(milliseconds: 1)
        committer.tick(now: log.now)
        #expect(committer.metrics.syncs == syncs + 2)
        committer.close(now: log.now)
        #expect(
            try log.kinds() == [
                "system.start", "request.outcome", "request.duplicate", "request.admit", "request.outcome",
                "request.deny",
            ]
        )
    }

    @Test("with durability written an admission waits for the write only, and is synced within 50 ms")
    func writtenOrder() throws {
        let log = try TemporaryLog()
        log.settings.durability = .written
        let committer = try log.open()
        _ = committer.takeProgress()
        let syncs = committer.metrics.syncs
        committer.commit(log.batch([.admit]), now: log.now)
        #expect(committer.takeProgress()[1] == [.written(through: 1)])
        #expect(committer.metrics.syncs == syncs)
        log.advance(milliseconds: 50)
        committer.tick(now: log.now)
        #expect(committer.metrics.syncs == syncs + 1)
        committer.close(now: log.now)
    }

    @Test("with durability async nobody waits, and everything is synced within a second or 4 MiB")
    func asyncOrder() throws {
        let log = try TemporaryLog()
        log.settings.durability = .async
        log.settings.unsyncedBytes = 4096
        let committer = try log.open()
        _ = committer.takeProgress()
        let syncs = committer.metrics.syncs
        committer.commit(log.batch([.admit], waits: false), now: log.now)
        #expect(committer.takeProgress()[1] == [])
        #expect(committer.metrics.syncs == syncs)
        committer.commit(log.batch(Array(repeating: .admit, count: 40), waits: false), now: log.now)
        #expect(committer.metrics.syncs == syncs + 1)
        committer.close(now: log.now)
        #expect(try log.lines().count == 42)
    }

    @Test("entries are numbered without gaps, and each lane hears of its own tickets only")
    func lanes() throws {
        let log = try TemporaryLog()
        log.settings.lanes = 2
        let committer = try log.open()
        _ = committer.takeProgress()
        var batch = log.batch([.admit], lane: 1)
        batch.append(log.batch([.admit, .admit], lane: 2))
        committer.commit(batch, now: log.now)
        #expect(committer.takeProgress() == [[], [.durable(through: 1)], [.durable(through: 3)]])
        committer.close(now: log.now)
        for (index, line) in try log.lines().enumerated() { #expect(line.contains("\"seq\":\(index),")) }
    }

    @Test("a segment closes at its size: read-only, named by its first entry, with a checkpoint of exactly its end")
    func rotation() throws {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 1000
        let committer = try log.open()
        for _ in 0..<20 { committer.commit(log.batch([.admit]), now: log.now) }
        let key = committer.verifierKey
        committer.close(now: log.now)
        let names = try log.segments()
        #expect(names.count > 2)
        var sequence = 0
        for name in names {
            #expect(AuditPaths.number(name, suffix: ".jsonl") == UInt64(sequence))
            let path = "\(log.paths.segments)/\(name)"
            sequence += try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count
            let isLast = name == names.last
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == (isLast ? 0o640 : 0o440))
            #expect(FileManager.default.fileExists(atPath: log.paths.checkpoint(UInt64(sequence))))
        }
        let report = try log.verify(key: key)
        #expect(report.size == 21)
        #expect(report.signedSize == 21)
    }

    @Test("a segment closes at its age")
    func rotationByAge() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        committer.commit(log.batch([.admit]), now: log.now)
        log.advance(milliseconds: 24 * 3600 * 1000)
        committer.tick(now: log.now)
        committer.commit(log.batch([.admit]), now: log.now)
        committer.close(now: log.now)
        #expect(try log.segments().count == 2)
    }

    @Test("a checkpoint follows one second after the first unsigned entry, at once after an entry of control")
    func checkpoints() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        #expect(committer.metrics.unsignedRecords == 0)
        log.advance(milliseconds: 5000)
        committer.commit(log.batch([.admit]), now: log.now)
        committer.tick(now: log.now)
        #expect(committer.metrics.unsignedRecords == 1)
        log.advance(milliseconds: 1000)
        committer.tick(now: log.now)
        #expect(committer.metrics.unsignedRecords == 0)
        #expect(committer.metrics.checkpointTime == log.now.wall)
        var control = RecordBatch()
        control.append(ControlEntry(.configReload, time: log.now.wall))
        committer.commit(control, now: log.now)
        committer.tick(now: log.now)
        #expect(committer.metrics.unsignedRecords == 0)
        committer.close(now: log.now)
    }

    @Test("a heartbeat proves every quarter of an hour that the log was running")
    func heartbeat() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        log.advance(milliseconds: 15 * 60 * 1000)
        committer.tick(now: log.now)
        committer.tick(now: log.now)
        committer.close(now: log.now)
        #expect(try log.kinds() == ["system.start", "system.heartbeat"])
    }

    @Test("after a failed fdatasync the log goes on in a new segment with everything that was not durable")
    func failedSync() throws {
        let log = try TemporaryLog()
        let files = FaultyFiles()
        let committer = try log.open(files)
        committer.commit(log.batch([.admit]), now: log.now)
        _ = committer.takeProgress()
        committer.commit(log.batch([.outcome, .deny]), now: log.now)
        _ = committer.takeProgress()
        let nextSync = files.calls + 2
        files.set(.once(call: nextSync, code: eio))
        committer.commit(log.batch([.admit]), now: log.now)
        #expect(files.names[nextSync - 1] == "fdatasync")
        #expect(committer.takeProgress()[1] == [.durable(through: 4)])
        #expect(committer.state == .open)
        committer.tick(now: log.now)
        #expect(committer.metrics.syncErrors == 1)
        committer.close(now: log.now)
        #expect(try log.segments() == ["0000000000000000.jsonl", "0000000000000002.jsonl"])
        #expect(
            try log.kinds() == [
                "system.start", "request.admit", "request.outcome", "request.deny", "request.admit",
                "system.recovered",
            ]
        )
        #expect(try log.verify(key: committer.verifierKey).size == 6)
    }

    @Test("where the new segment fails too, waiting admissions fail, other entries are kept and follow later")
    func failedTwice() throws {
        let log = try TemporaryLog()
        let files = FaultyFiles()
        let committer = try log.open(files)
        _ = committer.takeProgress()
        files.set(.always(name: "fdatasync", code: eio))
        committer.commit(log.batch([.outcome, .admit]), now: log.now)
        #expect(committer.state == .failed)
        #expect(committer.takeProgress()[1] == [.written(through: 1), .failed(through: 2, .failed)])
        // Nothing is tried before its time.
        let calls = files.calls
        committer.commit(log.batch([.outcome, .admit]), now: log.now)
        #expect(files.calls == calls)
        #expect(committer.takeProgress()[1] == [.failed(through: 4, .failed)])
        files.set(.never)
        log.advance(milliseconds: 1000)
        committer.tick(now: log.now)
        #expect(committer.state == .open)
        committer.tick(now: log.now)
        committer.close(now: log.now)
        #expect(try log.kinds() == ["system.start", "request.outcome", "request.outcome", "system.restored"])
        #expect(try log.verify(key: committer.verifierKey).size == 4)
        #expect(committer.metrics.failedAdmissions == 2)
    }

    @Test("a full disk refuses admissions, leaves no half line, and is left by itself when space is back")
    func fullDisk() throws {
        let log = try TemporaryLog()
        let files = FaultyFiles()
        let committer = try log.open(files)
        _ = committer.takeProgress()
        files.set(.always(name: "write", code: enospc))
        committer.commit(log.batch([.admit, .outcome]), now: log.now)
        #expect(committer.state == .diskFull)
        #expect(committer.takeProgress()[1] == [.failed(through: 1, .diskFull)])
        #expect(try log.kinds() == ["system.start"])
        files.set(.never)
        log.advance(milliseconds: 1000)
        committer.tick(now: log.now)
        #expect(committer.state == .open)
        #expect(committer.takeProgress()[1] == [.written(through: 2)])
        committer.tick(now: log.now)
        committer.close(now: log.now)
        #expect(try log.segments().count == 1)
        #expect(try log.kinds() == ["system.start", "request.outcome", "system.restored"])
    }

    @Test("what cannot be kept while the disk is full is counted in an audit.gap entry")
    func gap() throws {
        let log = try TemporaryLog()
        log.settings.queueRecords = 3
        let files = FaultyFiles()
        let committer = try log.open(files)
        files.set(.always(name: "write", code: enospc))
        committer.commit(log.batch([.outcome, .deny, .deny, .deny, .outcome]), now: log.now)
        #expect(committer.metrics.lost == 2)
        files.set(.never)
        log.advance(milliseconds: 1000)
        committer.tick(now: log.now)
        committer.tick(now: log.now)
        committer.close(now: log.now)
        let last = try #require(try log.lines().last)
        #expect(
            last.contains(#""gap":{"by_decision":{"deny":1,"outcome":1},"from":"2026-08-21T10:11:12.000000Z","lost":2"#)
        )
    }

    @Test("checkpoints that cannot be written hold nothing up and are tried again")
    func failedCheckpoint() throws {
        let log = try TemporaryLog()
        let files = FaultyFiles()
        let committer = try log.open(files)
        _ = committer.takeProgress()
        files.set(.always(name: "rename", code: eio))
        committer.commit(log.batch([.admit]), now: log.now)
        #expect(committer.takeProgress()[1] == [.durable(through: 1)])
        log.advance(milliseconds: 1000)
        committer.tick(now: log.now)
        #expect(committer.metrics.checkpointErrors == 1)
        #expect(committer.state == .open)
        files.set(.never)
        log.advance(milliseconds: 1000)
        committer.tick(now: log.now)
        #expect(committer.metrics.unsignedRecords == 0)
        committer.close(now: log.now)
    }
}
