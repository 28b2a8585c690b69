import AuditLog
import Foundation
import GatewayStorage
import Testing
import WebhookVerification

@Suite struct AuditSearchTests {
    private static let origin = "gw.example.com/audit/gw-1"

    /// A log of a few thousand entries in many small segments, closed or still open.
    private func makeLog(_ count: Int = 3000) throws -> (TemporaryLog, AuditCommitter) {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 64 * 1024
        let committer = try log.open()
        try add(count, to: log, committer)
        return (log, committer)
    }

    private func add(_ count: Int, to log: TemporaryLog, _ committer: AuditCommitter) throws {
        for number in 0..<count / 3 {
            var batch = RecordBatch()
            for kind in [RequestEntry.Kind.admit, .outcome, .deny] {
                var entry = RequestEntry()
                entry.kind = kind
                entry.time = log.now.wall
                entry.requestID = UUIDv7(microseconds: log.now.wall, random: UInt64(number))
                entry.source = .string("s\(number % 5)")
                entry.status = kind == .deny ? 400 + number % 4 : 200
                if kind != .outcome {
                    var client = RequestEntry.Client()
                    client.ip = .string(
                        number % 7 == 0 ? "2001:db8::\(number % 50)" : "10.0.\(number % 4).\(number % 200)"
                    )
                    entry.client = client
                    var event = RequestEntry.Event()
                    event.id = .string("evt \"\(number)\"")
                    event.type = .string("t\(number % 11)")
                    entry.event = event
                }
                if kind == .deny {
                    entry.decision = .deny
                    entry.reason = number % 2 == 0 ? .literal("signature.mismatch") : .literal("timestamp.stale")
                    if number % 100 == 0 { entry.degraded = ["audit-lossy"] }
                }
                if kind == .admit { entry.decision = .allow }
                var bytes: [UInt8] = []
                let line = RequestLineEncoder.encode(&entry, into: &bytes)
                let mark = RecordMark(
                    count: line.count,
                    sequenceOffset: line.sequenceOffset,
                    kind: .deny,
                    waits: false,
                    lane: 1,
                    ticket: UInt64(number)
                )
                batch.append(bytes.span, mark)
            }
            committer.commit(batch, now: log.now)
            log.advance(milliseconds: 500)
            committer.tick(now: log.now)
            _ = committer.takeProgress()
        }
    }

    private static let cases: [(String, @Sendable (inout EntryFilter) -> Void)] = [
        ("all", { _ in }), ("source", { $0.sources = ["s3"] }), ("two sources", { $0.sources = ["s1", "s4"] }),
        ("reason", { $0.reasons = ["timestamp.stale"] }), ("pattern", { $0.reasons = ["signature.*"] }),
        ("decision", { $0.decisions = ["deny"] }), ("kinds", { $0.kinds = ["system.*", "request.outcome"] }),
        ("status", { $0.status = 402 }), ("event", { $0.eventID = "evt \"17\"" }), ("type", { $0.eventType = "t4" }),
        ("address", { $0.network = try? IPNetwork(parsing: "10.0.1.1") }),
        ("network", { $0.network = try? IPNetwork(parsing: "10.0.2.0/24") }),
        ("v6", { $0.network = try? IPNetwork(parsing: "2001:db8::/32") }), ("degraded", { $0.isDegradedOnly = true }),
        (
            "time",
            { filter in
                filter.from = 1_787_307_072_000_000 + 20_000_000
                filter.to = 1_787_307_072_000_000 + 50_000_000
            }
        ),
        ("pointer", { $0.values = [EntryFilter.Value("/event/type=t2")].compactMap { $0 } }),
        (
            "several",
            { filter in
                filter.sources = ["s2"]
                filter.decisions = ["deny"]
                filter.network = try? IPNetwork(parsing: "10.0.0.0/8")
            }
        ),
        ("nothing", { $0.reasons = ["no.such"] }),
    ]

