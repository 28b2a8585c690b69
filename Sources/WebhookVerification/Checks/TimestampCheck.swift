/// Check 5: was it signed recently enough.
///
/// Source: `docs/architecture.md`, timestamp windows. Both bounds are inclusive: exactly `maxAge` seconds old passes.
enum TimestampCheck {
    /// Judges a timestamp against the window of `rule`; `nil` where it lies inside.
    static func evaluate(_ timestamp: Timestamp?, rule: TimestampRule, now: Timestamp) -> Denial? {
        guard let timestamp else {
            return rule.isRequired ? Denial(.timestampMissing, "the source requires a timestamp") : nil
        }
        let (age, overflow) = now.microseconds.subtractingReportingOverflow(timestamp.microseconds)
        guard !overflow else {
            return timestamp < now ? Denial(.timestampStale, "") : Denial(.timestampFuture, "")
        }
        // Whole seconds on the sender's side: a timestamp without fraction is not stale within its last second.
        if age >= (rule.maxAge + 1) * 1_000_000 {
            return Denial(.timestampStale, "\(age / 1_000_000) s old, \(rule.maxAge) s allowed")
        }
        if age < -rule.maxFuture * 1_000_000 {
            return Denial(.timestampFuture, "\(-age / 1_000_000) s ahead, \(rule.maxFuture) s allowed")
        }
        return nil
    }
}
