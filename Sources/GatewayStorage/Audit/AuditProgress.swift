/// How far the log has come with the entries of one lane, at most one value of each kind per batch.
package enum AuditProgress: Sendable, Equatable {
    /// Every outcome and duplicate up to this ticket is written (and every admission, with durability `written`).
    case written(through: UInt64)
    /// Every entry up to this ticket is durable, unless it was reported as failed before.
    case durable(through: UInt64)
    /// Every admission up to this ticket that still waits has failed; other entries are kept and tried again.
    ///
    /// A failed admission may still be found on the disk after a crash, as an admission without outcome.
    case failed(through: UInt64, AuditUnavailable)
}
