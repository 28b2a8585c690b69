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

    /// The entry being made; valid until the next `fill`.
    var entry = RequestEntry()
    private let lane: AuditLane
    private let writer: AuditWriter
    private var buffer: [UInt8] = []
    private var scratch: [UInt8] = []
    private var waiting: [(ticket: UInt64, receiver: any AuditReceiver)] = []
    private var firstWaiting = 0
    private var snapshot: GatewaySnapshot?
    private var denial: (source: String, client: IPAddress?, reason: DenialReason?) = ("", nil, nil)

    init(lane: AuditLane, writer: AuditWriter) {
        self.lane = lane
        self.writer = writer
        buffer.reserveCapacity(EncodedLine.maxLineBytes)
    }

    /// Starts an entry with everything that is known of its request.
    func fill(
        _ kind: RequestEntry.Kind,
        requestID: UUIDv7,
        facts: borrowing DeliveryFacts,
        request: borrowing RequestHead,
        info: ConnectionInfo,
        snapshot: GatewaySnapshot,
        time: Timestamp
    ) {
        entry.reset()
        entry.kind = kind
        entry.time = time.microseconds
        entry.requestID = requestID
        entry.configDigest = snapshot.digest
        let source = facts.source.map { snapshot.table.sources[$0] }
        if let source { entry.source = .string(source.name) }
        denial = (source?.name ?? "", facts.client ?? info.peer, nil)
        if case .outcome = kind { return }
        facts.trace.append(to: &entry.checks)
        fillClient(facts, request, info)
        fillHead(request)
        fillEvent(facts)
        fillSignature(facts, source)
        if let source, !facts.fields.isEmpty { fillFields(facts, source) }
        if !facts.shadowed.isEmpty, let first = facts.shadowed.first {
            entry.detail = .string(Denial.cut("shadow: \(first.reason.rawValue) \(first.detail)"))
        }
    }

    /// The reason of a refusal.
    func setReason(_ reason: DenialReason) {
        entry.reason = .literal(reason.code)
        denial.reason = reason
    }

    /// The replay key, where the delivery has one.
    func setReplayKey(_ key: ReplayKey?) {
        guard let key else { return }
        scratch.removeAll(keepingCapacity: true)
        key.appendText(to: &scratch)
        let text = scratch
        entry.replayKey = entry.keep(text.span)
    }

    /// Hands the entry to the writer; a receiver hears of it unless the answer says everything.
    func submit(_ kind: AuditRecordClass, receiver: (any AuditReceiver)?) -> Submission {
        if kind == .deny, isFlood() { return .accepted }
        buffer.removeAll(keepingCapacity: true)
        let line = RequestLineEncoder.encode(entry, into: &buffer)
        switch lane.submit(line, in: buffer, as: kind, notice: receiver == nil ? .none : .completion) {
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
            source: "", network: AuditRecorder.network(info.peer), reason: DenialReason.httpFraming.rawValue
        )
        _ = writer.judgeDenial(group, now: time.microseconds)
    }

    /// The writer has come further: whoever waited goes on, oldest first.
    func advanced(_ progress: [AuditProgress]) {
        for event in progress {
            switch event {
            case .written: break
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

    private func isFlood() -> Bool {
        let group = DenyFloodControl.Group(
            source: denial.source,
            network: AuditRecorder.network(denial.client),
            reason: denial.reason?.rawValue ?? ""
        )
        return writer.judgeDenial(group, now: entry.time) == .count
    }

    /// The /24 or /48 of an address.
    private static func network(_ address: IPAddress?) -> String {
        guard let address else { return "unix" }
        switch address.family {
        case .v4: return IPAddress(v4: UInt32(truncatingIfNeeded: address.low) & 0xffff_ff00).text + "/24"
        case .v6: return IPAddress(high: address.high & 0xffff_ffff_ffff_0000, low: 0).text + "/48"
        }
    }

    private func fillClient(
        _ facts: borrowing DeliveryFacts,
        _ request: borrowing RequestHead,
        _ info: ConnectionInfo
    ) {
        var client = RequestEntry.Client()
        client.ip = text(facts.client)
        client.peer = text(info.peer)
        client.port = info.port
        client.tls = info.tls
        if let name = info.serverName { client.sni = .string(name) }
        let bytes = request.bytes.readableBytesUInt8Span
        for field in request.fields where field.id == .xForwardedFor && client.via.count < 4 {
            client.via.append(entry.keep(bytes.extracting(field.value.range)))
        }
        entry.client = client
    }

    private func fillHead(_ request: borrowing RequestHead) {
        guard request.isMethodKnown else { return }
        let bytes = request.bytes.readableBytesUInt8Span
        guard bytes.count > 0 else { return }
        var http = RequestEntry.HTTP()
        http.method = entry.keep(bytes.extracting(request.methodSpan.range))
        http.path = entry.keep(bytes.extracting(request.path.range))
        if let authority = request.authority { http.host = entry.keep(bytes.extracting(authority.range)) }
        if let index = request.firstIndex(of: .userAgent) {
            http.userAgent = entry.keep(bytes.extracting(request.fields[index].value.range))
        }
        if case .contentLength(let length) = request.framing { http.length = length }
        entry.http = http
    }

    private func fillEvent(_ facts: borrowing DeliveryFacts) {
        guard !facts.eventType.isEmpty || !facts.eventID.isEmpty || facts.timestamp != nil else { return }
        var event = RequestEntry.Event()
        if !facts.eventType.isEmpty { event.type = entry.keep(facts.eventType.span) }
        if !facts.eventID.isEmpty { event.id = entry.keep(facts.eventID.span) }
        event.timestamp = facts.timestamp?.seconds
        entry.event = event
    }

    private func fillSignature(_ facts: borrowing DeliveryFacts, _ source: Source?) {
        guard let match = facts.signature, let source, case .scheme(let scheme, _) = source.signature else { return }
        var signature = RequestEntry.Signature()
        signature.scheme = .string(scheme.scheme.name)
        signature.algorithm = .string(scheme.algorithm.name)
        signature.key = .string(match.keyID.text)
        signature.presented = match.candidateCount
        entry.signature = signature
    }

    private func fillFields(_ facts: borrowing DeliveryFacts, _ source: Source) {
        var fields: [RequestEntry.Field] = []
        for (index, value) in facts.fields {
            let name = String(decoding: source.audit.plain[index].name, as: UTF8.self)
            fields.append(RequestEntry.Field(pointer: name, value: entry.keep(value.span)))
        }
        entry.fields = RequestEntry.sortedFields(fields)
    }

    private func text(_ address: IPAddress?) -> AuditText {
        guard let address else { return .absent }
        scratch.removeAll(keepingCapacity: true)
        address.append(to: &scratch)
        let text = scratch
        return entry.keep(text.span)
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
