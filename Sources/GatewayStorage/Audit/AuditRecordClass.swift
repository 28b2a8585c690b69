/// How an audit entry has to reach the disk: which kinds wait for what.
///
/// Source: `docs/audit-log-format.md`, durability classes.
package enum AuditRecordClass: UInt8, Sendable, CaseIterable {
    /// `request.admit`: durable before a byte goes upstream.
    case admit
    /// `request.outcome`: written, durable within 50 ms.
    case outcome
    /// `request.duplicate`, `request.challenge`: as an outcome.
    case duplicate
    /// `request.deny`: queued, durable within a second.
    case deny
    /// Everything else: durable and covered by a checkpoint.
    case control
}

/// How long an answer waits for the audit log; the setting `audit.durability`.
package enum AuditDurability: String, Sendable, CaseIterable {
    /// An admission waits until its entry is durable.
    case sync
    /// An admission waits until its entry is written; a power cut may lose the last 50 ms.
    case written
    /// An admission waits until its entry is queued; a crash may lose the last second.
    case async
}

/// What an entry's owner wants to hear.
package enum AuditNotice: Sendable {
    /// Nothing: the entry is appended as its class says, and nobody waits.
    case none
    /// A completion, as soon as the entry has reached what its class demands.
    case completion
}
