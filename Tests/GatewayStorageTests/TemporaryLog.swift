import AuditLog
import Foundation
import GatewayCrypto
import GatewayStorage
import Logging

/// A log in a fresh directory, driven step by step with a time that only the test moves.
final class TemporaryLog {
    let directory: String
    var settings: AuditSettings
    var now = AuditInstant(wall: 1_787_307_072_000_000, monotonic: 1_000_000_000_000)
    private var ticket: UInt64 = 0

    init() throws {
        directory = FileManager.default.temporaryDirectory.path + "/postern-audit-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        settings = AuditSettings(
            directory: directory,
            node: "gw-1",
            origin: "gw.example.com/audit",
            boot: "00112233445566ff",
            keyPath: directory + "/log.key"
        )
        settings.ballastBytes = 0
        settings.stopBytes = 0
        settings.warnPercent = 0
        settings.criticalPercent = 0
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    var paths: AuditPaths { AuditPaths(root: settings.path) }

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func open(_ files: any FileOperations = SystemFileOperations()) throws -> AuditCommitter {
        try AuditCommitter.open(settings: settings, files: files, now: now, logger: TemporaryLog.logger)
    }

    func advance(milliseconds: Int64) {
        now.wall += milliseconds * 1000
        now.monotonic += milliseconds * 1_000_000
    }

    /// One entry of a request, with a ticket that grows by one.
    func batch(_ kinds: [AuditRecordClass], lane: Int = 1, waits: Bool = true, detail: String = "") -> RecordBatch {
        var batch = RecordBatch()
        for kind in kinds {
            ticket += 1
            var entry = RequestEntry()
            switch kind {
            case .admit: entry.kind = .admit
            case .outcome: entry.kind = .outcome
            case .duplicate: entry.kind = .duplicate
            case .deny, .control: entry.kind = .deny
            }
            entry.time = now.wall
            entry.requestID = UUIDv7(microseconds: now.wall, random: ticket)
            entry.source = .string("s")
            if !detail.isEmpty { entry.detail = .string(detail) }
            var bytes: [UInt8] = []
            let line = RequestLineEncoder.encode(&entry, into: &bytes)
            batch.append(
                bytes.span,
                RecordMark(
                    count: line.count,
                    sequenceOffset: line.sequenceOffset,
                    kind: kind,
                    waits: waits,
                    lane: lane,
                    ticket: ticket
                )
            )
        }
        return batch
    }

    /// One admission with a value for the sidecar, whose entry holds its MAC.
    func sealedBatch(_ value: String, mac: FieldMAC, key: SecretBytes) throws -> RecordBatch {
        ticket += 1
        var entry = RequestEntry()
        entry.kind = .admit
        entry.time = now.wall
        entry.requestID = UUIDv7(microseconds: now.wall, random: ticket)
        entry.source = .string("s")
        guard let text = mac.text(path: "/email", value: Array(value.utf8)) else { throw CocoaError(.formatting) }
        entry.fields = [RequestEntry.Field(pointer: "/email", value: .string(text))]
        var bytes: [UInt8] = []
        let line = RequestLineEncoder.encode(&entry, into: &bytes)
        let mark = RecordMark(
            count: line.count,
            sequenceOffset: line.sequenceOffset,
            kind: .admit,
            waits: true,
            lane: 1,
            ticket: ticket,
            isSealed: true
        )
        var batch = RecordBatch()
        let sealed = SealedValue(epoch: mac.epoch, path: Array("/email".utf8), value: Array(value.utf8), key: key)
        batch.append(bytes.span, mark, sealed: [sealed])
        return batch
    }

    func segments() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: paths.segments).sorted()
    }

    func lines() throws -> [String] {
        try segments().flatMap { name in
            let text = try String(contentsOfFile: "\(paths.segments)/\(name)", encoding: .utf8)
            return text.split(separator: "\n").map(String.init)
        }
    }

    func kinds() throws -> [String] {
        try lines().map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?["kind"] as? String ?? "?"
        }
    }

    func verify(key: String, expected: [(name: String, bytes: [UInt8])] = []) throws -> LogVerifier.Report {
        guard let noteKey = NoteKey(text: key) else { throw CocoaError(.formatting) }
        return try AuditVerification(directory: settings.path).run(
            origin: settings.logOrigin,
            keys: [noteKey],
            expected: expected
        )
    }
}
