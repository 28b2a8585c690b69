/// What became of an entry that was handed in.
package enum AuditSubmission: Sendable, Equatable {
    /// Taken; no completion follows.
    case accepted
    /// Taken; a completion that covers this ticket follows. Tickets of a lane grow by one.
    case waiting(UInt64)
    /// Not taken, and it will never be in the log.
    case rejected(AuditUnavailable)
}
