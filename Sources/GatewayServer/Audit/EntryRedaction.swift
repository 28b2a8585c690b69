import AuditLog
import HTTPCodec
import NIOCore
import WebhookVerification

/// Brings the fields of an entry into the forms that the rules of its source say.
///
/// Called only where rules differ from recording in clear or not at all. Source: `docs/audit-log-format.md`, redaction.
enum EntryRedaction {
    private static let clientIP = Array("client.ip".utf8)
    private static let userAgent = Array("http.ua".utf8)
    private static let query = Array("http.query".utf8)
    private static let body = Array("body".utf8)

    /// Works on an entry that was filled; `redactor` is `nil` without a keyring, where rules can only drop.
    static func apply(
        _ rules: AuditFieldRules,
        to entry: inout RequestEntry,
        _ record: borrowing AuditRecorder.Record,
        body received: ReceivedBody?,
        _ redactor: FieldRedactor?
    ) {
        redactor?.begin()
        if rules.clientIP != .plain { hideClient(rules.clientIP, &entry, record.facts.client, record.info, redactor) }
        let bytes = record.request.bytes.readableBytesUInt8Span
        if var http = entry.http, bytes.count > 0 {
            if rules.userAgent != .plain, let index = record.request.firstIndex(of: .userAgent) {
                let value = bytes.extracting(record.request.fields[index].value.range)
                http.userAgent = form(value, userAgent, rules.userAgent, &entry, redactor)
            }
            if rules.query == .mac, let span = record.request.query {
                http.query = form(bytes.extracting(span.range), query, .mac, &entry, redactor)
            }
            entry.http = http
        }
        if rules.body == .mac, let received {
            let buffer = received.buffer
            let mac = form(buffer.readableBytesUInt8Span, body, .mac, &entry, redactor)
            entry.bodyMAC = mac
        }
        guard !record.facts.fields.isEmpty else { return }
        var fields: [RequestEntry.Field] = []
        for (index, value) in record.facts.fields {
            let field = rules.fields[index]
            let text = form(value.span, field.name, field.form, &entry, redactor)
            fields.append(RequestEntry.Field(pointer: String(decoding: field.name, as: UTF8.self), value: text))
        }
        entry.fields = RequestEntry.sortedFields(fields)
    }

    private static func form(
        _ value: Span<UInt8>,
        _ path: [UInt8],
        _ form: AuditFieldForm,
        _ entry: inout RequestEntry,
        _ redactor: FieldRedactor?
    ) -> AuditText {
        if let redactor { return redactor.record(value, path: path, form: form, in: &entry) }
        switch form {
        case .plain: return entry.keep(value)
        case .drop: return .absent
        case .mac, .seal: return FieldRedactor.leaveOut(&entry)
        }
    }

    /// The peer is the client where no proxy is between them, and the chain of proxies begins with the client.
    private static func hideClient(
        _ rule: AuditFieldForm,
        _ entry: inout RequestEntry,
        _ client: IPAddress?,
        _ info: ConnectionInfo,
        _ redactor: FieldRedactor?
    ) {
        guard entry.client != nil else { return }
        var hidden = AuditText.absent
        if let client {
            var text: [UInt8] = []
            client.append(to: &text)
            hidden = form(text.span, clientIP, rule, &entry, redactor)
        }
        entry.client?.ip = hidden
        if client == nil || client == info.peer { entry.client?.peer = hidden }
        entry.client?.via = []
    }
}
