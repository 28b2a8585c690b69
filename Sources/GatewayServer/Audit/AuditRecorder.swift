import AuditLog
import GatewayStorage
import HTTPCodec
import NIOCore
import Synchronization
import WebhookVerification

/// Who waits for an admit entry, on its own event loop.
protocol AuditReceiver: AnyObject {
    /// The entry is as durable as its class demands, or will never be.
    func auditRecorded(_ isDurable: Bool)
}

/// Writes the audit entries of one event loop: fills them from what is known, encodes them, hands them to the writer.
///
/// Owned by its event loop; its memory is reused for every entry.
final class AuditRecorder {
    /// What became of an entry.
    enum Submission {
        case accepted
        case pending
        case unavailable
    }

    /// What an entry is made of beside its decision.
    struct Record {
        let requestID: UUIDv7
        let facts: DeliveryFacts
        let request: RequestHead
        let info: ConnectionInfo
        let snapshot: GatewaySnapshot
        let replay: ReplayRequest?
        let time: Timestamp
    }

    /// Hides what entries must not show; `nil` without a keyring.
    var redactor: FieldRedactor?
    private var entry = RequestEntry()
    private let lane: AuditLane
    private let writer: AuditWriter
    private let admitsOnWrite: Bool
    private var buffer: [UInt8] = []
    private var waiting: [(ticket: UInt64, receiver: any AuditReceiver)] = []
    private var firstWaiting = 0

    /// `admitsOnWrite`: with durability `written` an admission is recorded once it is handed to the system.
    init(lane: AuditLane, writer: AuditWriter, admitsOnWrite: Bool) {
        self.admitsOnWrite = admitsOnWrite
        self.lane = lane
        self.writer = writer
        buffer.reserveCapacity(EncodedLine.maxLineBytes)
    }

    /// Makes an entry with everything that is known of its request, lets `finish` add what was decided, and hands it to
    /// the writer; a receiver hears of it unless the answer says everything.
    func submit(
        _ kind: RequestEntry.Kind,
        record: borrowing Record,
        body: ReceivedBody? = nil,
        receiver: (any AuditReceiver)? = nil,
        _ finish: (inout RequestEntry) -> Void
    ) -> Submission {
        let source = record.facts.source.map { record.snapshot.table.sources[$0] }
        // Only looked at here: to copy the rules costs more than to ask them.
        let isRedacted = source?.audit.needsRedaction ?? record.snapshot.unroutedAudit.needsRedaction
        EntryFiller.fill(&entry, kind, record, source)
        finish(&entry)
        if isRedacted {
            let rules = source?.audit ?? record.snapshot.unroutedAudit
            EntryRedaction.apply(rules, to: &entry, record, body: body, redactor)
        }
        return handOver(as: AuditRecordClass(kind), receiver, isRedacted: isRedacted)
    }

    /// The outcome of an admission: only what the admission did not say.
    func submitOutcome(
        requestID: UUIDv7,
        source: String,
        digest: UInt64,
        replayKey: ReplayKey?,
        time: Timestamp,
        _ finish: (inout RequestEntry) -> Void
    ) {
        EntryFiller.fillOutcome(&entry, requestID, source, digest, replayKey, time)
        finish(&entry)
        _ = handOver(as: .outcome, nil, isRedacted: false)
    }

    /// Whether a denial is only counted, because there were too many of its kind.
    func isFlood(source: String, client: IPAddress?, reason: DenialReason, time: Timestamp) -> Bool {
        let group = DenyFloodControl.Group(
            source: source,
            network: AuditRecorder.network(client),
            reason: reason.rawValue
        )
        return writer.judgeDenial(group, now: time.microseconds) == .count
    }

    private func handOver(
        as kind: AuditRecordClass,
        _ receiver: (any AuditReceiver)?,
        isRedacted: Bool
    ) -> Submission {
        if lane.isLossy { entry.degraded.append("audit-lossy") }
        buffer.removeAll(keepingCapacity: true)
        let line = RequestLineEncoder.encode(&entry, into: &buffer)
        let sealed = isRedacted ? redactor?.sealed ?? [] : []
        switch lane.submit(line, in: buffer, as: kind, notice: receiver == nil ? .none : .completion, sealed: sealed) {
        case .accepted: return .accepted
        case .rejected: return .unavailable
        case .waiting(let ticket):
            if let receiver { waiting.append((ticket, receiver)) }
            return .pending
        }
    }

    /// A connection that never came to a request: counted in summaries only.
    func connectionFailed(_ info: ConnectionInfo, time: Timestamp) {
        let group = DenyFloodControl.Group(
            source: "",
            network: AuditRecorder.network(info.peer),
            reason: "connection.failed"
        )
        writer.countConnection(group, now: time.microseconds)
    }

    /// The writer has come further: whoever waited goes on, oldest first.
    func advanced(_ progress: [AuditProgress]) {
        for event in progress {
            switch event {
            case .written(let through): if admitsOnWrite { complete(through: through, isDurable: true) }
            case .durable(let through): complete(through: through, isDurable: true)
            case .failed(let through, _): complete(through: through, isDurable: false)
            }
        }
    }

    private func complete(through ticket: UInt64, isDurable: Bool) {
        while firstWaiting < waiting.count, waiting[firstWaiting].ticket <= ticket {
            let receiver = waiting[firstWaiting].receiver
            firstWaiting += 1
            receiver.auditRecorded(isDurable)
        }
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            firstWaiting = 0
        } else if firstWaiting > 1024 {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
    }

    /// The /24 or /48 of an address.
    private static func network(_ address: IPAddress?) -> String {
        guard let address else { return "unix" }
        switch address.family {
        case .v4: return IPAddress(v4: UInt32(truncatingIfNeeded: address.low) & 0xffff_ff00).text + "/24"
        case .v6: return IPAddress(high: address.high & 0xffff_ffff_ffff_0000, low: 0).text + "/48"
        }
    }
}

extension AuditRecordClass {
    /// The class of a request's entry.
    fileprivate init(_ kind: RequestEntry.Kind) {
        self =
            switch kind {
            case .admit: .admit
            case .outcome: .outcome
            case .duplicate, .challenge: .duplicate
            case .deny: .deny
            }
    }
}

/// Carries the writer's progress to the event loop of a recorder: one hop per batch.
final class AuditLoopSink: AuditCompletionSink {
    private let loop: any EventLoop
    private let recorder = Mutex<NIOLoopBound<AuditRecorder>?>(nil)

    init(loop: any EventLoop) { self.loop = loop }

    /// Names the recorder; called once, on its event loop, before its first entry.
    func attach(_ recorder: AuditRecorder) {
        let bound = NIOLoopBound(recorder, eventLoop: loop)
        self.recorder.withLock { $0 = bound }
    }

    func auditAdvanced(_ progress: [AuditProgress]) {
        guard let bound = recorder.withLock({ $0 }) else { return }
        loop.execute { bound.value.advanced(progress) }
    }
}
