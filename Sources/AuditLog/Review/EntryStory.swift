internal import StrictJSON

/// An entry told in plain words, line by line, at most 80 columns wide where its texts allow.
///
/// For people: the line of the log is what counts. Texts of strangers are cut and shown in printable ASCII.
package enum EntryStory {
    /// One line: what happened, without number and time.
    package static func headline(_ entry: EntryView) -> String {
        let kind = entry.kind
        let source = entry.text("source").map { " to \($0)" } ?? ""
        switch entry.knownKind {
        case .requestAdmit: return "delivery\(source) admitted" + named(entry)
        case .requestOutcome: return outcome(entry)
        case .requestDeny: return "request\(source) refused: \(entry.text("reason") ?? "")"
        case .requestDuplicate: return "delivery\(source) not forwarded: \(entry.text("reason") ?? "duplicate")"
        case .requestDenySummary:
            let count = entry.integer("sum", "count") ?? 0
            return
                "\(count) more refusals from \(entry.text("sum", "net") ?? "?"): \(entry.text("sum", "reason") ?? "")"
        case .auditGap: return "\(entry.integer("gap", "lost") ?? 0) entries could not be kept"
        case .systemStart: return "gateway started" + detail(entry)
        case .systemStop: return "gateway stopped" + detail(entry)
        case .auditAccess:
            return "log read" + actor(entry) + words(entry.text("access", "command"), entry.text("access", "about"))
        case .auditExport:
            return "log exported" + actor(entry) + words(entry.text("export", "to"), entry.text("export", "about"))
        case .auditRedact:
            let what = entry.text("redact", "epoch") ?? "\(entry.integers("redact", "seqs").count) entries"
            return "sealed values of \(what) erased" + actor(entry) + words(entry.text("redact", "legal_basis"), nil)
        case .auditOpen:
            guard let old = entry.text("previous", "origin") else { return "log opened" + actor(entry) + detail(entry) }
            let who = entry.text("previous", "user").map { " by \(clean($0, 32))" } ?? ""
            return "new log in place of \(clean(old, 60))\(who)" + words(entry.text("previous", "reason"), nil)
        case .auditReview:
            let range = "\(entry.integer("review", "from_seq") ?? 0) to \(entry.integer("review", "to_seq") ?? 0)"
            return "entries \(range) signed off" + actor(entry) + words(entry.text("review", "verdict"), nil)
        default:
            if kind.hasPrefix("key."), let key = entry.text("key", "id") { return EntryStory.key(entry, key) }
            return kind + actor(entry) + detail(entry)
        }
    }

    private static let keyActs: [EntryKind: String] = [
        .keyAdd: "added", .keyImport: "imported", .keyActivate: "activated", .keyPromote: "made the primary",
        .keyRetire: "retired", .keySuspend: "suspended", .keyRevoke: "revoked", .keyDestroy: "destroyed",
        .keyExport: "exported", .keyFirstUse: "first used", .keyExpiring: "expires",
    ]

    private static func key(_ entry: EntryView, _ id: String) -> String {
        let what = entry.knownKind.flatMap { keyActs[$0] } ?? entry.kind
        let who = entry.text("actor", "type") == "user" ? actor(entry) : ""
        return "\(clean(id, 24)) \(what)\(who)" + detail(entry)
    }

    /// Everything there is to say, stage by stage.
    package static func lines(_ entry: EntryView) -> [String] {
        var lines = ["\(entry.time)  entry \(entry.sequence)", "  " + headline(entry)]
        if let reason = entry.text("reason"), let sentence = ReasonSentences.sentence(reason) {
            lines += wrapped("why", sentence)
        }
        if let text = entry.text("detail") { lines += wrapped("detail", text) }
        if let text = entry.text("actor", "reason") { lines += wrapped("words", text) }
        lines += client(entry) + request(entry) + stages(entry)
        lines += keyState(entry) + signature(entry) + fields(entry) + upstream(entry)
        if let status = entry.integer("status") { lines.append(row("answer", "status \(status) to the sender")) }
        lines += durations(entry)
        if entry.isDegraded { lines += wrapped("degraded", entry.texts("deg").joined(separator: ", ")) }
        let cut = entry.texts("cut")
        if !cut.isEmpty { lines += wrapped("not exact", cut.joined(separator: ", ") + " (cut or escaped)") }
        return lines
    }

    private static func keyState(_ entry: EntryView) -> [String] {
        guard let print = entry.text("key", "fp") else { return [] }
        var text = "fingerprint \(print)"
        if let state = entry.text("key", "to") {
            text += ", " + (entry.text("key", "from").map { "\($0) to \(state)" } ?? state)
        }
        if let time = entry.text("key", "not_after") { text += ", accepted until \(time)" }
        return wrapped("key", text)
    }

    private static func named(_ entry: EntryView) -> String {
        guard let type = entry.text("event", "type") else { return "" }
        return ": \(clean(type, 48))"
    }

    private static func outcome(_ entry: EntryView) -> String {
        let name = entry.text("up", "name").map { " \($0)" } ?? ""
        switch entry.text("up", "state") {
        case "done": return "handler\(name) answered \(entry.integer("up", "status") ?? 0)"
        case "failed": return "handler\(name) did not get it: \(entry.text("reason") ?? "failed")"
        case "unknown": return "unknown whether handler\(name) acted: \(entry.text("reason") ?? "")"
        default: return "ended: \(entry.text("reason") ?? "status \(entry.integer("status") ?? 0)")"
        }
    }

    private static func detail(_ entry: EntryView) -> String {
        (entry.text("detail") ?? entry.text("reason")).map { ": \(clean($0, 60))" } ?? ""
    }

    private static func words(_ first: String?, _ second: String?) -> String {
        let words = [first, second].compactMap { $0 }.joined(separator: " ")
        return words.isEmpty ? "" : ": \(clean(words, 60))"
    }

    private static func actor(_ entry: EntryView) -> String {
        guard let id = entry.text("actor", "id"), !id.isEmpty else { return "" }
        return " by \(clean(id, 32))"
    }

    private static func client(_ entry: EntryView) -> [String] {
        guard let address = entry.text("client", "ip") else { return [] }
        var text = address
        if let peer = entry.text("client", "peer"), peer != address { text += " through \(peer)" }
        switch entry.text("client", "tls") {
        case "1.2": text += ", TLS 1.2"
        case "1.3": text += ", TLS 1.3"
        default: text += ", without TLS"
        }
        return [row("from", text)]
    }

    private static func request(_ entry: EntryView) -> [String] {
        var lines: [String] = []
        if let method = entry.text("http", "method") {
            let host = entry.text("http", "host").map { " at \($0)" } ?? ""
            lines += wrapped("request", "\(method) \(entry.text("http", "path") ?? "")\(host)")
        }
        if let bytes = entry.integer("body", "bytes") { lines.append(row("body", "\(bytes) bytes")) }
        let event = [entry.text("event", "type"), entry.text("event", "id").map { "id \($0)" }].compactMap { $0 }
        if !event.isEmpty { lines += wrapped("event", event.joined(separator: ", ")) }
        return lines
    }

    private static let meanings: [String: (passed: String, refused: String)] = [
        "route": ("path and host belong to the source", "no source for path and host"),
        "address": ("the client is in an allowed network", "the client is in no allowed network"),
        "content": ("method, media type and size are allowed", "method, media type or size is not allowed"),
        "signature": ("the signature holds over the exact bytes", "the signature does not hold"),
        "timestamp": ("the signed time is within its window", "the signed time is not within its window"),
        "payload": ("strict JSON that fits the schema", "the body is not what the source allows"),
        "replay": ("not delivered before", "delivered before, or under way"),
    ]

    private static func stages(_ entry: EntryView) -> [String] {
        guard let checks = entry.text("checks") else { return [] }
        var lines = ["  checks"]
        for (index, check) in checks.split(separator: ",").enumerated() {
            let name = String(check.dropLast())
            let meaning = meanings[name]
            let (mark, text) =
                switch check.last {
                case "+": ("passed", meaning?.passed ?? "")
                case "-": ("REFUSED", meaning?.refused ?? "")
                case "~": ("not asked", "not configured for this source")
                case "?": ("shadow", "would have been refused; the source only watches this")
                default: ("error", "could not be judged")
                }
            lines.append("    \(index + 1) \(padded(clean(name, 10), 11))\(padded(mark, 10))\(text)")
        }
        return lines
    }

    private static func signature(_ entry: EntryView) -> [String] {
        guard let key = entry.text("sig", "key") else { return [] }
        let scheme = entry.text("sig", "scheme").map { ", scheme \($0)" } ?? ""
        let state = entry.text("sig", "state").map { ", \($0)" } ?? ""
        return wrapped("signed by", "key \(key)\(state)\(scheme)")
    }

    private static func fields(_ entry: EntryView) -> [String] {
        entry.members("fields").flatMap { wrapped("field", "\($0.name) = \($0.value)") }
    }

    private static func upstream(_ entry: EntryView) -> [String] {
        guard let address = entry.text("up", "addr") else { return [] }
        let time = entry.integer("up", "ms").map { ", \($0) ms" } ?? ""
        return wrapped("handler", address + time)
    }

    private static func durations(_ entry: EntryView) -> [String] {
        let parts = entry.members("us").map { "\($0.name) \($0.value)" }
        return parts.isEmpty ? [] : wrapped("time", parts.joined(separator: ", ") + " us")
    }

    private static func row(_ name: String, _ text: String) -> String { "  \(padded(name, 11))\(clean(text, 66))" }

    /// A row whose text goes on below itself where it is long.
    private static func wrapped(_ name: String, _ text: String) -> [String] {
        var rest = clean(text, 600)[...]
        var lines: [String] = []
        while !rest.isEmpty {
            var end = rest.index(rest.startIndex, offsetBy: 66, limitedBy: rest.endIndex) ?? rest.endIndex
            if end < rest.endIndex, let space = rest[..<end].lastIndex(of: " "), space > rest.startIndex { end = space }
            lines.append("  \(padded(lines.isEmpty ? name : "", 11))\(rest[..<end])")
            rest = rest[end...].drop { $0 == " " }
        }
        return lines
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.utf8.count, 1))
    }

    /// A text in printable ASCII, so that nothing in it can steer a terminal.
    package static func clean(_ text: String, _ width: Int) -> String {
        var bytes = text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? UInt8($0.value) : UInt8(ascii: "?") }
        if bytes.count > width { bytes = Array(bytes.prefix(max(width - 2, 0))) + [0x2E, 0x2E] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
