package import GatewayConfig
package import GatewayStorage
import WebhookVerification

/// Where the signing keys of a configuration's audit log are: in its keyring, or in a file beside the log.
package enum AuditLogKeys {
    /// The keys; `access` is the keyring where it is open already.
    package static func store(
        _ configuration: GatewayConfiguration,
        access: KeyringAccess? = nil
    ) -> any AuditKeyStore {
        let audit = configuration.audit
        let own = AuditKeyFile(path: "\(audit.directory)/\(audit.node).key")
        guard let keyring = configuration.keyring else { return own }
        let access = access ?? KeyringAccess(keyring, auditDirectory: audit.directory)
        return KeyringLogKeys(access.file, node: audit.node, own: own) { () throws(KeyringFileFault) in
            try access.master()
        }
    }
}
