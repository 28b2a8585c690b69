package import AuditLog
package import GatewayStorage
import StrictJSON

/// One thing an operator asks of the audit log, as it travels from the command to the running gateway.
package enum AuditAct: Sendable, Equatable {
    /// Sign everything now.
    case checkpoint
    /// Close the open segment, then sign.
    case closeSegment
    /// Put a new signing key in place; the old one goes on signing for so many seconds.
    case rotateKey(overlap: Int64)
    /// Remove old segments; `before` in microseconds since 1970, `nil` for what the configuration says.
    case prune(before: Int64?, isDryRun: Bool)
    /// Make a legal hold.
    case hold(AuditHold)
    /// Release a legal hold.
    case release(id: String, reference: String)
    /// Erase sealed values.
    case redact(AuditRedaction.Request)
    /// Record what a reviewer does: an access, an export or a review.
    case record(kind: EntryKind, members: [String: AuditValue])

    /// The kinds that a reviewer's command may record.
    private static let recordable: Set<EntryKind> = [.auditAccess, .auditExport, .auditReview]

    /// The act and who asks for it as one JSON object.
    package func text(actor: AuditActor) -> String {
        var members: [String: AuditValue] = ["actor": .object(actor.members)]
        switch self {
        case .checkpoint: members["act"] = .string("checkpoint")
        case .closeSegment: members["act"] = .string("close")
        case .rotateKey(let overlap):
            members["act"] = .string("rotate")
            members["overlap"] = .integer(Int(overlap))
        case .prune(let before, let isDryRun):
            members["act"] = .string("prune")
            if let before { members["before"] = .integer(Int(before)) }
            members["dry_run"] = .flag(isDryRun)
        case .hold(let hold):
            members["act"] = .string("hold")
            members["id"] = .string(hold.id)
            members["ref"] = .string(hold.reference)
            if let source = hold.source { members["source"] = .string(source) }
            if let event = hold.event { members["event"] = .string(event) }
            if let from = hold.from { members["from"] = .integer(Int(from)) }
            if let to = hold.to { members["to"] = .integer(Int(to)) }
        case .release(let id, let reference):
            members["act"] = .string("release")
            members["id"] = .string(id)
            members["ref"] = .string(reference)
        case .redact(let request):
            members["act"] = .string("redact")
            members["basis"] = .string(request.legalBasis)
            members["dry_run"] = .flag(request.isDryRun)
            if let month = request.month { members["month"] = .string(month) }
            members["paths"] = .list(request.paths.map { .string($0) })
            members["seqs"] = .list(request.sequences.map { .integer(Int(clamping: $0)) })
        case .record(let kind, let given):
            members["act"] = .string("record")
            members["kind"] = .string(kind.rawValue)
            members["members"] = .object(given)
        }
        var bytes: [UInt8] = []
        AuditValue.object(members).append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what `text` makes; `nil` for anything else.
    package static func read(_ text: [UInt8]) -> (act: AuditAct, actor: AuditActor)? {
        let document = JSONDocument()
        guard document.parse(text.span) == nil, let root = document.root else { return nil }
        func string(_ name: StaticString) -> String? {
            document.member(name, of: root, in: text.span).flatMap { document.string($0, in: text.span) }
        }
        func number(_ name: StaticString) -> Int64? {
            document.member(name, of: root, in: text.span).flatMap { document.integer($0, in: text.span) }
        }
        let actor = AuditActor(document.member("actor", of: root, in: text.span), document, text)
        switch string("act") {
        case "checkpoint": return (.checkpoint, actor)
        case "close": return (.closeSegment, actor)
        case "rotate": return number("overlap").map { (.rotateKey(overlap: $0), actor) }
        case "prune":
            let isDryRun = document.member("dry_run", of: root, in: text.span).map { document.kind(of: $0) == .true }
            return (.prune(before: number("before"), isDryRun: isDryRun ?? true), actor)
        case "hold":
            guard let id = string("id") else { return nil }
            let hold = AuditHold(
                id: id,
                source: string("source"),
                event: string("event"),
                from: number("from"),
                to: number("to"),
                reference: string("ref") ?? ""
            )
            return (.hold(hold), actor)
        case "release": return string("id").map { (.release(id: $0, reference: string("ref") ?? ""), actor) }
        case "redact":
            guard let basis = string("basis"), !basis.isEmpty else { return nil }
            func list(_ name: StaticString) -> [JSONNode] {
                document.member(name, of: root, in: text.span).map { Array(document.elements(of: $0)) } ?? []
            }
            var request = AuditRedaction.Request(legalBasis: basis)
            request.month = string("month")
            request.paths = list("paths").compactMap { document.string($0, in: text.span) }
            request.sequences = list("seqs").compactMap {
                document.integer($0, in: text.span).flatMap { UInt64(exactly: $0) }
            }
            let isDryRun = document.member("dry_run", of: root, in: text.span).map { document.kind(of: $0) == .true }
            request.isDryRun = isDryRun ?? true
            return (.redact(request), actor)
        case "record":
            guard let kind = string("kind").flatMap(EntryKind.init), recordable.contains(kind),
                let node = document.member("members", of: root, in: text.span),
                case .object(let members)? = AuditValue(node, of: document, in: text)
            else { return nil }
            return (.record(kind: kind, members: members), actor)
        default: return nil
        }
    }
}
