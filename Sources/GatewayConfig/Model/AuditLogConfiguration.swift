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
