extension ReplayShard {
    /// How a key stands; `nil` for one that is not known, or whose time is over.
    package func standing(of key: ReplayKey, now: Int64) -> ReplayStanding? {
        guard let entry = entries[key], entry.deadline > now || entry.state == .inFlight else { return nil }
        return ReplayStanding(
            state: ReplayShard.state(entry),
            attempt: Int(entry.attempt),
            status: Int(entry.status),
            isUncertain: entry.isUncertain,
            remaining: max(entry.deadline &- now, 0)
        )
    }

    /// Applies an operator's decision; `false` where the key is not in a state that it is about.
    ///
    /// A finished delivery can be allowed again; one whose attempts were not acknowledged, held or not, can be called done
    /// or tried again. One that is being forwarded decides itself.
    package mutating func decide(_ decision: ReplayDecision, _ key: ReplayKey, ttl: Int64, now: Int64) -> Bool {
        guard let before = standing(of: key, now: now) else { return false }
        switch (decision, before.state) {
        case (.allow, .done):
            revise(key) { _ in .forget }
        case (.done, .held), (.done, .released):
            revise(key) { entry in
                entry.state = .done
                entry.status = 200
                entry.ttl = ttl
                entry.deadline = now &+ ttl
                return .put
            }
        case (.retry, .held), (.retry, .released):
            revise(key) { entry in
                entry.state = .released
                entry.deadline = now &+ ReplayShard.releasedMemory
                return .put
            }
        default: return false
        }
        return true
    }

    /// How many keys are in each state.
    package var counts: ReplayCounts {
        var counts = ReplayCounts()
        for entry in entries.values {
            switch entry.state {
            case .inFlight: counts.inFlight += 1
            case .done: counts.done += 1
            case .released: counts.released += 1
            case .held: counts.held += 1
            }
        }
        return counts
    }

    private static func state(_ entry: Entry) -> ReplayStanding.State {
        switch entry.state {
        case .inFlight: .inFlight
        case .done: .done
        case .released: .released
        case .held: .held
        }
    }
}
