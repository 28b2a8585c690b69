// Times the audit log: encoding an entry, writing it, verifying a log.
//
// audit-bench DIRECTORY [ENTRIES]   writes logs below DIRECTORY (a real disk, please); 1,000,000 entries by default
//
// Prints: microseconds of CPU per entry on the event loop (encode and submit) and on the writer's side, entries a second in
// background durability, the throughput of `sync` with 64 waiting senders against `async`, and the speed of verification.

import AuditLog
import Foundation
import GatewayCrypto
import GatewayStorage
import Logging
import Synchronization

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    FileHandle.standardError.write(Data("usage: audit-bench DIRECTORY [ENTRIES]\n".utf8))
    exit(64)
}
let entries = arguments.count > 2 ? Int(arguments[2]) ?? 1_000_000 : 1_000_000
let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func microseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1e6) }

/// An admission as a gateway writes it: about 600 bytes.
func fill(_ entry: inout RequestEntry, _ index: Int) {
    entry.reset()
    entry.kind = .admit
    entry.time = 1_787_307_072_000_000 + Int64(index)
    entry.requestID = UUIDv7(microseconds: entry.time, random: UInt64(index))
    entry.source = .string("cms-prod")
    entry.decision = .allow
    entry.configDigest = 0x9f2c_41d0_7a3b_e815
    var client = RequestEntry.Client()
    client.ip = .literal("203.0.113.7")
    client.peer = client.ip
    client.port = 40_000
    entry.client = client
    var http = RequestEntry.HTTP()
    http.method = .literal("POST")
    http.path = .literal("/hooks/cms")
    http.host = .literal("gw.example.com")
    http.userAgent = .literal("01software-webhooks/2.1 (+https://01.software)")
    http.length = 812
    entry.http = http
    var signature = RequestEntry.Signature()
    signature.scheme = .literal("01software")
    signature.key = .literal("k_01J8ZKEY1")
    signature.algorithm = .literal("hmac-sha256")
    signature.presented = 1
    entry.signature = signature
    entry.checks = Array("route+,address+,content+,signature+,timestamp~,payload+,replay+".utf8)
    entry.replayKey = .literal("TKhxWH-FU658dl8KXs0BAGqFsAo")
    entry.bodyBytes = 812
}

/// Lets whoever waits go on, one semaphore for each sender in turn.
final class Senders: AuditCompletionSink {
    let durable = Atomic<UInt64>(0)
    let bell = DispatchSemaphore(value: 0)

    func auditAdvanced(_ progress: [AuditProgress]) {
        for case .durable(let ticket) in progress { durable.store(ticket, ordering: .releasing) }
        bell.signal()
    }
}

func settings(_ name: String, _ durability: AuditDurability) throws -> AuditSettings {
    let path = arguments[1] + "/" + name
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var settings = AuditSettings(
        directory: path,
        node: "gw-1",
        origin: "gw.example.com/audit",
        boot: "0011223344556677",
        keyPath: path + "/gw-1.key"
    )
    settings.durability = durability
    settings.ballastBytes = 0
    return settings
}

func show(_ name: String, _ value: Double, _ unit: String) {
    print(name.padding(toLength: 44, withPad: " ", startingAt: 0) + String(format: "%12.2f %@", value, unit))
}

