/// The store that remembers deliveries: in the memory of this process, rebuilt from the audit log at start.
package struct ReplayStoreConfiguration: Sendable, Equatable {
    /// How many deliveries are remembered at once.
    package let maxEntries: Int
}

/// The audit log.
package struct AuditLogConfiguration: Sendable, Equatable {
    /// When an entry counts as recorded.
    package enum Durability: String, Sendable {
        /// On the disk.
        case sync
        /// Handed to the system: survives this process, not the machine.
        case written
        /// Queued: may be lost with the process.
        case async
    }

    /// Path of the directory.
    package let directory: String
    /// Name of the log in checkpoints (C2SP tlog-checkpoint).
    package let origin: String
    /// Name of this process in entries.
    package let node: String
    /// When an entry counts as recorded.
    package let durability: Durability
    /// Milliseconds that a delivery waits for its entry.
    package let deadline: Int64
}

/// The log on standard error and the metrics.
package struct TelemetryConfiguration: Sendable, Equatable {
    /// The least important level that is written.
    package enum Level: String, Sendable {
        case debug, info, notice, warning, error
    }

    /// The least important level that is written.
    package let logLevel: Level
    /// Whether the admin listener serves `/metrics`.
    package let servesMetrics: Bool
}

/// A secret that a configuration uses: where it came from and how to recognise it, never what it is.
package struct SecretUse: Sendable, Hashable {
    /// The place in the configuration, for example `sources.cms.signature`.
    package let place: String
    /// The id of the signing key; `nil` for outbound keys.
    package let keyID: String?
    /// Where the secret was found.
    package let reference: SecretReference
    /// Eight hexadecimal digits of SHA-256 over a label and the secret; for comparing, not for proving.
    package let fingerprint: String
}
