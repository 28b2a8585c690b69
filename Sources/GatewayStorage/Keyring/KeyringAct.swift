package import AuditLog
import GatewayCrypto
import StrictJSON
package import WebhookVerification

/// One act on a keyring, on its way to the audit log: kind, time and members of its entry.
///
/// Commands cannot write the audit log, whose only writer is the gateway. They leave the act beside the keyring, before the
/// keyring changes; the gateway that loads the change records it, or the next one that starts.
package struct KeyringAct: Sendable, Equatable {
    /// The kind of the entry.
    package let kind: EntryKind
    /// When it was done.
    package let time: Timestamp
    /// The members of the entry.
    package var members: [String: AuditValue]

    /// Makes an act.
    package init(_ kind: EntryKind, time: Timestamp, members: [String: AuditValue]) {
        self.kind = kind
        self.time = time
        self.members = members
    }

    /// The line: the act, and the digests of the keyring before and after it.
    func line(digest: String) -> [UInt8] {
        var bytes: [UInt8] = []
        AuditValue.object([
            "kind": .string(kind.rawValue), "members": .object(members), "now": .string(digest),
            "ts": .integer(Int(time.microseconds)),
        ]).append(to: &bytes)
        return bytes + [0x0A]
    }

    /// Reads what `line` wrote; `nil` for anything else.
    static func parse(_ line: [UInt8]) -> (act: KeyringAct, digest: String)? {
        let json = JSONDocument()
        guard json.parse(line.span) == nil, let root = json.root, json.kind(of: root) == .object,
            case .object(let members)? = value(json, root, line),
            case .string(let word)? = members["kind"], let kind = EntryKind(rawValue: word),
            word.hasPrefix("key"), case .object(let inner)? = members["members"],
            case .string(let digest)? = members["now"], case .integer(let time)? = members["ts"]
        else { return nil }
        return (KeyringAct(kind, time: Timestamp(microseconds: Int64(time)), members: inner), digest)
    }

    private static func value(_ json: JSONDocument, _ node: JSONNode, _ bytes: [UInt8]) -> AuditValue? {
        switch json.kind(of: node) {
        case .null: return nil
        case .true: return .flag(true)
        case .false: return .flag(false)
        case .number: return json.integer(node, in: bytes.span).map { .integer(Int($0)) }
        case .string: return json.string(node, in: bytes.span).map { .string($0) }
        case .array: return .list(json.elements(of: node).compactMap { value(json, $0, bytes) })
        case .object:
            var members: [String: AuditValue] = [:]
            for member in json.members(of: node) {
                guard let name = json.string(member.name, in: bytes.span) else { continue }
                members[name] = value(json, member.value, bytes)
            }
            return .object(members)
        }
    }
}
