import AuditLog
import GatewayConfig
import GatewayCrypto
import GatewayStorage
import Glibc
import Logging
import WebhookVerification

/// The gateway's own keys at a start: made in the keyring where there is one, taken from files that are there already.
///
/// Source: `docs/keys.md`, own keys.
struct OwnKeys {
    /// The entry of the replay secret.
    static let replay = "internal:replay"

    let configuration: GatewayConfiguration
    /// The keyring; `nil` without one.
    let access: KeyringAccess?
    let logger: Logger
    /// Whether a replay secret that is gone may be made anew.
    let forgetsReplays: Bool

    private var audit: AuditLogConfiguration { configuration.audit }
    private var hasPast: Bool { Glibc.access(AuditPaths(root: "\(audit.directory)/\(audit.node)").segments, F_OK) == 0 }

    /// Makes the log's first key, so that the keyring which is then loaded has it.
    func prepareLog() throws(GatewayStartFault) {
        guard let access else { return }
        let name = KeyringLogKeys.entry(ofNode: audit.node)
        let path = "\(audit.directory)/\(audit.node).key"
        if Glibc.access(path, F_OK) == 0 {
            let isKept = (try? access.open().keyring.entry(name)) != nil
            let text =
                isKept ? "the key file of the audit log is not used any more" : "the audit log has its key in a file"
            logger.notice("\(text)", metadata: ["file": "\(path)", "import": "postern keys import internal:log"])
            return
        }
        do throws(AuditOpenFault) {
            let store = AuditLogKeys.store(configuration, access: access)
            guard try store.read().isEmpty, !hasPast else { return }
            let seed: SecretBytes
            do throws(CryptoFault) { seed = try PrivateKey.makeEd25519Seed() } catch { throw .crypto("\(error)") }
            try store.write([AuditLogKey(seed: seed, until: nil)])
        } catch {
            throw GatewayStartFault(error, directory: audit.directory)
        }
    }

    /// The replay secret; one that is gone is made anew only where nothing was forwarded before, or by command.
    func replaySecret() throws(GatewayStartFault) -> SecretBytes {
        let path = audit.directory + "/replay.key"
        if let access, let kept = try kept(access) { return kept }
        let isThere = Glibc.access(path, F_OK) == 0
        if isThere, access != nil {
            logger.notice(
                "the replay secret is in a file",
                metadata: ["file": "\(path)", "import": "postern keys import internal:replay"]
            )
        }
        if !isThere, hasPast {
            guard forgetsReplays else {
                throw GatewayStartFault(
                    .data,
                    "\(path) is gone, and without it nobody knows which deliveries were forwarded before: "
                        + "put it back from the backup, or start once with --forget-replays"
                )
            }
            logger.warning("replay key made anew: earlier deliveries can be forwarded once more")
        }
        guard let access, !isThere else { return try StateFiles.replaySecret(in: audit.directory) }
        return try make(access)
    }

    /// The replay secret of a configuration's keyring, where both can be read; never makes one.
    static func existingReplaySecret(_ configuration: GatewayConfiguration) -> SecretBytes? {
        guard let keyring = configuration.keyring else { return nil }
        let access = KeyringAccess(keyring, auditDirectory: configuration.audit.directory)
        guard let opened = try? access.file.read(master: access.master()) else { return nil }
        return (try? opened.keyring.ownPrimary(replay))?.secret
    }

    private func kept(_ access: KeyringAccess) throws(GatewayStartFault) -> SecretBytes? {
        let keyring = try access.open().keyring
        do throws(KeyringFault) {
            guard let entry = try? keyring.entry(OwnKeys.replay) else { return nil }
            if let found = try keyring.ownPrimary(OwnKeys.replay) { return found.secret }
            if forgetsReplays { return nil }
            throw .refused(
                "no key of '\(entry.name)' is active, and without it nobody knows which deliveries were forwarded before: "
                    + "start once with --forget-replays"
            )
        } catch {
            throw GatewayStartFault(.data, "\(configuration.keyring?.file ?? ""): \(error)")
        }
    }

    private func make(_ access: KeyringAccess) throws(GatewayStartFault) -> SecretBytes {
        do throws(KeyringFileFault) {
            let now = GatewayClock.now()
            var made: SecretBytes?
            let opened = try access.file.update(master: try access.master(), now: now) {
                (keyring) throws(KeyringFault) in
                // Another node may have been faster.
                if let found = try keyring.ownPrimary(OwnKeys.replay) {
                    made = found.secret
                    return []
                }
                let secret: SecretBytes
                do throws(CryptoFault) { secret = try RandomBytes.makeSecret(32) } catch { throw .crypto(error) }
                let id = try keyring.addOwn(
                    secret,
                    to: OwnKeys.replay,
                    algorithm: "hmac-sha256",
                    origin: .generated,
                    lifeDays: nil,
                    now: now
                )
                made = secret
                return [
                    KeyringAct(.keyAdd, key: id.text, of: OwnKeys.replay, detail: "recognises replays", time: now)
                ]
            }
            try? access.file.note(opened)
            guard let made else { throw .master("no replay secret") }
            return made
        } catch {
            throw GatewayStartFault(error)
        }
    }
}
