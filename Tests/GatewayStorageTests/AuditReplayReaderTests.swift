import AuditLog
import Foundation
import GatewayCrypto
import GatewayStorage
import Testing

@Suite("Audit replay reader")
struct AuditReplayReaderTests {
    private let key = "TKhxWH-FU658dl8KXs0BAGqFsAo"

    /// Appends one entry with a replay key.
    private func append(
        _ log: TemporaryLog,
        _ committer: AuditCommitter,
        _ kind: AuditRecordClass,
        key: String,
        change: (inout RequestEntry) -> Void = { _ in }
    ) {
        var entry = RequestEntry()
        entry.kind = kind == .admit ? .admit : kind == .outcome ? .outcome : kind == .deny ? .deny : .duplicate
        entry.time = log.now.wall
        entry.requestID = UUIDv7(microseconds: log.now.wall, random: 5)
        entry.source = .string("cms")
        if !key.isEmpty { entry.replayKey = .string(key) }
        change(&entry)
        var bytes: [UInt8] = []
        let line = RequestLineEncoder.encode(&entry, into: &bytes)
        var batch = RecordBatch()
        batch.append(
            bytes.span,
            RecordMark(
                count: line.count,
                sequenceOffset: line.sequenceOffset,
                kind: kind,
                waits: false,
                lane: 1,
                ticket: 1
            )
        )
        committer.commit(batch, now: log.now)
    }

    private func text(_ key: ReplayKeyBytes) -> String {
        let bytes = key.bytes
        return Base64.encode(bytes.span, alphabet: .url, padding: .none)
    }

    private func read(_ log: TemporaryLog, since: Int64 = 0) throws -> [AuditReplayEntry] {
        var found: [AuditReplayEntry] = []
        _ = try AuditReplayReader(directory: log.settings.path).read(since: since) { found.append($0) }
        return found
    }

    @Test("a replay key is read back into its 20 bytes")
    func keyBytes() throws {
        func parse(_ text: String) -> ReplayKeyBytes? { ReplayKeyBytes(text: Array(text.utf8).span) }
        let parsed = try #require(parse(key))
        #expect(parsed.bytes == Base64.decode(key, alphabet: .url))
        #expect(parse("TKhxWH-FU658dl8KXs0BAGqFsAp") == nil)
        #expect(parse("TKhxWH+FU658dl8KXs0BAGqFsAo") == nil)
        #expect(parse("TKhxWH") == nil)
    }

    @Test("admissions, outcomes of every state and duplicates come out in order, other entries do not")
    func acts() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        append(log, committer, .admit, key: key) { $0.client = .init() }
        append(log, committer, .outcome, key: key) {
            $0.upstream = .init()
            $0.upstream?.status = 204
            $0.status = 204
        }
        append(log, committer, .outcome, key: key) {
            $0.upstream = .init()
            $0.upstream?.state = .failed
            $0.upstream?.error = .string("\"state\":\"done\"")
        }
        append(log, committer, .outcome, key: key) {
            $0.upstream = .init()
            $0.upstream?.state = .unknown
        }
        append(log, committer, .outcome, key: key)
        append(log, committer, .duplicate, key: key) { $0.status = 200 }
        append(log, committer, .deny, key: key)
        append(log, committer, .admit, key: "")
        committer.close(now: log.now)
        let found = try read(log)
        #expect(
            found.map(\.act) == [
                .admitted, .done(status: 204), .failed, .unknown, .unknown, .duplicate(status: 200),
            ]
        )
        #expect(found.allSatisfy { $0.source == "cms" && $0.time == log.now.wall })
        #expect(found.allSatisfy { $0.requestID == UUIDv7(microseconds: log.now.wall, random: 5) })
        #expect(found.allSatisfy { text($0.key) == key })
    }

    @Test("the marks of body and content come back, and are none where an entry has none")
    func marks() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        append(log, committer, .admit, key: key) { $0.replayMarks = (body: 0x0123_4567_89AB_CDEF, content: .max) }
        append(log, committer, .admit, key: key)
        committer.close(now: log.now)
        let found = try read(log)
        #expect(found.map(\.marks.body) == [0x0123_4567_89AB_CDEF, 0])
        #expect(found.map(\.marks.content) == [.max, 0])
    }

    @Test("text that looks like members does not mislead the reader")
    func hostileText() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        let hostile =
            #"","kind":"request.outcome","rid":"x","rk":"AAAAAAAAAAAAAAAAAAAAAAAAAAA","source":"evil","up":{"state":"done"#
        append(log, committer, .admit, key: key) {
            let kept = $0.keep(Array(hostile.utf8).span)
            $0.http = .init()
            $0.http?.path = kept
            $0.http?.userAgent = kept
            $0.event = .init()
            $0.event?.id = kept
            $0.detail = kept
            $0.trace = kept
        }
        committer.close(now: log.now)
        let found = try read(log)
        #expect(found.map(\.act) == [.admitted])
        #expect(found.map(\.source) == ["cms"])
        #expect(found.first.map { text($0.key) } == key)
    }

    @Test("only segments and entries of the wanted time are read")
    func since() throws {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 600
        let committer = try log.open()
        var times: [Int64] = []
        for _ in 0..<40 {
            times.append(log.now.wall)
            append(log, committer, .admit, key: key)
            log.advance(milliseconds: 1000)
        }
        committer.close(now: log.now)
        for index in [0, 1, 20, 39] {
            var count = 0
            let summary = try AuditReplayReader(directory: log.settings.path).read(since: times[index]) { entry in
                #expect(entry.time >= times[index])
                count += 1
            }
            #expect(count == 40 - index)
            #expect(summary.lines <= count + 6)
            #expect(summary.lastTime == times[39])
        }
    }
}
