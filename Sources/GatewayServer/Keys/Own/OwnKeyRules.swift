package import AuditLog
import GatewayStorage
package import WebhookVerification

/// What commands may not do to the keys that the gateway keeps for itself.
///
/// Source: `docs/keys.md`, own keys.
package enum OwnKeyRules {
    /// Whether an entry is the audit log's or the replay store's.
    package static func isOwn(_ name: String) -> Bool { isLog(name) || name == OwnKeys.replay }

    /// Whether an entry has the signing keys of an audit log.
    package static func isLog(_ name: String) -> Bool { name.hasPrefix(KeyringLogKeys.entry(ofNode: "")) }

    /// Throws where an act on a key would leave the log without its signer, or forget which deliveries came before.
    package static func check(_ kind: EntryKind, _ key: KeyringKey, in entry: KeyringEntry) throws(KeyringFault) {
        guard isOwn(entry.name) else { return }
        let isPrimary = entry.primary == key.id
        switch kind {
        case .keyActivate, .keyPromote:
            throw .refused("a key of '\(entry.name)' that was replaced does not come back")
        case .keyRetire, .keySuspend, .keyRevoke:
            guard isPrimary else { return }
            throw .refused(
                isLog(entry.name)
                    ? "\(key.id) signs the audit log: replace it with 'postern keys rotate internal:log' first"
                    : "without \(key.id) nobody knows which deliveries were forwarded before: it stays"
            )
        default: return
        }
    }
}
