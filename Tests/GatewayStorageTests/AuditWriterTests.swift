import AuditLog
import Foundation
import GatewayStorage
import Synchronization
import Testing

@Suite("Audit writer")
struct AuditWriterTests {
    /// Collects what a lane hears and lets a test wait for it.
    private final class Collector: AuditCompletionSink {
        private let state = Mutex<(written: UInt64, durable: UInt64, failed: UInt64, calls: Int)>((0, 0, 0, 0))
        private let bell = DispatchSemaphore(value: 0)

        func auditAdvanced(_ progress: [AuditProgress]) {
            state.withLock { state in
                state.calls += 1
                for event in progress {
                    switch event {
                    case .written(let ticket): state.written = max(state.written, ticket)
                    case .durable(let ticket): state.durable = max(state.durable, ticket)
                    case .failed(let ticket, _): state.failed = max(state.failed, ticket)
                    }
                }
            }
            bell.signal()
        }

        var durable: UInt64 { state.withLock { $0.durable } }
        var failed: UInt64 { state.withLock { $0.failed } }
        var calls: Int { state.withLock { $0.calls } }

        func wait(until condition: (Collector) -> Bool) -> Bool {
            while !condition(self) {
                if bell.wait(timeout: .now() + 20) == .timedOut { return false }
            }
            return true
        }
    }

    private func open(
        _ log: TemporaryLog,
        _ sinks: [Collector],
        _ files: FaultyFiles = FaultyFiles()
    ) throws -> AuditWriter {
        try AuditWriter.open(settings: log.settings, sinks: sinks, files: files, logger: TemporaryLog.logger)
    }

    private func submit(_ lane: AuditLane, _ kind: AuditRecordClass, _ number: UInt64 = 1) -> AuditSubmission {
        var entry = RequestEntry()
        entry.kind = kind == .admit ? .admit : .outcome
        entry.requestID = UUIDv7(microseconds: 0, random: number)
        var bytes: [UInt8] = []
        let line = RequestLineEncoder.encode(&entry, into: &bytes)
        return lane.submit(line, in: bytes, as: kind, notice: .completion)
    }

