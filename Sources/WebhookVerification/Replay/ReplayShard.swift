/// The replay state machine over one part of all keys: pure, bounded, with time as a parameter.
///
///     none → in flight(owner, n, lease) → done(status; TTL sliding)
///                        ↓ definite failure, or outcome unknown
///                     released(n; remembered 24 h) → in flight(n + 1)
///                        ↓ outcome unknown, and the source holds those
///                     held(n; TTL) → done or released, as an operator decides
///
/// Source: `docs/architecture.md`, replay state machine. Times are nanoseconds of a clock that cannot run backwards
/// (R-RPL-06). Every operation compares the owner, so a late worker cannot disturb its successor. At the bound only
/// entries whose time is over make room; a living entry is never evicted (R-RPL-10).
package struct ReplayShard: Sendable {
    /// How long a failed attempt is remembered, to count attempts: 24 h.
    static let releasedMemory: Int64 = 86_400 * 1_000_000_000

    enum State: UInt8 {
        case inFlight
        case done
        case released
        case held
    }

    struct Entry {
        var state: State
        var isUncertain: Bool
        var holdsUnknown: Bool
        var status: UInt16
        var attempt: UInt32
        /// The bucket in which the key stands; one in another bucket is stale.
        var bucket: Int32
        /// The end of the lease or of the memory.
        var deadline: Int64
        var ownerHigh: UInt64
        var ownerLow: UInt64
        var digest: UInt64
        var fingerprint: UInt64
        var ttl: Int64
    }

    private(set) var entries: [ReplayKey: Entry] = [:]
    /// Keys by the minute in which they may be forgotten; looked at again then, not moved before.
    private var buckets: [Int32: ContiguousArray<ReplayKey>] = [:]
    private var sweptUntil: Int32 = .min
    private var entriesMax: Int

    /// A shard that holds at most `entriesMax` keys.
    package init(entriesMax: Int) { self.entriesMax = max(entriesMax, 1) }

    /// Sets a new limit; a living entry beyond it stays.
    package mutating func limit(_ entriesMax: Int) { self.entriesMax = max(entriesMax, 1) }

    /// How many keys are held.
    package var count: Int { entries.count }

    /// Whether a copy of the key's event is being forwarded.
    package func isInFlight(_ key: ReplayKey) -> Bool { entries[key]?.state == .inFlight }

    /// Claims a key for one attempt, until `lease`.
    ///
    /// `hasRoom` says whether the whole store may hold one key more. Repeated by the same owner (after a lost answer) it wins again, as the same attempt.
    package mutating func claim(
        _ request: ReplayRequest,
        owner: ReplayOwner,
        lease: Int64,
        now: Int64,
        hasRoom: Bool = true
    ) -> ReplayClaim {
        guard var entry = entries[request.key] else {
            return insert(request, owner: owner, lease: lease, now: now, hasRoom: hasRoom)
        }
        var attempt = entry.attempt
        var isUncertain = entry.isUncertain
        switch entry.state {
        case .done:
            if entry.deadline > now {
                entry.deadline = now &+ entry.ttl
                entries[request.key] = entry
                return .done(
                    FinishedDelivery(
                        status: Int(entry.status),
                        digest: entry.digest,
                        fingerprint: entry.fingerprint
                    )
                )
            }
            attempt = 0
            isUncertain = false
        case .inFlight:
            if entry.ownerHigh == owner.high, entry.ownerLow == owner.low {
                return .won(attempt: Int(attempt), isUncertain: isUncertain)
            }
            if entry.deadline > now { return .inFlight }
            if entry.holdsUnknown {
                ReplayShard.end(&entry, .unknown, now: now)
                place(request.key, &entry)
                entries[request.key] = entry
                return .held
            }
            isUncertain = true
        case .held where entry.deadline > now: return .held
        case .released, .held:
            if entry.deadline <= now {
                attempt = 0
                isUncertain = false
            }
        }
        attempt = attempt == .max ? attempt : attempt + 1
        entry = makeEntry(request, owner: owner, lease: lease)
        entry.attempt = attempt
        entry.isUncertain = isUncertain
        place(request.key, &entry)
        entries[request.key] = entry
        return .won(attempt: Int(attempt), isUncertain: isUncertain)
    }

    /// The upstream acknowledged: remembered for the TTL.
    ///
    /// `false` where the claim is not this owner's any more.
    @discardableResult
    package mutating func finish(_ key: ReplayKey, owner: ReplayOwner, status: Int, now: Int64) -> Bool {
        guard let index = entries.index(forKey: key), isHeld(entries.values[index], by: owner) else { return false }
        entries.values[index].state = .done
        entries.values[index].status = UInt16(clamping: status)
        entries.values[index].deadline = now &+ entries.values[index].ttl
        return true
    }

    /// The attempt failed, or its outcome is unknown: the next one is forwarded.
    @discardableResult
    package mutating func release(_ key: ReplayKey, owner: ReplayOwner, outcome: ReplayRelease, now: Int64) -> Bool {
        guard let index = entries.index(forKey: key), isHeld(entries.values[index], by: owner) else { return false }
        switch outcome {
        case .withdrawn where entries.values[index].attempt == 1:
            entries.remove(at: index)
            return true
        case .withdrawn: entries.values[index].attempt -= 1
        case .failed, .unknown: break
        }
        ReplayShard.end(&entries.values[index], outcome, now: now)
        return true
    }

    /// What becomes of an attempt that was not acknowledged.
    private static func end(_ entry: inout Entry, _ outcome: ReplayRelease, now: Int64) {
        if case .unknown = outcome { entry.isUncertain = true }
        if case .unknown = outcome, entry.holdsUnknown {
            entry.state = .held
            entry.deadline = now &+ entry.ttl
        } else {
            entry.state = .released
            entry.deadline = now &+ releasedMemory
        }
    }

    /// Puts back what the audit log says of an earlier run.
    package mutating func restore(_ record: ReplayRecord, now: Int64) {
        guard entries[record.key] != nil || entries.count < entriesMax else { return }
        var entry = Entry(
            state: record.status != nil ? .done : record.isHeld ? .held : .released,
            isUncertain: record.status == nil,
            holdsUnknown: record.isHeld,
            status: UInt16(clamping: record.status ?? 0),
            attempt: UInt32(clamping: record.attempt),
            bucket: 0,
            deadline: now &+ record.remaining,
            ownerHigh: 0,
            ownerLow: 0,
            digest: record.digest,
            fingerprint: record.fingerprint,
            ttl: record.ttl &* 1_000_000_000
        )
        place(record.key, &entry)
        entries[record.key] = entry
    }

    /// Forgets the keys whose time is over; to be called about every minute, cheap when nothing is due.
    package mutating func sweep(now: Int64) {
        let current = ReplayShard.minute(now)
        guard current > sweptUntil else { return }
        let due = buckets.keys.filter { $0 < current }
        for bucket in due {
            guard let keys = buckets.removeValue(forKey: bucket) else { continue }
            for key in keys { revisit(key, bucket: bucket, now: now) }
        }
        sweptUntil = current
    }

    private mutating func revisit(_ key: ReplayKey, bucket: Int32, now: Int64) {
        guard var entry = entries[key], entry.bucket == bucket else { return }
        if entry.deadline <= now {
            guard entry.state == .inFlight else {
                entries[key] = nil
                return
            }
            // Whoever held the lease never reported: the event may have arrived.
            ReplayShard.end(&entry, .unknown, now: now)
        }
        place(key, &entry)
        entries[key] = entry
    }

    private mutating func insert(
        _ request: ReplayRequest,
        owner: ReplayOwner,
        lease: Int64,
        now: Int64,
        hasRoom: Bool
    ) -> ReplayClaim {
        if !hasRoom || entries.count >= entriesMax {
            // Only what is over makes room, here or in the whole store.
            let before = entries.count
            sweep(now: now)
            guard entries.count < before, entries.count < entriesMax else { return .full }
        }
        var entry = makeEntry(request, owner: owner, lease: lease)
        place(request.key, &entry)
        entries[request.key] = entry
        return .won(attempt: 1, isUncertain: false)
    }

    private func makeEntry(_ request: ReplayRequest, owner: ReplayOwner, lease: Int64) -> Entry {
        Entry(
            state: .inFlight,
            isUncertain: false,
            holdsUnknown: request.holdsUnknown,
            status: 0,
            attempt: 1,
            bucket: 0,
            deadline: lease,
            ownerHigh: owner.high,
            ownerLow: owner.low,
            digest: request.digest,
            fingerprint: request.fingerprint,
            ttl: request.ttl &* 1_000_000_000
        )
    }

    /// Changes the entry of a key, or forgets it where `change` says so, for an operator.
    mutating func revise(_ key: ReplayKey, _ change: (inout Entry) -> Revision) {
        guard var entry = entries[key] else { return }
        switch change(&entry) {
        case .keep: break
        case .forget: entries[key] = nil
        case .put:
            place(key, &entry)
            entries[key] = entry
        }
    }

    /// What `revise` does with an entry.
    enum Revision {
        case keep
        case put
        case forget
    }

    private func isHeld(_ entry: Entry, by owner: ReplayOwner) -> Bool {
        entry.state == .inFlight && entry.ownerHigh == owner.high && entry.ownerLow == owner.low
    }

    private mutating func place(_ key: ReplayKey, _ entry: inout Entry) {
        let bucket = ReplayShard.minute(entry.deadline)
        entry.bucket = bucket
        buckets[bucket, default: []].append(key)
    }

    private static func minute(_ time: Int64) -> Int32 { Int32(clamping: time / 60_000_000_000) }
}

