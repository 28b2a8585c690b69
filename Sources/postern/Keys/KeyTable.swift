import GatewayServer
import GatewayStorage
import WebhookVerification

/// Keys as lines of a table of 80 columns, and as JSON.
struct KeyTable {
    private static let table = TextTable([
        .init("SOURCE", width: 20), .init("KEY", width: 14), .init("", width: 1), .init("STATE", width: 9),
        .init("LAST USED", width: 16), .init("24 H", width: 8, side: .right), .init("SHARE", width: 6, side: .right),
    ])

    let usage: KeyUsage
    let now: Timestamp

    /// The lines of the table.
    func lines(_ entries: [KeyringEntry]) -> [String] {
        [KeyTable.table.header, KeyTable.table.rule]
            + entries.flatMap { entry in entry.keys.map { KeyTable.table.row(cells($0, entry)) } }
    }

    private func cells(_ key: KeyringKey, _ entry: KeyringEntry) -> [String] {
        let record = usage.records[key.id.text]
        let count = record?.day(before: now) ?? 0
        return [
            entry.name, key.id.text, entry.primary == key.id ? "*" : key.rotation != nil ? "+" : "", key.state.rawValue,
            KeyTimes.short(record?.last), KeyTimes.grouped(count),
            KeyTimes.share(count, of: usage.day(ofSource: entry.name, before: now)),
        ]
    }

    /// One key as a JSON object on one line; never a secret.
    func json(_ key: KeyringKey, _ entry: KeyringEntry, recipient: KeyRecipient? = nil) -> String {
        let record = usage.records[key.id.text]
        var line = JSONLine()
        line.add("source", entry.name)
        line.add("id", key.id.text)
        line.add("label", key.label)
        line.add("purpose", key.purpose.rawValue)
        line.add("alg", key.algorithm)
        line.add("encoding", key.encoding.rawValue)
        line.add("state", key.state.rawValue)
        line.add("primary", entry.primary == key.id)
        line.add("rotating", key.rotation != nil)
        line.add("origin", key.origin.rawValue)
        line.add("fingerprint", key.fingerprint)
        line.add("created", KeyringTime.text(key.created))
        line.add("not_before", key.notBefore.map(KeyringTime.text))
        line.add("not_after", key.notAfter.map(KeyringTime.text))
        line.add("expires", key.expires.map(KeyringTime.text))
        line.add("last_used", record.flatMap { Timestamp(seconds: $0.last) }.map(KeyringTime.text))
        line.add("events_24h", Int(record?.day(before: now) ?? 0))
        line.add("events_total", Int(record?.total ?? 0))
        line.add("source_events_24h", Int(usage.day(ofSource: entry.name, before: now)))
        if let recipient { line.add("recipient", recipient.description) }
        return line.text
    }

    /// Everything about one key, for people.
    func details(_ key: KeyringKey, _ entry: KeyringEntry) -> [String] {
        let record = usage.records[key.id.text]
        var rows: [(String, String)] = [
            ("key", key.id.text), ("source", entry.name),
            ("state", key.state.rawValue + (entry.primary == key.id ? ", primary" : "")),
            ("label", key.label), ("purpose", key.purpose.rawValue), ("algorithm", key.algorithm),
            ("encoding", key.encoding.rawValue), ("origin", key.origin.rawValue), ("fingerprint", key.fingerprint),
            ("created", KeyTimes.short(key.created)), ("not before", KeyTimes.short(key.notBefore)),
            ("not after", KeyTimes.short(key.notAfter)), ("expires", KeyTimes.short(key.expires)),
            ("last used", KeyTimes.short(record?.last)),
            (
                "events",
                "\(KeyTimes.grouped(record?.day(before: now) ?? 0)) in 24 h, "
                    + "\(KeyTimes.grouped(record?.total ?? 0)) in all"
            ),
        ]
        if let rotation = key.rotation {
            rows.append(("rotation", "replaces \(rotation.replaces) at its first use, overlap \(rotation.overlap) s"))
        }
        return rows.filter { !$0.1.isEmpty }.map { name, value in
            name + String(repeating: " ", count: 13 - name.utf8.count) + value
        }
    }
}
