// Times what a reviewer waits for: making the index of a log, and searching it.
//
// audit-index-bench make DIRECTORY ENTRIES   writes a log through the committer, one request in five refused
// audit-index-bench index DIRECTORY          makes index.db anew and says how many entries a second
// audit-index-bench search DIRECTORY         looks up every indexed field: the first page of 50, best and worst of 5
//
// DIRECTORY is the one of a node's log; `make` makes it.

import AuditLog
import Foundation
import GatewayStorage
import Logging
import WebhookVerification

func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data("audit-index-bench: \(text)\n".utf8))
    exit(1)
}

/// Seconds of a clock that never goes back.
func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Numbers that look random and are the same on every run.
struct Scramble {
    var state: UInt64 = 42
    mutating func next(_ bound: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % bound
    }
}

/// Writes logs as the gateway writes them, but without waiting for anybody.
struct LogMaker {
    static let start: Int64 = 1_787_307_072_000_000
    static let reasons: [StaticString] = [
        "signature.mismatch", "signature.mismatch", "signature.missing", "timestamp.stale", "payload.schema",
        "address.denied", "replay.exact", "size.too_large",
    ]

    var random = Scramble()
    var entry = RequestEntry()
    var buffer: [UInt8] = []
    var ticket: UInt64 = 0

