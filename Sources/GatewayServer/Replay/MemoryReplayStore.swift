import NIOCore
import Synchronization
package import WebhookVerification

/// The replay store of a single process: 64 shards, each behind its own lock, so that event loops hardly ever meet.
///
/// Bounded by `entriesMax`; never evicts what is alive. Rebuilt from the audit log at start.
package final class MemoryReplayStore: ReplayStore {
    private static let shardCount = 64
    private static let waitersMax = 64

    struct Shard {
        var keys: ReplayShard
        var waiters: [ReplayKey: [Waiter]] = [:]
    }

    /// Someone on another loop, perhaps, who waits for a copy in flight.
    struct Waiter: Sendable {
        let receiver: NIOLoopBound<any ReplayReceiver>
        let loop: any EventLoop
    }

    final class Slot: Sendable {
        let shard: Mutex<Shard>

        init(entriesMax: Int) { shard = Mutex(Shard(keys: ReplayShard(entriesMax: entriesMax))) }
    }

    let slots: [Slot]
    private let entriesMax: Atomic<Int>
    /// Results that came after their claim was another's.
    private let overruns = Atomic<UInt64>(0)
    /// The keys of all shards together.
    private let total = Atomic<Int>(0)

    /// A store for at most `entriesMax` keys.
    package init(entriesMax: Int) {
        self.entriesMax = Atomic(max(entriesMax, 1))
        slots = (0..<MemoryReplayStore.shardCount).map { _ in Slot(entriesMax: entriesMax) }
    }

    /// How many results came after their claim was another's: the event may have been forwarded twice.
    var overrunCount: UInt64 { overruns.load(ordering: .relaxed) }

    private func noteOverrun() { overruns.add(1, ordering: .relaxed) }

    package var entryCount: Int { total.load(ordering: .relaxed) }

    /// Sets a new limit; what is remembered beyond it stays until its time is over.
    func limit(_ entriesMax: Int) {
        self.entriesMax.store(max(entriesMax, 1), ordering: .relaxed)
        for slot in slots { change(slot) { $0.keys.limit(entriesMax) } }
    }

    /// Puts back what the audit log says of earlier runs.
    package func restore(_ record: ReplayRecord, now: Int64) {
        guard entryCount < entriesMax.load(ordering: .relaxed) else { return }
        change(record.key) { $0.keys.restore(record, now: now) }
    }

    /// Forgets what is over; called about every minute.
    package func sweep(now: Int64) {
        for slot in slots { change(slot) { $0.keys.sweep(now: now) } }
    }

    func claim(
        _ request: ReplayRequest,
        owner: ReplayOwner,
        lease: Int64,
        now: Int64,
        receiver: any ReplayReceiver
    ) -> ReplayClaim? {
        let hasRoom = entryCount < entriesMax.load(ordering: .relaxed)
        return change(request.key) {
            $0.keys.claim(request, owner: owner, lease: lease, now: now, hasRoom: hasRoom)
        }
    }

    func wait(for key: ReplayKey, receiver: any ReplayReceiver, on loop: any EventLoop) -> Bool {
        let waiter = Waiter(receiver: NIOLoopBound(receiver, eventLoop: loop), loop: loop)
        return slot(key).shard.withLock { shard in
            // Between the claim's answer and now the copy may have ended.
            guard shard.keys.isInFlight(key) else { return false }
            guard (shard.waiters[key]?.count ?? 0) < MemoryReplayStore.waitersMax else { return false }
            shard.waiters[key, default: []].append(waiter)
            return true
        }
    }

    func finish(_ key: ReplayKey, owner: ReplayOwner, status: Int, now: Int64) {
        let waiters = change(key) { shard -> [Waiter] in
            if !shard.keys.finish(key, owner: owner, status: status, now: now) { noteOverrun() }
            return shard.waiters.isEmpty ? [] : shard.waiters.removeValue(forKey: key) ?? []
        }
        MemoryReplayStore.tell(waiters)
    }

    func release(_ key: ReplayKey, owner: ReplayOwner, outcome: ReplayRelease, now: Int64) {
        let waiters = change(key) { shard -> [Waiter] in
            if !shard.keys.release(key, owner: owner, outcome: outcome, now: now) { noteOverrun() }
            return shard.waiters.isEmpty ? [] : shard.waiters.removeValue(forKey: key) ?? []
        }
        MemoryReplayStore.tell(waiters)
    }

    /// Works on a key's shard and keeps the count of all keys.
    func change<Result: Sendable>(_ key: ReplayKey, _ body: (inout sending Shard) -> Result) -> Result {
        change(slot(key), body)
    }

    func change<Result: Sendable>(_ slot: Slot, _ body: (inout sending Shard) -> Result) -> Result {
        slot.shard.withLock { shard in
            let before = shard.keys.count
            let result = body(&shard)
            let grown = shard.keys.count - before
            if grown != 0 { total.add(grown, ordering: .relaxed) }
            return result
        }
    }

    private func slot(_ key: ReplayKey) -> Slot { slots[key.shard(of: MemoryReplayStore.shardCount)] }

    private static func tell(_ waiters: [Waiter]) {
        for waiter in waiters {
            waiter.loop.execute { waiter.receiver.value.twinEnded() }
        }
    }
}
