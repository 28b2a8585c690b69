import WebhookVerification

/// What the metrics say of a keyring.
struct KeyMetrics: Sendable {
    /// One key.
    struct Key: Sendable {
        let source: String
        let id: String
        /// Seconds since the epoch; `nil` for never.
        let lastUsed: Int64?
        let verifications: UInt64
        let expires: Int64?
    }

    let revision: Int64
    /// Whether the newest file was taken.
    let isCurrent: Bool
    let keys: [Key]
}
