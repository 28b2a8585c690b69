/// Entries as documents of the Elastic Common Schema 8, nested.
enum ECSExport {
    static func line(_ entry: EntryView, version: String) -> [UInt8] {
        var document = ExportObject()
        document.add("@timestamp", entry.time)
        document.add("message", EntryStory.headline(entry))
        document.add("ecs") { $0.add("version", "8.17.0") }
        document.add("event") { addEvent(&$0, entry) }
        document.add("source") {
            $0.add("ip", entry.text("client", "ip"))
            $0.add("port", entry.integer("client", "port"))
        }
        addHTTP(&document, entry)
        document.add("rule") {
            $0.add("name", entry.text("source"))
            $0.add("ruleset", entry.text("cfg"))
        }
        document.add("trace") { $0.add("id", entry.text("trace")) }
        document.add("user") {
            $0.add("name", entry.text("actor", "id"))
            $0.add("id", entry.integer("actor", "uid").map(String.init))
        }
        document.add("observer") {
            $0.add("name", entry.text("node"))
            $0.add("product", "postern")
            $0.add("type", "webhook-gateway")
            $0.add("vendor", "Postern")
            $0.add("version", version)
        }
        var addresses: [String] = []
        for address in [entry.text("client", "ip"), entry.text("client", "peer")].compactMap({ $0 })
        where !addresses.contains(address) { addresses.append(address) }
        document.add("related") { $0.add("ip", addresses) }
        document.add("labels") {
            $0.add("postern_checks", entry.text("checks"))
            $0.add("postern_event_id", entry.text("event", "id"))
            $0.add("postern_event_type", entry.text("event", "type"))
            $0.add("postern_key_id", entry.text("sig", "key") ?? entry.text("key", "id"))
            $0.add("postern_replay_key", entry.text("rk"))
        }
        return document.bytes
    }

    private static func addEvent(_ event: inout ExportObject, _ entry: EntryView) {
        let kind = entry.kind
        event.add("kind", "event")
        event.add("module", "postern")
        event.add("dataset", "postern.audit")
        event.add("action", kind)
        event.add("code", entry.text("reason"))
        event.add("reason", entry.text("reason").flatMap(ReasonSentences.sentence))
        event.add("id", entry.requestID)
        event.add("sequence", Int(clamping: entry.sequence))
        let (category, type) = classify(kind)
        event.add("category", category)
        event.add("type", type)
        event.add("outcome", outcome(kind, entry))
        if let microseconds = entry.integer("us", "total") { event.add("duration", microseconds * 1000) }
    }

    private static func classify(_ kind: String) -> (category: [String], type: [String]) {
        switch kind {
        case "request.admit": (["web"], ["access", "allowed"])
        case "request.deny", "request.deny_summary": (["web"], ["access", "denied"])
        case _ where kind.hasPrefix("request."): (["web"], ["access"])
        case _ where kind.hasPrefix("key."): (["configuration", "iam"], ["change"])
        case _ where kind.hasPrefix("config."), _ where kind.hasPrefix("keyring."): (["configuration"], ["change"])
        case "system.start": (["process"], ["start"])
        case "system.stop": (["process"], ["end"])
        case _ where kind.hasPrefix("system."): (["process"], ["info"])
        case _ where kind.hasPrefix("admin."): (["authentication"], ["info"])
        default: (["configuration"], ["access"])
        }
    }

    private static func outcome(_ kind: String, _ entry: EntryView) -> String {
        if kind == "request.deny" || kind == "request.deny_summary" || kind == "config.reject" { return "failure" }
        switch entry.text("up", "state") {
        case "failed": return "failure"
        case "unknown": return "unknown"
        default: return "success"
        }
    }

    private static func addHTTP(_ document: inout ExportObject, _ entry: EntryView) {
        document.add("http") { http in
            http.add("request") { request in
                request.add("method", entry.text("http", "method"))
                request.add("body") { $0.add("bytes", entry.integer("body", "bytes")) }
            }
            http.add("response") { $0.add("status_code", entry.integer("status")) }
        }
        document.add("url") {
            $0.add("domain", entry.text("http", "host"))
            $0.add("path", entry.text("http", "path"))
        }
        document.add("user_agent") { $0.add("original", entry.text("http", "ua")) }
        if let version = entry.text("client", "tls"), !version.isEmpty {
            document.add("tls") { tls in
                tls.add("version", version)
                tls.add("version_protocol", "tls")
                tls.add("client") { $0.add("server_name", entry.text("client", "sni")) }
            }
        }
    }
}
