/// How many requests a second of a source are taken.
///
/// Source: `docs/denial-reasons.md`, limits (R-DOS-09). Requests whose signature does not hold are counted for each client
/// network, the others for the source.
package struct RateRule: Sendable, Equatable {
    /// So many a second, and so many at once after a quiet time.
    package struct Pace: Sendable, Equatable {
        /// Requests a second, at least 1.
        package let perSecond: Int
        /// Requests at once, at least 1.
        package let burst: Int

        /// A pace.
        package init(perSecond: Int, burst: Int) {
            self.perSecond = max(perSecond, 1)
            self.burst = max(burst, 1)
        }
    }

    /// Requests of one client network that are refused for signature or time; beyond it the answer is 429.
    package var unverified = Pace(perSecond: 50, burst: 100)
    /// From so many of those on, the network's requests are refused before their body is read.
    package var flood = Pace(perSecond: 5_000, burst: 10_000)
    /// Requests whose signature holds; `nil` for no limit.
    package var verified: Pace?

    /// The rule that holds where nothing is written.
    package init() {}
}
