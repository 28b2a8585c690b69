import GatewayStorage
import WebhookVerification

/// Adds up what the event loops counted; owned by the lock of `KeyringWatch`.
struct KeyUseCollector {
    /// What is known so far, also from before this process.
    private(set) var usage: KeyUsage
    /// What each loop said last, by loop and key.
    private var last: [Int: [KeyID: UInt64]] = [:]

    init(_ usage: KeyUsage) { self.usage = usage }

    /// Takes the counters of one loop; gives keys that were used for the first time, with their sources.
    mutating func take(_ samples: [KeyUseSample], loop: Int, now: Timestamp) -> [(key: KeyID, source: String)] {
        var first: [(key: KeyID, source: String)] = []
        var seen: [KeyID: UInt64] = [:]
        for sample in samples {
            for (key, count) in sample.counts {
                let before = last[loop]?[key] ?? 0
                // A counter that fell was begun anew.
                let delta = count >= before ? count - before : count
                seen[key] = count
                guard delta > 0 else { continue }
                if usage.add(delta, key: key, source: sample.source, now: now) { first.append((key, sample.source)) }
            }
        }
        last[loop] = seen
        return first
    }
}
