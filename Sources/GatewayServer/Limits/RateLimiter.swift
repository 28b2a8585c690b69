import Synchronization
package import WebhookVerification

/// Counts the requests of each source, and of each client network those that do not verify (R-DOS-09).
///
/// Belongs to one snapshot and is shared by all event loops. While nobody fails to verify and no source limits what does,
/// a request costs one relaxed load. Bounded: 10,000 networks; where there are more, those that came last share one meter.
package final class RateLimiter: Sendable {
    /// The most client networks that are counted by themselves.
    package static let networksMax = 10_000

    private struct Network: Hashable {
        let source: Int
        let prefix: IPAddress?
    }

    private struct Meters {
        var unverified = RateMeter()
        var flood = RateMeter()
    }

    private struct Table {
        var networks: [Network: Meters] = [:]
        var sweptAt: Int64 = 0
    }

    private final class VerifiedMeter: Sendable {
        let pace: RateRule.Pace
        let meter = Mutex(RateMeter())

        init(_ pace: RateRule.Pace) { self.pace = pace }
    }

    private let rules: [RateRule]
    private let verified: [VerifiedMeter?]
    private let table = Mutex(Table())
    /// How many networks are counted: 0 is the usual case, and costs no lock.
    private let count = Atomic<Int>(0)

    /// Counts from now on, by the rules of the sources in their order.
    package init(_ rules: [RateRule]) {
        self.rules = rules
        verified = rules.map { $0.verified.map(VerifiedMeter.init) }
    }

    /// Before a body is read: the refusal of a network that floods; `nil` for all others.
    func refuseFlood(source: Int, client: IPAddress?) -> Denial? {
        guard count.load(ordering: .relaxed) > 0 else { return nil }
        let network = RateLimiter.network(source, client)
        let pace = rules[source].flood
        let now = GatewayClock.monotonic()
        let isFlooding = table.withLock { table in
            // Once it is quiet again, nobody pays for the lock.
            sweep(&table, now: now, every: 10_000_000_000)
            return table.networks[network]?.flood.isEmpty(pace, now: now) ?? false
        }
        return isFlooding ? Denial(.limitRate, "too many requests of this network do not verify") : nil
    }

    /// After a refusal: counts it where signature or time did not hold, and gives the refusal that is answered.
    func judge(_ denial: Denial, source: Int?, client: IPAddress?) -> Denial {
        guard let source, RateLimiter.isUnverified(denial.reason) else { return denial }
        let isWithin = takeUnverified(source: source, client: client, now: GatewayClock.monotonic())
        return isWithin ? denial : Denial(.limitRate, "too many do not verify: \(denial.reason.rawValue)")
    }

    /// When the signature holds: the refusal of a delivery above the source's rate.
    func refuseVerified(source: Int) -> Denial? {
        guard let limit = verified[source] else { return nil }
        let now = GatewayClock.monotonic()
        let isWithin = limit.meter.withLock { $0.take(limit.pace, now: now) }
        return isWithin ? nil : Denial(.limitRate, "more than \(limit.pace.perSecond) deliveries a second")
    }

    /// Counts one request that did not verify; `false` where it is one too many.
    package func takeUnverified(source: Int, client: IPAddress?, now: Int64) -> Bool {
        let rule = rules[source]
        return table.withLock { table in
            var network = RateLimiter.network(source, client)
            if table.networks[network] == nil, !hasRoom(&table, now: now) {
                network = Network(source: source, prefix: nil)
            }
            var meters = table.networks[network] ?? Meters()
            let isWithin = meters.unverified.take(rule.unverified, now: now)
            _ = meters.flood.take(rule.flood, now: now)
            table.networks[network] = meters
            count.store(table.networks.count, ordering: .relaxed)
            return isWithin
        }
    }

    /// How many networks are counted.
    package var networkCount: Int { count.load(ordering: .relaxed) }

    /// Whether one network more may be counted.
    private func hasRoom(_ table: inout Table, now: Int64) -> Bool {
        if table.networks.count < RateLimiter.networksMax { return true }
        sweep(&table, now: now, every: 100_000_000)
        return table.networks.count < RateLimiter.networksMax
    }

    /// Forgets the networks that have been quiet, where that was not done for `pause` nanoseconds.
    private func sweep(_ table: inout Table, now: Int64, every pause: Int64) {
        guard now >= table.sweptAt &+ pause else { return }
        table.sweptAt = now
        table.networks = table.networks.filter {
            !$0.value.unverified.isFull(now: now) || !$0.value.flood.isFull(now: now)
        }
        count.store(table.networks.count, ordering: .relaxed)
    }

    private static func isUnverified(_ reason: DenialReason) -> Bool {
        switch reason {
        case .signatureMissing, .signatureMalformed, .signatureAmbiguous, .signatureMismatch, .signatureKeyRetired,
            .signatureKeyRevoked, .timestampMissing, .timestampMalformed, .timestampStale, .timestampFuture:
            true
        default: false
        }
    }

    /// An IPv4 address, or the /64 of an IPv6 address.
    private static func network(_ source: Int, _ client: IPAddress?) -> Network {
        let prefix = client.map { $0.family == .v4 ? $0 : IPAddress(high: $0.high, low: 0) }
        return Network(source: source, prefix: prefix)
    }
}
