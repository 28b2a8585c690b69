import AuditLog
import WebhookVerification

/// The time of a log line.
enum LogTime {
    /// RFC 3339 with microseconds.
    static func now() -> String { EntryTime.text(GatewayClock.now().microseconds) }
}
