package import WebhookVerification

/// A whole configuration, judged and immutable: what the server builds a snapshot from.
///
/// Made by `ConfigurationLoader` only. Paths are absolute or relative to the working directory, never to the
/// configuration file. Holds secrets; its text form is made by `ConfigurationRenderer`, which shows none.
package struct GatewayConfiguration: Sendable {
    /// The path of the file as the operator gave it.
    package let file: String
    /// The first 16 hexadecimal digits of SHA-256 of the file's bytes: the name of this configuration in audit entries.
    package let digest: String
    /// What the file says in one form, literal secrets hidden: see `ConfigurationRenderer`.
    package let written: String
    /// Where deliveries arrive; never empty.
    package let listeners: [ListenerConfiguration]
    /// `nil` where the file has no `admin`.
    package let admin: AdminConfiguration?
    /// The limits of the whole process.
    package let limits: Limits
    /// The sources in the order of the file; `Source.index` is the position here.
    package let sources: [Source]
    /// What each source was written as, by the same position.
    package let origins: [SourceOrigin]
    /// The upstreams that forward rules point to by position.
    package let upstreams: [UpstreamConfiguration]
    /// The store that remembers deliveries.
    package let replay: ReplayStoreConfiguration
    /// The audit log.
    package let audit: AuditLogConfiguration
    /// The keyring; `nil` where the file has no `keys`.
    package let keyring: KeyringConfiguration?
    /// Logs and metrics.
    package let telemetry: TelemetryConfiguration
    /// The key sets that are fetched.
    package var keySets: [KeySetFetch] { origins.flatMap { $0.keys.compactMap(\.fetch) } }

    /// Every secret that was read, with its place and fingerprint.
    package var secrets: [SecretUse] {
        origins.flatMap { $0.keys + [$0.outboundKey, $0.verifyToken].compactMap(\.self) }
    }
}