/// How an attempt ended that was not acknowledged.
package enum ReplayRelease: Sendable, Equatable {
    /// Nothing was sent: as if the attempt had not been.
    case withdrawn
    /// The upstream refused or answered with a failure.
    case failed
    /// A byte may have arrived, and no answer came.
    case unknown
}

/// What an earlier run left behind about one key.
package struct ReplayRecord: Sendable, Equatable {
    package let key: ReplayKey
    /// The acknowledged status; `nil` where the outcome is unknown or a failure.
    package let status: Int?
    /// Whether an unknown outcome waits for an operator.
    package let isHeld: Bool
    package let attempt: Int
    package let digest: UInt64
    package let fingerprint: UInt64
    /// Nanoseconds until it may be forgotten.
    package let remaining: Int64
    /// Seconds of the source's TTL.
    package let ttl: Int64

    package init(
        key: ReplayKey,
        status: Int?,
        isHeld: Bool = false,
        attempt: Int,
        digest: UInt64,
        fingerprint: UInt64,
        remaining: Int64,
        ttl: Int64
    ) {
        self.key = key
        self.status = status
        self.isHeld = isHeld
        self.attempt = attempt
        self.digest = digest
        self.fingerprint = fingerprint
        self.remaining = remaining
        self.ttl = ttl
    }
}