/// Hands in entries as fast as the queue takes them; `waiting` of them may be undecided at a time.
func run(_ durability: AuditDurability, count: Int, waiting: Int) throws -> (wall: Double, loop: Double, total: Double)
{
    let senders = Senders()
    let writer = try AuditWriter.open(
        settings: try settings("\(durability)", durability),
        sinks: [senders],
        logger: logger
    )
    let lane = writer.lanes[0]
    var entry = RequestEntry()
    var buffer: [UInt8] = []
    buffer.reserveCapacity(1024)
    let process = seconds(CLOCK_PROCESS_CPUTIME_ID)
    let thread = seconds(CLOCK_THREAD_CPUTIME_ID)
    let start = seconds(CLOCK_MONOTONIC)
    var refused = 0
    for index in 0..<count {
        fill(&entry, index)
        while true {
            buffer.removeAll(keepingCapacity: true)
            let line = RequestLineEncoder.encode(&entry, into: &buffer)
            let notice: AuditNotice = durability == .async ? .none : .completion
            let result = lane.submit(line, in: buffer, as: .admit, notice: notice)
            if case .waiting(let ticket) = result {
                while ticket >= senders.durable.load(ordering: .acquiring) + UInt64(waiting) { senders.bell.wait() }
            }
            guard case .rejected = result else { break }
            refused += 1
            usleep(500)
        }
    }
    let loop = seconds(CLOCK_THREAD_CPUTIME_ID) - thread
    writer.stop()
    let wall = seconds(CLOCK_MONOTONIC) - start
    return (wall, loop, seconds(CLOCK_PROCESS_CPUTIME_ID) - process)
}

// The event loop's part alone: encode into a reused buffer.
do {
    var entry = RequestEntry()
    var buffer: [UInt8] = []
    fill(&entry, 1)
    let start = seconds(CLOCK_THREAD_CPUTIME_ID)
    for index in 0..<entries {
        entry.requestID = UUIDv7(microseconds: entry.time, random: UInt64(index))
        buffer.removeAll(keepingCapacity: true)
        _ = RequestLineEncoder.encode(&entry, into: &buffer)
    }
    show("encode, CPU", (seconds(CLOCK_THREAD_CPUTIME_ID) - start) * 1e6 / Double(entries), "us/entry")
    show("line", Double(buffer.count), "bytes")
}

// What hiding costs the event loop: one MAC under a key that is ready for each field.
do {
    let key = SecretBytes([UInt8](repeating: 7, count: 32).span)
    let mac = try FieldMAC(AuditEpoch(containing: microseconds()), key: key)
    let path = Array("http.ua".utf8)
    var text: [UInt8] = []
    for size in [48, 1024, 16_384] {
        let value = [UInt8](repeating: 0x61, count: size)
        let count = size > 1024 ? entries / 10 : entries
        let start = seconds(CLOCK_THREAD_CPUTIME_ID)
        for _ in 0..<count {
            text.removeAll(keepingCapacity: true)
            _ = mac.append(path: path.span, value: value.span, to: &text)
        }
        show("field MAC of \(size) bytes, CPU", (seconds(CLOCK_THREAD_CPUTIME_ID) - start) * 1e6 / Double(count), "us")
    }
}

let background = try run(.async, count: entries, waiting: 0)
show("async, fill + encode + submit, CPU", background.loop * 1e6 / Double(entries), "us/entry")
show("async, writer, CPU", (background.total - background.loop) * 1e6 / Double(entries), "us/entry")
show("async, entries", Double(entries) / background.wall, "/s")

let few = max(entries / 20, 1000)
let durable = try run(.sync, count: few, waiting: 64)
show("sync, 64 waiting, entries", Double(few) / durable.wall, "/s")

// Verification of the log that was just written.
let path = arguments[1] + "/async"
let description = try AuditDescription(directory: path + "/gw-1")
let keys = description.verifierKeys.compactMap(NoteKey.init(text:))
var bytes = 0
for name in try FileManager.default.contentsOfDirectory(atPath: path + "/gw-1/segments") {
    let attributes = try FileManager.default.attributesOfItem(atPath: path + "/gw-1/segments/" + name)
    bytes += (attributes[.size] as? Int) ?? 0
}
let start = seconds(CLOCK_THREAD_CPUTIME_ID)
let report = try AuditVerification(directory: path + "/gw-1").run(origin: description.origin, keys: keys)
let time = seconds(CLOCK_THREAD_CPUTIME_ID) - start
show("verify", Double(bytes) / time / 1e6, "MB/s of CPU")
show("verify", Double(report.size) / time, "entries/s of CPU")
