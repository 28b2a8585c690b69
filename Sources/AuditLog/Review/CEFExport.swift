/// Entries in the ArcSight Common Event Format, version 0.
enum CEFExport {
    static func line(_ entry: EntryView, version: String) -> String {
        let name = EntryStory.headline(entry)
        let code = entry.text("reason") ?? entry.kind
        let head = ["CEF:0", "Postern", "postern", version, code, name, String(severity(entry))]
        let fields: [(String, String?)] = [
            ("rt", String(entry.microseconds / 1000)), ("externalId", entry.requestID), ("cat", entry.kind),
            ("src", entry.text("client", "ip")), ("spt", entry.integer("client", "port").map(String.init)),
            ("request", entry.text("http", "path")), ("requestMethod", entry.text("http", "method")),
            ("requestClientApplication", entry.text("http", "ua")), ("dhost", entry.text("http", "host")),
            ("in", entry.integer("body", "bytes").map(String.init)), ("act", entry.text("decision")),
            ("outcome", entry.text("up", "state") ?? entry.integer("status").map(String.init)),
            ("reason", entry.text("reason")), ("suser", entry.text("actor", "id")), ("msg", entry.text("detail")),
            ("cnt", entry.integer("sum", "count").map(String.init)),
            ("cs1Label", entry.text("source").map { _ in "source" }), ("cs1", entry.text("source")),
            ("cs2Label", key(entry).map { _ in "keyId" }), ("cs2", key(entry)),
            ("cs3Label", entry.text("event", "type").map { _ in "eventType" }), ("cs3", entry.text("event", "type")),
            ("cs4Label", entry.text("checks").map { _ in "checks" }), ("cs4", entry.text("checks")),
            ("cn1Label", "seq"), ("cn1", String(entry.sequence)),
        ]
        let tail = fields.compactMap { name, value in value.map { "\(name)=\(extensionValue($0))" } }
        return head.map(headerValue).joined(separator: "|") + "|" + tail.joined(separator: " ")
    }

    private static func key(_ entry: EntryView) -> String? { entry.text("sig", "key") ?? entry.text("key", "id") }

    private static func severity(_ entry: EntryView) -> Int {
        switch entry.text("reason") {
        case "signature.key_revoked", "replay.exact": return 8
        case .some where entry.text("decision") == "deny": return 4
        default: return entry.knownKind == .auditGap ? 8 : 1
        }
    }

    /// In the head, `|` and `\` are escaped, and there are no line breaks.
    static func headerValue(_ text: String) -> String {
        escaped(text, [UInt8(ascii: "|"): "\\|", UInt8(ascii: "\n"): " ", UInt8(ascii: "\r"): " "])
    }

    /// In the extension, `=` and `\` are escaped, and line breaks are written out.
    static func extensionValue(_ text: String) -> String {
        escaped(text, [UInt8(ascii: "="): "\\=", UInt8(ascii: "\n"): "\\n", UInt8(ascii: "\r"): "\\r"])
    }

    private static func escaped(_ text: String, _ table: [UInt8: String]) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\\") {
                bytes += [byte, byte]
            } else if let instead = table[byte] {
                bytes += Array(instead.utf8)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
