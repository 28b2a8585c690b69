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

    /// An act on one key of the entry `name`; what the keyring knows of the key is added when the change is written.
    package init(
        _ kind: EntryKind,
        key id: String,
        of name: String,
        detail: String? = nil,
        actor: [String: AuditValue] = KeyringAct.gateway,
        time: Timestamp
    ) {
        var members: [String: AuditValue] = [
            "actor": .object(actor), "key": .object(["id": .string(id), "source": .string(name)]),
            "source": .string(name),
        ]
        if let detail { members["detail"] = .string(detail) }
        self.init(kind, time: time, members: members)
    }

    /// The gateway as the actor of what it does by itself.
    package static let gateway: [String: AuditValue] = ["id": .string("gateway"), "type": .string("system")]

    /// The member `key` of an entry: id, entry and fingerprint, and the states before and after an act.
    package static func about(_ key: KeyringKey, of name: String, from old: KeyringKey.State? = nil) -> AuditValue {
        var members: [String: AuditValue] = [
            "fp": .string(key.fingerprint), "id": .string(key.id.text), "source": .string(name),
        ]
        if let notAfter = key.notAfter { members["not_after"] = .string(KeyringTime.text(notAfter)) }
        if old != key.state {
            if let old { members["from"] = .string(old.rawValue) }
            members["to"] = .string(key.state.rawValue)
        }
        return .object(members)
    }

    /// The act with what the keyring knows of its key, before and after the change.
    func described(before: Keyring?, after: Keyring) -> KeyringAct {
        guard case .object(let key)? = members["key"], case .string(let id)? = key["id"],
            let found = try? after.find(id)
        else { return self }
        var act = self
        let old = try? before?.find(id).key.state
        act.members["key"] = KeyringAct.about(found.key, of: found.entry.name, from: old ?? nil)
        return act
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
