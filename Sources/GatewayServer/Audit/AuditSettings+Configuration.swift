import AuditLog
package import GatewayConfig
import GatewayCrypto
package import GatewayStorage

extension AuditSettings {
    /// The settings of the log that a configuration describes, for a writer of this version that starts now.
    ///
    /// `access` is the keyring where it is open already.
    package init(_ configuration: GatewayConfiguration, access: KeyringAccess? = nil, version: String) {
        let audit = configuration.audit
        let boot = (try? RandomBytes.make(8)) ?? []
        var hex: [UInt8] = []
        Hex.append(boot.span, to: &hex)
        self.init(
            directory: audit.directory,
            node: audit.node,
            origin: audit.origin,
            boot: String(decoding: hex, as: UTF8.self),
            keyPath: audit.directory + "/\(audit.node).key"
        )
        if configuration.keyring != nil { keyStore = AuditLogKeys.store(configuration, access: access) }
        switch audit.durability {
        case .sync: durability = .sync
        case .written: durability = .written
        case .async: durability = .async
        }
        onFull = AuditFailurePolicy(rawValue: audit.onFull.rawValue) ?? .reject
        onError = AuditFailurePolicy(rawValue: audit.onError.rawValue) ?? .reject
        retention.min = audit.retention.min
        retention.max = audit.retention.max
        retention.hot = audit.retention.hot
        retention.sealed = audit.retention.sealed
        retention.requiresExport = audit.retention.requiresExport
        retention.sources = audit.retention.sources
        witnesses = audit.witnesses.compactMap(AuditWitness.init(setting:))
        startMembers = ["detail": .string("postern \(version)")]
    }
}
