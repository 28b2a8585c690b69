/// How long entries are kept; lengths in seconds.
///
/// Source: `docs/audit-log-format.md`, retention.
package struct AuditRetention: Sendable, Equatable {
    /// Nothing younger is ever pruned.
    package var min: Int64 = 365 * 86_400
    /// What is older is pruned by `audit prune`.
    package var max: Int64 = 400 * 86_400
    /// Closed segments that are older are compressed.
    package var hot: Int64 = 90 * 86_400
    /// Sealed values that are older lose their key.
    package var sealed: Int64 = 90 * 86_400
    /// Sources whose entries are kept longer than `max`.
    package var sources: [String: Int64] = [:]
    /// Whether only what was exported is pruned.
    package var requiresExport = false

    /// The defaults: a year at least, 400 days at most, 90 days at hand.
    package init() {}
}

/// What happens while the log cannot be written; the settings `audit.on_full` and `audit.on_error`.
package enum AuditFailurePolicy: String, Sendable, CaseIterable {
    /// Deliveries are refused.
    case reject
    /// Deliveries are forwarded; the newest entries are kept in memory, the rest is counted, and both are recorded later.
    case pass
    /// Segments past `retention.min` without a hold are pruned to make space; until then deliveries are refused.
    case prune
}
