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

    /// What happens while the log cannot be written.
    package enum FailurePolicy: String, Sendable {
        /// Deliveries are refused.
        case reject
        /// Deliveries are forwarded; what was not recorded is counted, and recorded when it can be.
        case pass
        /// What need not be kept any longer is pruned; until there is space, deliveries are refused.
        case prune
    }

    /// How long entries are kept; lengths in seconds.
    package struct Retention: Sendable, Equatable {
        /// Nothing younger is pruned.
        package let min: Int64
        /// What is older is pruned by `postern audit prune`.
        package let max: Int64
        /// Closed segments that are older are compressed.
        package let hot: Int64
        /// The keys of sealed values that are older are destroyed by `postern audit prune`.
        package let sealed: Int64
        /// Whether only what was exported is pruned.
        package let requiresExport: Bool
        /// Sources whose entries are kept longer than `max`, with their lengths.
        package internal(set) var sources: [String: Int64] = [:]
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
    /// What happens while the disk is full.
    package let onFull: FailurePolicy
    /// What happens while the disk cannot be written for another reason.
    package let onError: FailurePolicy
    /// How long entries are kept.
    package internal(set) var retention: Retention
    /// Places that get every checkpoint: `file:` and the path of a file, or the path of a directory.
    package let witnesses: [String]
}
