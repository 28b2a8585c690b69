/// Why the log does not take an entry.
package enum AuditUnavailable: String, Error, Sendable {
    /// The queue holds as many entries or bytes as it may.
    case queueFull = "queue full"
    /// The disk is full, or so nearly that only closing entries are written.
    case diskFull = "disk full"
    /// The segment cannot be written, and a new one neither.
    case failed = "write failed"
    /// The writer has stopped.
    case stopped = "stopped"
}

/// What became of an entry that was handed in.
package enum AuditSubmission: Sendable, Equatable {
    /// Taken; no completion follows.
    case accepted
    /// Taken; a completion that covers this ticket follows. Tickets of a lane grow by one.
    case waiting(UInt64)
    /// Not taken, and it will never be in the log.
    case rejected(AuditUnavailable)
}

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

/// Receives completions for one lane; implemented over an event loop.
package protocol AuditCompletionSink: AnyObject, Sendable {
    /// Called on the writer's thread, in order, with what one batch brought; has to hop to the lane's own thread.
    func auditAdvanced(_ progress: [AuditProgress])
}