    @Test("admissions of several lanes become durable, each lane is told, and stop signs everything")
    func lanes() throws {
        let log = try TemporaryLog()
        let sinks = [Collector(), Collector()]
        let writer = try open(log, sinks)
        for number in 1...500 as ClosedRange<UInt64> {
            for lane in writer.lanes { #expect(submit(lane, .admit, number) == .waiting(number)) }
        }
        for sink in sinks {
            #expect(sink.wait { $0.durable == 500 })
            #expect(sink.calls <= 500)
        }
        writer.stop(members: ["reason": .string("test")])
        writer.stop()
        #expect(writer.state == .stopped)
        #expect(submit(writer.lanes[0], .admit) == .rejected(.stopped))
        let report = try log.verify(key: writer.verifierKey)
        #expect(report.size == 1002)
        #expect(report.signedSize == 1002)
        #expect(try log.kinds().last == "system.stop")
        #expect(writer.metrics.records == [1000, 0, 0, 0, 2])
    }

    @Test("with durability async nothing is told and nothing is lost at stop")
    func background() throws {
        let log = try TemporaryLog()
        log.settings.durability = .async
        let sink = Collector()
        let writer = try open(log, [sink])
        for number in 1...2000 as ClosedRange<UInt64> { #expect(submit(writer.lanes[0], .admit, number) == .accepted) }
        writer.stop()
        #expect(sink.calls == 0)
        #expect(try log.verify(key: writer.verifierKey).size == 2002)
    }

    @Test("a control entry calls back when it is durable; after stop it fails at once")
    func control() throws {
        let log = try TemporaryLog()
        let writer = try open(log, [Collector()])
        let done = DispatchSemaphore(value: 0)
        writer.record(ControlEntry(.configReload, time: 0)) { result in
            if case .success = result { done.signal() }
        }
        #expect(done.wait(timeout: .now() + 20) == .success)
        #expect(try log.kinds() == ["system.start", "config.reload"])
        writer.stop()
        let failed = DispatchSemaphore(value: 0)
        writer.record(ControlEntry(.configReload, time: 0)) { result in
            if case .failure(.stopped) = result { failed.signal() }
        }
        #expect(failed.wait(timeout: .now() + 20) == .success)
    }

    @Test("while the disk is full admissions are refused at the door, and taken again when it is not")
    func fullAndBack() throws {
        let log = try TemporaryLog()
        log.settings.retryMilliseconds = 1
        let files = FaultyFiles()
        let sink = Collector()
        let writer = try open(log, [sink], files)
        files.set(.always(name: "write", code: 28))
        #expect(submit(writer.lanes[0], .admit) == .waiting(1))
        #expect(sink.wait { $0.failed == 1 })
        #expect(writer.state == .diskFull)
        #expect(submit(writer.lanes[0], .admit) == .rejected(.diskFull))
        #expect(submit(writer.lanes[0], .outcome) == .waiting(2))
        files.set(.never)
        let back = DispatchSemaphore(value: 0)
        writer.record(ControlEntry(.adminAction, time: 0)) { _ in back.signal() }
        #expect(back.wait(timeout: .now() + 20) == .success)
        #expect(writer.state == .open)
        #expect(submit(writer.lanes[0], .admit) == .waiting(3))
        #expect(sink.wait { $0.durable == 3 })
        writer.stop()
        let kinds = try log.kinds()
        #expect(kinds.contains("system.restored"))
        #expect(kinds.count { $0 == "request.outcome" } == 1)
        #expect(kinds.count { $0 == "request.admit" } == 1)
    }

    @Test("a full lane refuses admissions but keeps room for outcomes")
    func fullQueue() throws {
        let log = try TemporaryLog()
        log.settings.queueRecords = 64
        let files = FaultyFiles()
        let sink = Collector()
        let writer = try open(log, [sink], files)
        // The writer is held inside a write until the test lets it go.
        let hold = files.holdNextWrite()
        #expect(submit(writer.lanes[0], .admit) == .waiting(1))
        hold.entered.wait()
        var admitted = 0
        while case .waiting = submit(writer.lanes[0], .admit) { admitted += 1 }
        #expect(admitted == 28)
        #expect(submit(writer.lanes[0], .admit) == .rejected(.queueFull))
        for _ in 0..<4 { #expect(submit(writer.lanes[0], .outcome) != .rejected(.queueFull)) }
        #expect(submit(writer.lanes[0], .outcome) == .rejected(.queueFull))
        hold.leave.signal()
        #expect(sink.wait { $0.durable == 29 })
        writer.stop()
        #expect(writer.metrics.failedAdmissions == 2)
    }

    @Test("denials beyond the limit become one summary at the latest when the writer stops")
    func summaries() throws {
        let log = try TemporaryLog()
        let writer = try open(log, [Collector()])
        let group = DenyFloodControl.Group(source: "s", network: "203.0.113.0/24", reason: "signature.mismatch")
        var recorded = 0
        for index in 0..<100 where writer.judgeDenial(group, now: Int64(index)) == .record { recorded += 1 }
        #expect(recorded == 20)
        writer.stop()
        #expect(try log.kinds() == ["system.start", "request.deny_summary", "system.stop"])
        #expect(try log.lines()[1].contains("\"sum\":{\"count\":80,"))
    }

    @Test("a writer killed in the middle loses nothing that was durable")
    func killed() throws {
        let log = try TemporaryLog()
        let sink = Collector()
        let writer = try open(log, [sink])
        for number in 1...200 as ClosedRange<UInt64> { _ = submit(writer.lanes[0], .admit, number) }
        #expect(sink.wait { $0.durable >= 1 })
        // What a crash leaves is what is on the disk at this moment: a copy of it is opened anew.
        let durable = sink.durable
        let copy = try TemporaryLog()
        try FileManager.default.copyItem(atPath: log.settings.path, toPath: copy.settings.path)
        try FileManager.default.copyItem(atPath: log.settings.keyPath, toPath: copy.settings.keyPath)
        writer.stop()
        let again = try copy.open()
        again.close(now: copy.now)
        let text = try copy.lines().joined()
        for number in 1...durable {
            let hex = String(number, radix: 16)
            #expect(text.contains("-8000-" + String(repeating: "0", count: 12 - hex.count) + hex))
        }
        _ = try copy.verify(key: again.verifierKey)
    }
}
