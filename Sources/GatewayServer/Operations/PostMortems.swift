import AuditLog
import HTTPCodec
import NIOCore
import NIOPosix
import Synchronization
import WebhookVerification

/// Looks into refused deliveries on a thread of its own and writes what it found into the audit log.
///
/// Only for sources that ask for it (`postmortem: on`), only for refusals of a signature or its time. At most
/// `waitingMax` cases wait, larger bodies are left alone, and of one source at most `perMinute` are looked at: a stranger
/// who sends bad signatures pays for them himself. Safe to use from any thread.
final class PostMortems: Sendable {
    /// Cases that wait at most; one more is passed over.
    static let waitingMax = 16
    /// Bytes of the largest body that is looked at.
    static let bodyMax = 256 << 10
    /// Cases of one source in a minute.
    static let perMinute = 10

    private struct Load {
        var waiting = 0
        /// By source: the minute, and how many cases it had.
        var counts: [String: (minute: Int64, count: Int)] = [:]

        /// Whether one more case of a source may be taken in.
        func hasRoom(_ source: String, minute: Int64) -> Bool {
            guard waiting < PostMortems.waitingMax else { return false }
            guard let own = counts[source], own.minute == minute else { return true }
            return own.count < PostMortems.perMinute
        }
    }

    private struct Case: Sendable {
        let requestID: String
        let source: DiagnosedSource
        let others: [DiagnosedSource]
        let window: DiagnosisWindow?
        let reason: DenialReason
        let request: ComposedRequest
        let time: Timestamp
    }

    private let load = Mutex(Load())
    private let pool = NIOThreadPool(numberOfThreads: 1)
    private let record: @Sendable (ControlEntry) -> Void

    /// `record` writes an entry; it is called on the thread of the post-mortems.
    init(record: @escaping @Sendable (ControlEntry) -> Void) {
        self.record = record
        pool.start()
    }

    /// Whether the body of a delivery is worth reading whose head was refused already.
    ///
    /// Only while the source has cases left in this minute, so that unsigned requests are not read whole one after another.
    func wants(
        _ denial: Denial,
        source index: Int,
        announced: Int,
        time: Timestamp,
        snapshot: GatewaySnapshot
    ) -> Bool {
        guard snapshot.diagnosed.indices.contains(index), let source = snapshot.diagnosed[index],
            PostMortems.isOfInterest(denial.reason), announced <= PostMortems.bodyMax
        else { return false }
        return load.withLock { $0.hasRoom(source.name, minute: time.seconds / 60) }
    }

    /// Takes a refused delivery, unless it is none to look into or there is too much to do already.
    func offer(
        _ denial: Denial,
        source index: Int,
        requestID: UUIDv7,
        request: borrowing RequestHead,
        body: ByteBuffer,
        time: Timestamp,
        snapshot: GatewaySnapshot
    ) {
        guard snapshot.diagnosed.indices.contains(index), let source = snapshot.diagnosed[index],
            PostMortems.isOfInterest(denial.reason), body.readableBytes <= PostMortems.bodyMax,
            admit(source.name, time)
        else { return }
        let configured = snapshot.table.sources[index]
        let others = snapshot.table.sources.filter { $0.index != index }.compactMap { DiagnosedSource($0) }
        let found = Case(
            requestID: requestID.text,
            source: source,
            others: others,
            window: DiagnosisWindow(configured),
            reason: denial.reason,
            request: PostMortems.composed(request, body),
            time: time
        )
        pool.submit { [weak self] state in
            guard let self else { return }
            if case .active = state { self.look(into: found) }
            self.load.withLock { $0.waiting -= 1 }
        }
    }

    /// Finishes the case at hand and forgets the others.
    func stop() { try? pool.syncShutdownGracefully() }

    private static func isOfInterest(_ reason: DenialReason) -> Bool {
        switch reason {
        case .signatureMissing, .signatureMalformed, .signatureMismatch, .signatureKeyRetired, .signatureKeyRevoked,
            .signatureAmbiguous, .timestampMissing, .timestampMalformed, .timestampStale, .timestampFuture:
            true
        default: false
        }
    }

    private func admit(_ source: String, _ time: Timestamp) -> Bool {
        let minute = time.seconds / 60
        return load.withLock { load in
            guard load.hasRoom(source, minute: minute) else { return false }
            let own = load.counts[source]
            load.counts[source] = (minute, own?.minute == minute ? (own?.count ?? 0) + 1 : 1)
            load.waiting += 1
            return true
        }
    }

    private func look(into found: Case) {
        let diagnosis = SignatureDiagnosis(
            found.source,
            others: found.others,
            window: found.window,
            budget: .gateway
        )
        for finding in diagnosis.run(found.request, now: found.time).findings {
            record(
                ControlEntry(
                    .auditPostmortem,
                    time: GatewayClock.now().microseconds,
                    members: [
                        "rid": .string(found.requestID), "source": .string(found.source.name),
                        "reason": .string(found.reason.rawValue),
                        "detail": .string(Denial.cut("\(finding.name): \(finding.sentence)")),
                    ]
                )
            )
        }
    }

    /// The request as bytes of our own, independent of the connection's buffers.
    private static func composed(_ head: borrowing RequestHead, _ body: ByteBuffer) -> ComposedRequest {
        func bytes(_ span: HTTPSpan) -> [UInt8] {
            head.bytes.getBytes(at: head.bytes.readerIndex + Int(span.start), length: Int(span.length)) ?? []
        }
        var target = bytes(head.path)
        if let query = head.query { target += [UInt8(ascii: "?")] + bytes(query) }
        return ComposedRequest(
            method: String(decoding: bytes(head.methodSpan), as: UTF8.self),
            target: String(decoding: target, as: UTF8.self),
            fields: head.fields.map { (String(decoding: bytes($0.name), as: UTF8.self), bytes($0.value)) },
            body: Array(body.readableBytesView)
        )
    }
}
