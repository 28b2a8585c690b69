package import WebhookVerification

/// One token bucket as a single number: the time at which it would be full again.
///
/// The generic cell rate algorithm: a request moves that time on by one interval, and is too much where it lies further
/// ahead than the burst allows. Times are nanoseconds of the monotonic clock.
package struct RateMeter: Sendable {
    /// When the bucket is full again.
    private var fullAt: Int64 = .min

    /// A full bucket.
    package init() {}

    /// Whether nothing of the bucket is used.
    package func isFull(now: Int64) -> Bool { fullAt <= now }

    /// Takes one token; `false`, and nothing taken, where there is none.
    package mutating func take(_ pace: RateRule.Pace, now: Int64) -> Bool {
        guard !isEmpty(pace, now: now) else { return false }
        fullAt = max(fullAt, now) &+ RateMeter.interval(pace)
        return true
    }

    /// Whether there is no token.
    package func isEmpty(_ pace: RateRule.Pace, now: Int64) -> Bool {
        fullAt > now && fullAt &- now > Int64(pace.burst - 1) &* RateMeter.interval(pace)
    }

    private static func interval(_ pace: RateRule.Pace) -> Int64 { max(1_000_000_000 / Int64(pace.perSecond), 1) }
}
