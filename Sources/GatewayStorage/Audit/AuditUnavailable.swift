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
