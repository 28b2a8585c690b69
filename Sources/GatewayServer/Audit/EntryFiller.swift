import AuditLog
import HTTPCodec
import NIOCore
import WebhookVerification

/// Turns what is known of a request into the members of its audit entry.
///
/// Source: `docs/audit-log-format.md`, record schema. An outcome says only what its admission did not.
enum EntryFiller {
    static func fill(
        _ entry: inout RequestEntry,
        _ kind: RequestEntry.Kind,
        _ record: borrowing AuditRecorder.Record,
        _ source: Source?
    ) {
        start(&entry, record.requestID, source?.name, record.snapshot.digest, record.replay?.key, record.time)
        if let replay = record.replay { entry.replayMarks = (replay.digest, replay.fingerprint) }
        entry.kind = kind
        record.facts.trace.append(to: &entry.checks)
        fillClient(&entry, record.facts, record.request, record.info)
        fillHead(&entry, record.request, source?.audit.userAgent ?? record.snapshot.unroutedAudit.userAgent)
        fillEvent(&entry, record.facts)
        fillSignature(&entry, record.facts, source)
        if let source, !record.facts.fields.isEmpty, !source.audit.needsRedaction {
            fillFields(&entry, record.facts, source)
        }
        if let first = record.facts.shadowed.first {
            entry.detail = .string(Denial.cut("shadow: \(first.reason.rawValue) \(first.detail)"))
        }
    }

    /// The members of an outcome; its admission said the rest.
    static func fillOutcome(
        _ entry: inout RequestEntry,
        _ requestID: UUIDv7,
        _ source: String,
        _ digest: UInt64,
        _ replayKey: ReplayKey?,
        _ time: Timestamp
    ) {
        start(&entry, requestID, source, digest, replayKey, time)
        entry.kind = .outcome
    }

    private static func start(
        _ entry: inout RequestEntry,
        _ requestID: UUIDv7,
        _ source: String?,
        _ digest: UInt64,
        _ replayKey: ReplayKey?,
        _ time: Timestamp
    ) {
        entry.reset()
        entry.time = time.microseconds
        entry.requestID = requestID
        entry.configDigest = digest
        if let source { entry.source = .string(source) }
        guard let replayKey else { return }
        entry.replayKey = entry.keep { replayKey.appendText(to: &$0) }
    }

    private static func fillClient(
        _ entry: inout RequestEntry,
        _ facts: borrowing DeliveryFacts,
        _ request: borrowing RequestHead,
        _ info: ConnectionInfo
    ) {
        var client = RequestEntry.Client()
        client.ip = text(facts.client, &entry)
        client.peer = facts.client == info.peer ? client.ip : text(info.peer, &entry)
        client.port = info.port
        client.tls = info.tls
        if let name = info.serverName { client.sni = .string(name) }
        let bytes = request.bytes.readableBytesUInt8Span
        for field in request.fields where field.id == .xForwardedFor && client.via.count < 4 {
            client.via.append(entry.keep(bytes.extracting(field.value.range)))
        }
        entry.client = client
    }

    private static func fillHead(
        _ entry: inout RequestEntry,
        _ request: borrowing RequestHead,
        _ userAgent: AuditFieldForm
    ) {
        guard request.isMethodKnown else { return }
        let bytes = request.bytes.readableBytesUInt8Span
        guard bytes.count > 0 else { return }
        var http = RequestEntry.HTTP()
        http.method = entry.keep(bytes.extracting(request.methodSpan.range))
        http.path = entry.keep(bytes.extracting(request.path.range))
        if let authority = request.authority { http.host = entry.keep(bytes.extracting(authority.range)) }
        if userAgent == .plain, let index = request.firstIndex(of: .userAgent) {
            http.userAgent = entry.keep(bytes.extracting(request.fields[index].value.range))
        }
        if case .contentLength(let length) = request.framing { http.length = length }
        entry.http = http
    }

    private static func fillEvent(_ entry: inout RequestEntry, _ facts: borrowing DeliveryFacts) {
        guard !facts.eventType.isEmpty || !facts.eventID.isEmpty || facts.timestamp != nil else { return }
        var event = RequestEntry.Event()
        if !facts.eventType.isEmpty { event.type = entry.keep(facts.eventType.span) }
        if !facts.eventID.isEmpty { event.id = entry.keep(facts.eventID.span) }
        event.timestamp = facts.timestamp?.seconds
        entry.event = event
    }

    private static func fillSignature(
        _ entry: inout RequestEntry,
        _ facts: borrowing DeliveryFacts,
        _ source: Source?
    ) {
        guard let match = facts.signature, let source, case .scheme(let scheme, let keys) = source.signature
        else { return }
        var signature = RequestEntry.Signature()
        signature.scheme = .string(scheme.scheme.name)
        signature.algorithm = .string(scheme.algorithm.name)
        signature.key = .string(match.keyID.text)
        signature.presented = match.candidateCount
        if match.otherKeys != 0 { signature.also = match.otherKeyNames(keys) }
        if keys.count > 1 { signature.isRetiring = keys.first { $0.id == match.keyID }?.state == .retiring }
        entry.signature = signature
    }

    private static func fillFields(_ entry: inout RequestEntry, _ facts: borrowing DeliveryFacts, _ source: Source) {
        var fields: [RequestEntry.Field] = []
        for (index, value) in facts.fields {
            let name = String(decoding: source.audit.fields[index].name, as: UTF8.self)
            fields.append(RequestEntry.Field(pointer: name, value: entry.keep(value.span)))
        }
        entry.fields = RequestEntry.sortedFields(fields)
    }

    private static func text(_ address: IPAddress?, _ entry: inout RequestEntry) -> AuditText {
        guard let address else { return .absent }
        return entry.keep { address.append(to: &$0) }
    }
}
