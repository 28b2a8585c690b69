import WebhookVerification

/// What an operator asks of the store, off the wire path.
protocol ReplayDesk: AnyObject, Sendable {
    /// How a key stands now; `nil` where the store does not know it.
    func standing(of key: ReplayKey, now: Int64) -> ReplayStanding?

    /// Applies a decision; `false` where it does not fit the key's state. `ttl` in nanoseconds.
    func decide(_ decision: ReplayDecision, _ key: ReplayKey, ttl: Int64, now: Int64) -> Bool

    /// How many keys are in each state.
    func counts() -> ReplayCounts
}
