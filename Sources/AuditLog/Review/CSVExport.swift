/// Entries as comma-separated values (RFC 4180).
///
/// A value that a spreadsheet would take for a formula gets an apostrophe in front.
enum CSVExport {
    private static let columns: [(name: String, value: @Sendable (EntryView) -> String?)] = [
        ("seq", { String($0.sequence) }), ("ts", { $0.time }), ("kind", { $0.kind }), ("rid", { $0.requestID }),
        ("source", { $0.text("source") }), ("decision", { $0.text("decision") }), ("reason", { $0.text("reason") }),
        ("detail", { $0.text("detail") }), ("status", { $0.integer("status").map(String.init) }),
        ("client_ip", { $0.text("client", "ip") }), ("method", { $0.text("http", "method") }),
        ("path", { $0.text("http", "path") }), ("user_agent", { $0.text("http", "ua") }),
        ("event_type", { $0.text("event", "type") }), ("event_id", { $0.text("event", "id") }),
        ("key", { $0.text("sig", "key") ?? $0.text("key", "id") }), ("scheme", { $0.text("sig", "scheme") }),
        ("checks", { $0.text("checks") }), ("body_bytes", { $0.integer("body", "bytes").map(String.init) }),
        ("upstream", { $0.text("up", "name") }), ("upstream_status", { $0.integer("up", "status").map(String.init) }),
        ("upstream_state", { $0.text("up", "state") }), ("replay_key", { $0.text("rk") }),
        ("actor", { $0.text("actor", "id") }), ("config", { $0.text("cfg") }),
        ("degraded", { $0.isDegraded ? $0.texts("deg").joined(separator: " ") : nil }),
    ]

    static var header: String { columns.map(\.name).joined(separator: ",") }

    static func line(_ entry: EntryView) -> [UInt8] {
        Array(columns.map { cell($0.value(entry) ?? "") }.joined(separator: ",").utf8)
    }

    static func cell(_ value: String) -> String {
        var text = value
        if let first = text.utf8.first, [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first) { text = "'" + text }
        let isPlain = !text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        return isPlain
            ? text
            : "\""
                + text.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"") + "\""
    }
}
