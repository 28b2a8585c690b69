/// Exchanges that wait for a connection, oldest first; told when their time is over.
///
/// All wait equally long, so the oldest is always the next to end. Owned by its event loop.
final class UpstreamQueue: DeadlineHolder {
    private var entries: [(exchange: any UpstreamExchange, deadline: Int64)] = []
    private var first = 0
    private let wheel: DeadlineWheel

    init(wheel: DeadlineWheel) { self.wheel = wheel }

    /// How many wait.
    var count: Int { entries.count - first }

    /// Adds one that waits until `deadline`.
    func append(_ exchange: any UpstreamExchange, until deadline: Int64) {
        if count == 0 { wheel.set(self, at: deadline) }
        entries.append((exchange, deadline))
    }

    /// The oldest that still waits at `now`; those before it hear that it took too long.
    func popFirst(now: Int64) -> (any UpstreamExchange)? {
        while first < entries.count {
            let entry = entries[first]
            first += 1
            compact()
            if entry.deadline >= now { return entry.exchange }
            entry.exchange.upstreamFinished(.notSent(.poolFull))
        }
        return nil
    }

    override func deadlineReached(now: Int64) {
        while first < entries.count, entries[first].deadline <= now {
            let exchange = entries[first].exchange
            first += 1
            compact()
            exchange.upstreamFinished(.notSent(.poolFull))
        }
        if first < entries.count { wheel.set(self, at: entries[first].deadline) }
    }

    /// Gives the memory of those that left back, now and then.
    private func compact() {
        if first == entries.count {
            entries.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 64, first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
    }
}
