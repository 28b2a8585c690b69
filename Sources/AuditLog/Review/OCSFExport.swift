/// Entries as events of the Open Cybersecurity Schema Framework 1.3, profile security_control.
///
/// Requests are HTTP Activity (4002), keys Entity Management (3004), start and stop Application Lifecycle (6002),
/// everything else API Activity (6003).
enum OCSFExport {
    private struct Class {
        let category: Int
        let uid: Int
        let activity: Int
    }

    static func line(_ entry: EntryView, version: String) -> [UInt8] {
        let kind = entry.kind
        let type = classify(kind, entry)
        var event = ExportObject()
        addBase(&event, entry, type, version)
        switch type.uid {
        case 4002: addRequest(&event, entry)
        case 3004: addKey(&event, entry)
        case 6002:
            event.add("app") {
                $0.add("name", "postern"); $0.add("vendor_name", "Postern")
            }
        default: addCall(&event, entry)
        }
        event.add("unmapped") { rest in
            rest.add("checks", entry.text("checks"))
            rest.add("replay_key", entry.text("rk"))
            rest.add("config", entry.text("cfg"))
            rest.add("degraded", entry.texts("deg"))
            rest.add("event_id", entry.text("event", "id"))
            rest.add("event_type", entry.text("event", "type"))
            rest.add("key", entry.text("sig", "key"))
            rest.add("source", entry.text("source"))
        }
        return event.bytes
    }

    private static func classify(_ kind: String, _ entry: EntryView) -> Class {
        if kind.hasPrefix("request.") {
            let methods = [
                "CONNECT": 1, "DELETE": 2, "GET": 3, "HEAD": 4, "OPTIONS": 5, "POST": 6, "PUT": 7, "TRACE": 8,
            ]
            // Only admissions and refusals say the method; a delivery is a POST.
            let method = entry.text("http", "method") ?? "POST"
            return Class(category: 4, uid: 4002, activity: methods[method] ?? 99)
        }
        if kind.hasPrefix("key.") {
            let acts = [
                "key.add": 1, "key.import": 1, "key.destroy": 4, "key.export": 2, "key.activate": 10, "key.retire": 11,
                "key.revoke": 9,
            ]
            return Class(category: 3, uid: 3004, activity: acts[kind] ?? 3)
        }
        switch kind {
        case "system.start": return Class(category: 6, uid: 6002, activity: 3)
        case "system.stop": return Class(category: 6, uid: 6002, activity: 4)
        case "audit.access", "audit.export": return Class(category: 6, uid: 6003, activity: 2)
        case "audit.prune", "audit.pruned", "audit.redact": return Class(category: 6, uid: 6003, activity: 4)
        case "config.load", "config.reload", "config.reject": return Class(category: 6, uid: 6003, activity: 3)
        default: return Class(category: 6, uid: 6003, activity: 1)
        }
    }

    private static func addBase(_ event: inout ExportObject, _ entry: EntryView, _ type: Class, _ version: String) {
        event.add("activity_id", type.activity)
        event.add("category_uid", type.category)
        event.add("class_uid", type.uid)
        event.add("type_uid", type.uid * 100 + type.activity)
        event.add("time", Int(entry.microseconds / 1000))
        event.add("severity_id", severity(entry))
        event.add("message", EntryStory.headline(entry))
        let isFailure = entry.text("decision") == "deny" || entry.text("up", "state") == "failed"
        event.add("status_id", isFailure ? 2 : 1)
        event.add("status_code", entry.text("reason"))
        event.add("status_detail", entry.text("detail"))
        event.add("metadata") { metadata in
            metadata.add("version", "1.3.0")
            metadata.add("uid", entry.requestID)
            metadata.add("event_code", entry.kind)
            metadata.add("sequence", Int(clamping: entry.sequence))
            metadata.add("log_name", "postern-audit/1")
            metadata.add("profiles", ["security_control"])
            metadata.add("product") {
                $0.add("name", "postern")
                $0.add("vendor_name", "Postern")
                $0.add("version", version)
            }
        }
        if entry.knownKind == .requestDenySummary {
            event.add("count", entry.integer("sum", "count"))
            event.add("start_time", time(entry.text("sum", "first")))
            event.add("end_time", time(entry.text("sum", "last")))
        }
    }

    private static func time(_ text: String?) -> Int? {
        text.flatMap { EntryTime.parse(Array($0.utf8).span) }.map { Int($0 / 1000) }
    }

    private static func severity(_ entry: EntryView) -> Int {
        switch entry.text("reason") {
        case "signature.key_revoked", "replay.exact": return 4
        case .some where entry.text("decision") == "deny": return 2
        default: return entry.knownKind == .auditGap ? 4 : entry.knownKind == .requestDenySummary ? 2 : 1
        }
    }

    private static func addRequest(_ event: inout ExportObject, _ entry: EntryView) {
        let (action, disposition) = verdict(entry)
        event.add("action_id", action)
        event.add("disposition_id", disposition)
        event.add("src_endpoint") {
            $0.add("ip", entry.text("client", "ip"))
            $0.add("port", entry.integer("client", "port"))
            $0.add("intermediate_ips", entry.texts("client", "via"))
        }
        event.add("dst_endpoint") { $0.add("svc_name", entry.text("source") ?? "postern") }
        event.add("http_request") { request in
            request.add("http_method", entry.text("http", "method"))
            request.add("user_agent", entry.text("http", "ua"))
            request.add("uid", entry.requestID)
            request.add("body_length", entry.integer("body", "bytes"))
            request.add("url") {
                $0.add("hostname", entry.text("http", "host"))
                $0.add("path", entry.text("http", "path"))
            }
        }
        event.add("http_response") { $0.add("code", entry.integer("status")) }
        if let version = entry.text("client", "tls"), !version.isEmpty {
            event.add("tls") {
                $0.add("version", version)
                $0.add("sni", entry.text("client", "sni"))
            }
        }
    }

    /// What was done with it, and how that is called there.
    private static func verdict(_ entry: EntryView) -> (action: Int, disposition: Int) {
        switch entry.knownKind {
        case .requestDeny:
            let reason = entry.text("reason") ?? ""
            if reason.hasPrefix("address.") || reason.hasPrefix("signature.") { return (2, 26) }
            let rejected = ["payload.", "size.", "timestamp.", "content.", "http."]
            return (2, rejected.contains(where: reason.hasPrefix) ? 25 : 2)
        case .requestDuplicate: return (3, 16)
        case .requestDenySummary: return (2, 20)
        default: return (1, 1)
        }
    }

    private static func addKey(_ event: inout ExportObject, _ entry: EntryView) {
        event.add("entity") {
            $0.add("name", entry.text("key", "id") ?? "key")
            $0.add("uid", entry.text("key", "fp"))
            $0.add("type", "signing key")
        }
        event.add("comment", entry.text("actor", "reason"))
        addActor(&event, entry)
    }

    private static func addCall(_ event: inout ExportObject, _ entry: EntryView) {
        event.add("api") {
            $0.add("operation", entry.kind)
            $0.add("service") { $0.add("name", "postern") }
        }
        addActor(&event, entry)
        event.add("src_endpoint") { $0.add("svc_name", entry.text("actor", "via") ?? "postern") }
    }

    private static func addActor(_ event: inout ExportObject, _ entry: EntryView) {
        event.add("actor") { actor in
            let isUser = entry.text("actor", "type") == "user"
            actor.add("app_name", "postern")
            guard isUser else { return }
            actor.add("user") {
                $0.add("name", entry.text("actor", "id"))
                $0.add("uid", entry.integer("actor", "uid").map(String.init))
            }
        }
    }
}
