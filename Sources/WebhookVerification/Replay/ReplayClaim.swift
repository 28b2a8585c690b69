/// Who holds a claim: 128 random bits for each attempt, so that a late worker cannot disturb its successor.
package struct ReplayOwner: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// What a delivery asks of the replay store: its key, and what tells a copy from a conflict.
package struct ReplayRequest: Sendable, Equatable {
    package let key: ReplayKey
    /// Of the body: one id with two bodies is a conflict.
    ///
    /// Constant where the key is the content itself.
    package let digest: UInt64
    /// Of the whole signed content: tells exact bytes from a re-signed attempt.
    package let fingerprint: UInt64
    /// Seconds that a finished delivery is remembered.
    package let ttl: Int64
    /// Whether an attempt with unknown outcome keeps the next one back until somebody decides.
    package var holdsUnknown: Bool

    package init(key: ReplayKey, digest: UInt64, fingerprint: UInt64, ttl: Int64, holdsUnknown: Bool = false) {
        self.key = key
        self.digest = digest
        self.fingerprint = fingerprint
        self.ttl = ttl
        self.holdsUnknown = holdsUnknown
    }
}

/// A delivery that the upstream acknowledged, as the store remembers it.
package struct FinishedDelivery: Sendable, Equatable {
    /// The upstream's status, 2xx.
    package let status: Int
    package let digest: UInt64
    package let fingerprint: UInt64

    package init(status: Int, digest: UInt64, fingerprint: UInt64) {
        self.status = status
        self.digest = digest
        self.fingerprint = fingerprint
    }
}

/// The store's answer to a claim.
///
/// Source: `docs/architecture.md`, replay state machine (none → in flight → done, released, unknown).
package enum ReplayClaim: Sendable, Equatable {
    /// Ours until the lease lapses; `attempt` counts from 1, `isUncertain` after an attempt with unknown outcome.
    case won(attempt: Int, isUncertain: Bool)
    /// Another copy is being forwarded.
    case inFlight
    /// An earlier copy was acknowledged.
    case done(FinishedDelivery)
    /// The outcome of an earlier attempt is unknown, and an operator has to decide.
    case held
    /// No room, and nothing that may be forgotten.
    case full
    /// The store cannot answer.
    case unavailable
}