    mutating func append(_ kind: RequestEntry.Kind, _ number: Int, _ key: Int, to batch: inout RecordBatch) {
        entry.reset()
        entry.kind = kind
        entry.time = LogMaker.start + Int64(number) * 1000
        entry.requestID = UUIDv7(microseconds: entry.time, random: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        entry.source = .string("source-\(number % 10)")
        entry.configDigest = 0x9F2C_41D0_7A3B_E815
        if kind == .deny { entry.reason = .literal(LogMaker.reasons[key % 8]) }
        if kind == .outcome {
            fillOutcome(number)
        } else {
            fillRequest(kind, number, key)
        }
        buffer.removeAll(keepingCapacity: true)
        let line = RequestLineEncoder.encode(&entry, into: &buffer)
        ticket += 1
        let mark = RecordMark(
            count: line.count,
            sequenceOffset: line.sequenceOffset,
            kind: kind == .deny ? .deny : kind == .admit ? .admit : .outcome,
            waits: false,
            lane: 1,
            ticket: ticket
        )
        batch.append(buffer.span.extracting(line.start..<(line.start + line.count)), mark)
    }

    private mutating func fillOutcome(_ number: Int) {
        var upstream = RequestEntry.Upstream()
        upstream.name = .literal("cms")
        upstream.address = .literal("127.0.0.1:3000")
        upstream.status = 200
        upstream.milliseconds = 12
        entry.upstream = upstream
        entry.status = 200
    }

    private mutating func fillRequest(_ kind: RequestEntry.Kind, _ number: Int, _ key: Int) {
        var client = RequestEntry.Client()
        client.ip = .string("203.0.\(random.next(256)).\(random.next(256))")
        client.peer = client.ip
        client.port = 40_000
        client.tls = .tls13
        entry.client = client
        var http = RequestEntry.HTTP()
        http.method = .literal("POST")
        http.path = .literal("/hooks/cms")
        http.host = .literal("gw.example.com")
        http.userAgent = .literal("cms-webhooks/2.3")
        http.length = 812
        entry.http = http
        var event = RequestEntry.Event()
        event.id = .string("evt_\(number)_\(random.next(1 << 30))")
        event.type = .string("orders.\(key % 40)")
        entry.event = event
        entry.decision = kind == .deny ? .deny : .allow
        entry.checks = Array("route+,address+,content+,signature+,timestamp+,payload+,replay+".utf8)
        entry.bodyBytes = 812
        guard kind == .admit else {
            entry.status = 401
            return
        }
        var signature = RequestEntry.Signature()
        signature.scheme = .literal("01software")
        signature.algorithm = .literal("hmac-sha256")
        signature.key = .string("k_\(key % 20)")
        signature.presented = 1
        entry.signature = signature
    }
}

func make(_ directory: String, _ count: Int) throws {
    let parent = URL(fileURLWithPath: directory).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    var settings = AuditSettings(
        directory: parent,
        node: URL(fileURLWithPath: directory).lastPathComponent,
        origin: "bench.example.com/audit",
        boot: "00112233445566ff",
        keyPath: directory + ".key"
    )
    settings.ballastBytes = 0
    settings.denySyncMilliseconds = 60_000
    settings.outcomeSyncMilliseconds = 60_000
    settings.unsyncedBytes = 32 << 20
    settings.durability = .async
    var now = AuditInstant(wall: LogMaker.start, monotonic: 1_000_000_000)
    let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    let committer = try AuditCommitter.open(
        settings: settings,
        files: SystemFileOperations(),
        now: now,
        logger: logger
    )
    var maker = LogMaker()
    var written = 0
    while written < count {
        var batch = RecordBatch()
        for _ in 0..<500 where written < count {
            let key = Int(maker.random.next(1000))
            if written % 9 < 5 && written % 9 > 3 {
                maker.append(.deny, written, key, to: &batch)
                written += 1
            } else {
                maker.append(.admit, written, key, to: &batch)
                maker.append(.outcome, written, key, to: &batch)
                written += 2
            }
        }
        committer.commit(batch, now: now)
        committer.tick(now: now)
        _ = committer.takeProgress()
        now.wall = LogMaker.start + Int64(written) * 1000
        now.monotonic += 500_000_000
    }
    committer.close(now: now)
    print("\(written) entries in \(directory)")
}

func index(_ directory: String) throws {
    let origin = try AuditDescription(directory: directory).origin
    let start = seconds()
    var stages: [(String, Double)] = []
    let count = try AuditReindex(directory: directory).run(origin: origin) { stage, _, _ in
        if stages.last?.0 != stage { stages.append((stage, seconds())) }
    }
    let end = seconds()
    let columns = stages.last { $0.0 == "columns" }?.1 ?? end
    let line = String(
        format: "reindex: %d entries in %.1f s (rows %.1f s, columns %.1f s): %.0f entries/s",
        Int(count),
        end - start,
        columns - start,
        end - columns,
        Double(count) / (end - start)
    )
    print(line)
}

func search(_ directory: String) throws {
    let origin = try AuditDescription(directory: directory).origin
    let last = try AuditSearch(directory: directory, index: AuditIndex(directory: directory, origin: origin))
        .page(EntryFilter(), order: .newest, limit: 3000)
    let view = EntryView()
    let sample = last.lines.first { view.read($0.span) && view.text("decision") == "allow" }
    guard let sample, view.read(sample.span), let address = view.text("client", "ip") else { fail("no admission") }
    let time = view.microseconds
    let cases: [(String, (inout EntryFilter) -> Void)] = [
        ("everything", { _ in }), ("kind=request.deny", { $0.kinds = ["request.deny"] }),
        ("kind=system.*", { $0.kinds = ["system.*"] }), ("decision=deny", { $0.decisions = ["deny"] }),
        ("source=source-3", { $0.sources = ["source-3"] }),
        ("reason=signature.mismatch", { $0.reasons = ["signature.mismatch"] }),
        ("reason=signature.*", { $0.reasons = ["signature.*"] }), ("key=k_7", { $0.keys = ["k_7"] }),
        ("status=401", { $0.status = 401 }), ("event-type=orders.7", { $0.eventType = "orders.7" }),
        ("event-id", { $0.eventID = view.text("event", "id") }), ("rid", { $0.requestID = view.requestID }),
        ("ip (one)", { $0.network = try? IPNetwork(parsing: address) }),
        ("ip/24", { $0.network = try? IPNetwork(parsing: "203.0.77.0/24") }),
        ("ip/16", { $0.network = try? IPNetwork(parsing: "203.0.0.0/16") }),
        ("time (last hour)", { $0.from = time - 3_600_000_000 }),
        (
            "time + reason",
            {
                $0.from = time - 3_600_000_000
                $0.reasons = ["payload.schema"]
            }
        ),
        (
            "source + reason",
            {
                $0.sources = ["source-4"]
                $0.reasons = ["timestamp.stale"]
            }
        ),
        ("degraded (none)", { $0.isDegradedOnly = true }), ("reason=nothing", { $0.reasons = ["no.such"] }),
    ]
    for (name, change) in cases {
        var filter = EntryFilter()
        change(&filter)
        for order in [AuditSearch.Order.oldest, .newest] {
            var best = Double.infinity
            var worst = 0.0
            var found = 0
            for _ in 0..<5 {
                let start = seconds()
                let opened = try AuditIndex(directory: directory, origin: origin)
                let page = try AuditSearch(directory: directory, index: opened).page(filter, order: order, limit: 50)
                let taken = (seconds() - start) * 1000
                best = min(best, taken)
                worst = max(worst, taken)
                found = page.lines.count
            }
            let label = name.padding(toLength: 26, withPad: " ", startingAt: 0)
            print(label + String(format: "%@  %2d found  %6.2f ms  (worst %.2f)", "\(order)", found, best, worst))
        }
    }
}

let arguments = CommandLine.arguments
do {
    switch (arguments.dropFirst().first, arguments.count) {
    case ("make", 4): try make(arguments[2], Int(arguments[3]) ?? 0)
    case ("index", 3): try index(arguments[2])
    case ("search", 3): try search(arguments[2])
    default: fail("usage: audit-index-bench make DIRECTORY ENTRIES | index DIRECTORY | search DIRECTORY")
    }
} catch {
    fail("\(error)")
}
