package import GatewayCrypto

/// A signing key of an audit log.
package struct AuditLogKey: Sendable {
    /// The 32 bytes of the Ed25519 seed.
    package let seed: SecretBytes
    /// Until when it signs, microseconds since 1970; `nil` for the current one.
    package let until: Int64?

    /// Makes a key.
    package init(seed: SecretBytes, until: Int64?) {
        self.seed = seed
        self.until = until
    }
}

/// Where the signing keys of one log are kept: in a file of their own, or in the keyring.
///
/// Safe to use from any thread. Source: `docs/audit-log-format.md`, log key.
package protocol AuditKeyStore: Sendable {
    /// The keys, the current one first; none where there are none yet.
    func read() throws(AuditOpenFault) -> [AuditLogKey]
    /// Puts keys in the place of those that are there; on a fault nothing has changed.
    func write(_ keys: [AuditLogKey]) throws(AuditOpenFault)
}
