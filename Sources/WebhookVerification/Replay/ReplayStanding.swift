/// How a delivery stands in the replay store.
package struct ReplayStanding: Sendable, Equatable {
    /// Where it is in the state machine.
    package enum State: String, Sendable {
        case inFlight = "in-flight"
        case done
        case released
        case held
    }

    /// Where it is in the state machine.
    package let state: State
    /// How many attempts were forwarded.
    package let attempt: Int
    /// The upstream's status; 0 where it acknowledged nothing.
    package let status: Int
    /// Whether an attempt may have reached the handler without being acknowledged.
    package let isUncertain: Bool
    /// Nanoseconds until the lease lapses or the delivery is forgotten.
    package let remaining: Int64
}

/// How many deliveries of each state the replay store remembers.
package struct ReplayCounts: Sendable, Equatable {
    /// Being forwarded now.
    package var inFlight = 0
    /// Acknowledged.
    package var done = 0
    /// Not acknowledged; the next copy is forwarded.
    package var released = 0
    /// Outcome unknown; an operator decides.
    package var held = 0

    package init() {}
}