    @Test("With an index, without one, and with one that ends in the middle, a search finds the same, page by page")
    func sameResults() throws {
        let (log, committer) = try makeLog()
        let directory = log.settings.path
        _ = try AuditReindex(directory: directory).run(origin: AuditSearchTests.origin) { _, _, _ in }
        // The index ends here, and the log goes on.
        try add(300, to: log, committer)
        let index = try AuditIndex(directory: directory, origin: AuditSearchTests.origin)
        #expect(index.covered.sequence > 2900 && index.covered.sequence < 3200)
        for (name, change) in AuditSearchTests.cases {
            var filter = EntryFilter()
            change(&filter)
            let wanted = try log.lines().filter { line in
                let view = EntryView()
                return view.read(Array(line.utf8).span) && filter.matches(view)
            }
            for order in [AuditSearch.Order.oldest, .newest] {
                let expected = order == .oldest ? wanted : wanted.reversed()
                for used in [index, nil] {
                    let search = AuditSearch(directory: directory, index: used)
                    var found: [String] = []
                    var start: UInt64?
                    repeat {
                        let page = try search.page(filter, order: order, start: start, limit: 700)
                        found += page.lines.map { String(decoding: $0, as: UTF8.self) }
                        start = page.next
                    } while start != nil
                    #expect(found == expected, "\(name), \(order), \(used == nil ? "no index" : "index")")
                }
            }
        }
    }

    @Test("An index of another log, of other lines, or that is no database is refused, and there is a message for each")
    func foreignIndex() throws {
        let (log, _) = try makeLog(300)
        let directory = log.settings.path
        let reindex = AuditReindex(directory: directory)
        #expect(throws: AuditIndexFault.missing) {
            try AuditIndex(directory: directory, origin: AuditSearchTests.origin)
        }
        _ = try reindex.run(origin: "somebody/else") { _, _, _ in }
        #expect(throws: AuditIndexFault.foreign("it is of somebody/else")) {
            try AuditIndex(directory: directory, origin: AuditSearchTests.origin)
        }
        _ = try reindex.run(origin: AuditSearchTests.origin) { _, _, _ in }
        let last = try #require(try log.segments().last)
        let path = "\(log.paths.segments)/\(last)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"status\":", with: "\"statuS\":").write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: AuditIndexFault.foreign("the log is not the one it was made from")) {
            try AuditIndex(directory: directory, origin: AuditSearchTests.origin)
        }
        try Data("no database at all, but long enough to be read as one".utf8)
            .write(to: URL(fileURLWithPath: directory + "/index.db"))
        #expect(throws: AuditIndexFault.self) { try AuditIndex(directory: directory, origin: AuditSearchTests.origin) }
    }

    @Test("A reindex that meets a line out of place stops, names it, and leaves the old index")
    func brokenLog() throws {
        let (log, _) = try makeLog(300)
        let directory = log.settings.path
        let reindex = AuditReindex(directory: directory)
        _ = try reindex.run(origin: AuditSearchTests.origin) { _, _, _ in }
        let old = try Data(contentsOf: URL(fileURLWithPath: directory + "/index.db"))
        let first = try #require(try log.segments().first)
        let path = "\(log.paths.segments)/\(first)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"seq\":5,", with: "\"seq\":6,").write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: AuditIndexFault.log(segment: path, sequence: 5)) {
            try reindex.run(origin: AuditSearchTests.origin) { _, _, _ in }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory + "/index.db")) == old)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).contains("index.db.new") == false)
    }

    @Test("The tailer makes an index, follows the log, and makes it anew where it does not belong")
    func tailer() throws {
        let (log, committer) = try makeLog(300)
        let directory = log.settings.path
        let tailer = AuditIndexTailer(
            directory: directory,
            origin: AuditSearchTests.origin,
            logger: TemporaryLog.logger
        )
        defer { tailer.stop() }
        func covered(_ wanted: UInt64) -> Bool {
            for _ in 0..<600 {
                if let index = try? AuditIndex(directory: directory, origin: AuditSearchTests.origin),
                    index.covered.sequence == wanted
                {
                    return true
                }
                usleep(50_000)
            }
            return false
        }
        #expect(covered(UInt64(try log.lines().count)))
        try add(300, to: log, committer)
        #expect(covered(UInt64(try log.lines().count)))
        _ = try AuditReindex(directory: directory).run(origin: "somebody/else") { _, _, _ in }
        #expect(covered(UInt64(try log.lines().count)))
    }

    @Test("Every reason code has a sentence for people")
    func sentences() {
        for reason in DenialReason.allCases {
            #expect(ReasonSentences.sentence(reason.rawValue) != nil, "\(reason.rawValue)")
        }
    }
}
