import WebhookVerification

extension MemoryReplayStore: ReplayDesk {
    func standing(of key: ReplayKey, now: Int64) -> ReplayStanding? {
        change(key) { $0.keys.standing(of: key, now: now) }
    }

    func decide(_ decision: ReplayDecision, _ key: ReplayKey, ttl: Int64, now: Int64) -> Bool {
        change(key) { $0.keys.decide(decision, key, ttl: ttl, now: now) }
    }

    func counts() -> ReplayCounts {
        var sum = ReplayCounts()
        for slot in slots {
            // One shard at a time: claims of the others go on meanwhile.
            let part = change(slot) { $0.keys.counts }
            sum.inFlight += part.inFlight
            sum.done += part.done
            sum.released += part.released
            sum.held += part.held
        }
        return sum
    }
}
