import AuditLog
import GatewayCrypto
package import GatewayStorage
import WebhookVerification

/// The gateway's own keys, for commands.
extension KeyTool {
    /// The entry that a name on the command line means: `internal:log` is the log of the configured node.
    package func resolved(_ name: String) -> String {
        guard name == "internal:log", let node = auditNode else { return name }
        return KeyringLogKeys.entry(ofNode: node)
    }

    /// Throws for the entries whose keys the gateway makes itself.
    package func refuseOwn(_ name: String) throws(KeyToolFault) {
        guard OwnKeyRules.isOwn(name) else { return }
        throw KeyToolFault(.data, "the gateway makes the keys of '\(name)' itself; see keys rotate and keys import")
    }

    /// Takes the gateway's own key out of its file beside the audit log and removes the file; gives its path.
    package func importOwn(
        _ name: String,
        reason: String?
    ) throws(KeyToolFault) -> (opened: KeyringFile.Opened, path: String) {
        guard let directory = auditDirectory, let node = auditNode else {
            throw KeyToolFault(.configuration, "the configuration has no usable 'audit', beside which the key is")
        }
        guard name == OwnKeys.replay || name == KeyringLogKeys.entry(ofNode: node) else {
            throw KeyToolFault(.data, "the audit log of this configuration is 'internal:log-\(node)'")
        }
        let path = name == OwnKeys.replay ? "\(directory)/replay.key" : "\(directory)/\(node).key"
        let opened =
            name == OwnKeys.replay
            ? try importReplay(path, reason: reason) : try importLog(path, node: node, reason: reason)
        guard let opened else { throw KeyToolFault(.noInput, "\(path): there is no such file to import") }
        return (opened, path)
    }

    private func importLog(
        _ path: String,
        node: String,
        reason: String?
    ) throws(KeyToolFault) -> KeyringFile.Opened? {
        let access = access
        let keys = KeyringLogKeys(access.file, node: node, own: AuditKeyFile(path: path)) {
            () throws(KeyringFileFault) in try access.master()
        }
        return try orFault { () throws(KeyringFileFault) in
            try keys.importOwn(now: GatewayClock.now()) { act in
                var act = act
                act.members["actor"] = .object(members(reason))
                return act
            }?.opened
        }
    }

    private func importReplay(_ path: String, reason: String?) throws(KeyToolFault) -> KeyringFile.Opened? {
        var isThere = false
        let opened = try update { (keyring, now) throws(KeyringFault) in
            guard (try? keyring.entry(OwnKeys.replay)) == nil else {
                throw .refused("'\(OwnKeys.replay)' has the replay secret already")
            }
            let secret: SecretBytes?
            do throws(GatewayStartFault) { secret = try StateFiles.readReplaySecret(path) } catch {
                throw .refused(error.description)
            }
            guard let secret else { return [] }
            isThere = true
            let id = try keyring.addOwn(
                secret,
                to: OwnKeys.replay,
                algorithm: "hmac-sha256",
                origin: .imported,
                lifeDays: nil,
                now: now
            )
            return [act(.keyImport, key: id.text, of: OwnKeys.replay, "recognises replays", reason: reason)]
        }
        guard isThere else { return nil }
        // The keyring is on the disk: now the file can go.
        try orFault { () throws(KeyringFileFault) in
            do throws(FileFailure) { try AuditKeyFile(path: path).remove() } catch { throw .file(error) }
        }
        return opened
    }
}
