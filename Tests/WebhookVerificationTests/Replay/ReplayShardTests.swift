import Testing
import WebhookVerification

@Suite("ReplayShard")
struct ReplayShardTests {
    static let second: Int64 = 1_000_000_000
    static let first = ReplayOwner(high: 1, low: 1)
    static let other = ReplayOwner(high: 2, low: 2)

    static func request(_ number: UInt64, digest: UInt64 = 7, ttl: Int64 = 600) -> ReplayRequest {
        ReplayRequest(
            key: ReplayKey(high: number, middle: number, low: 1),
            digest: digest,
            fingerprint: 9,
            ttl: ttl
        )
    }

    @Test("the first claim wins, a second copy finds it in flight")
    func firstWins() {
        var shard = ReplayShard(entriesMax: 10)
        let request = Self.request(1)
        do {
            let claim = shard.claim(request, owner: Self.first, lease: 40 * Self.second, now: 0)
            #expect(claim == .won(attempt: 1, isUncertain: false))
        }
        do {
            let claim = shard.claim(request, owner: Self.other, lease: 40 * Self.second, now: 1)
            #expect(claim == .inFlight)
        }
    }

    @Test("a claim repeated by its own owner wins again, as the same attempt")
    func repeatedClaim() {
        var shard = ReplayShard(entriesMax: 10)
        _ = shard.claim(Self.request(1), owner: Self.first, lease: Self.second, now: 0)
        do {
            let claim = shard.claim(Self.request(1), owner: Self.first, lease: Self.second, now: 1)
            #expect(claim == .won(attempt: 1, isUncertain: false))
        }
    }

    @Test("after finish every later claim is told what was delivered, and the memory slides")
    func finishSlides() {
        var shard = ReplayShard(entriesMax: 10)
        let request = Self.request(1, ttl: 10)
        _ = shard.claim(request, owner: Self.first, lease: Self.second, now: 0)
        let isFinished = shard.finish(request.key, owner: Self.first, status: 201, now: 0)
        #expect(isFinished)
        let done = ReplayClaim.done(FinishedDelivery(status: 201, digest: 7, fingerprint: 9))
        do {
            let claim = shard.claim(request, owner: Self.other, lease: Self.second, now: 9 * Self.second)
            #expect(claim == done)
        }
        do {
            let claim = shard.claim(request, owner: Self.other, lease: Self.second, now: 18 * Self.second)
            #expect(claim == done)
        }
        do {
            let claim = shard.claim(request, owner: Self.other, lease: 90 * Self.second, now: 28 * Self.second)
            #expect(claim == .won(attempt: 1, isUncertain: false))
        }
    }

    @Test("a definite failure lets the next attempt through at once, counted")
    func releaseFailed() {
        var shard = ReplayShard(entriesMax: 10)
        let request = Self.request(1)
        _ = shard.claim(request, owner: Self.first, lease: Self.second, now: 0)
        let isReleased = shard.release(request.key, owner: Self.first, outcome: .failed, now: 1)
        #expect(isReleased)
        do {
            let claim = shard.claim(request, owner: Self.other, lease: Self.second, now: 2)
            #expect(claim == .won(attempt: 2, isUncertain: false))
        }
    }

    @Test("after an unknown outcome the next attempt is marked uncertain")
    func releaseUnknown() {
        var shard = ReplayShard(entriesMax: 10)
        let request = Self.request(1)
        _ = shard.claim(request, owner: Self.first, lease: Self.second, now: 0)
        shard.release(request.key, owner: Self.first, outcome: .unknown, now: 1)
        do {
            let claim = shard.claim(request, owner: Self.other, lease: Self.second, now: 2)
            #expect(claim == .won(attempt: 2, isUncertain: true))
        }
    }

    @Test("an attempt that was withdrawn before a byte was sent leaves no trace")
    func withdrawn() {
        var shard = ReplayShard(entriesMax: 10)
        let request = Self.request(1)
        _ = shard.claim(request, owner: Self.first, lease: Self.second, now: 0)
        shard.release(request.key, owner: Self.first, outcome: .withdrawn, now: 1)
        #expect(shard.count == 0)
    }

    @Test("a lapsed lease lets the next attempt through, uncertain, and the late owner can do nothing")
    func lapsedLease() {
        var shard = ReplayShard(entriesMax: 10)
        let request = Self.request(1)
        _ = shard.claim(request, owner: Self.first, lease: Self.second, now: 0)
        do {
            let claim = shard.claim(request, owner: Self.other, lease: 9 * Self.second, now: 2 * Self.second)
            #expect(claim == .won(attempt: 2, isUncertain: true))
        }
        let late = shard.finish(request.key, owner: Self.first, status: 200, now: 3 * Self.second)
        let lateRelease = shard.release(request.key, owner: Self.first, outcome: .failed, now: 3 * Self.second)
        let successor = shard.finish(request.key, owner: Self.other, status: 200, now: 3 * Self.second)
        #expect(!late && !lateRelease && successor)
    }

    @Test("at the bound a new key is refused and nothing alive is evicted")
    func bounded() {
        var shard = ReplayShard(entriesMax: 2)
        for number in UInt64(1)...2 {
            _ = shard.claim(Self.request(number), owner: Self.first, lease: Self.second, now: 0)
            shard.finish(Self.request(number).key, owner: Self.first, status: 200, now: 0)
        }
        do {
            let claim = shard.claim(Self.request(3), owner: Self.first, lease: Self.second, now: 1)
            #expect(claim == .full)
        }
        #expect(shard.count == 2)
    }

    @Test("what is over makes room: an hour later the same shard takes new keys")
    func sweepMakesRoom() {
        var shard = ReplayShard(entriesMax: 2)
        for number in UInt64(1)...2 {
            _ = shard.claim(Self.request(number), owner: Self.first, lease: Self.second, now: 0)
            shard.finish(Self.request(number).key, owner: Self.first, status: 200, now: 0)
        }
        let later = 3600 * Self.second
        do {
            let claim = shard.claim(Self.request(3), owner: Self.first, lease: later + Self.second, now: later)
            #expect(claim == .won(attempt: 1, isUncertain: false))
        }
        #expect(shard.count == 1)
    }

    @Test("an acknowledged delivery of an earlier run is a duplicate, an open one is uncertain")
    func restored() {
        var shard = ReplayShard(entriesMax: 10)
        for (number, status) in [(UInt64(1), Optional(200)), (2, nil)] {
            let record = ReplayRecord(
                key: Self.request(number).key,
                status: status,
                attempt: 1,
                digest: 0,
                fingerprint: 0,
                remaining: 60 * Self.second,
                ttl: 60
            )
            shard.restore(record, now: 0)
        }
        let done = ReplayClaim.done(FinishedDelivery(status: 200, digest: 0, fingerprint: 0))
        do {
            let claim = shard.claim(Self.request(1), owner: Self.first, lease: 1, now: 1)
            #expect(claim == done)
        }
        do {
            let claim = shard.claim(Self.request(2), owner: Self.first, lease: Self.second, now: 1)
            #expect(claim == .won(attempt: 2, isUncertain: true))
        }
    }

    @Test("where unknown outcomes are held, copies wait until somebody decides, also when the lease lapsed unreported")
    func held() {
        for isReported in [true, false] {
            var shard = ReplayShard(entriesMax: 10)
            var request = Self.request(1)
            request.holdsUnknown = true
            _ = shard.claim(request, owner: Self.first, lease: Self.second, now: 0)
            if isReported { shard.release(request.key, owner: Self.first, outcome: .unknown, now: 1) }
            do {
                let claim = shard.claim(request, owner: Self.other, lease: 9 * Self.second, now: 2 * Self.second)
                #expect(claim == .held)
            }
            do {
                let isLateFinished = shard.finish(request.key, owner: Self.first, status: 200, now: 2 * Self.second)
                #expect(!isLateFinished)
                let isAllowed = shard.decide(.allow, request.key, ttl: 1, now: 3 * Self.second)
                #expect(!isAllowed)
                let isDecided = shard.decide(.retry, request.key, ttl: 1, now: 3 * Self.second)
                #expect(isDecided)
            }
            do {
                let claim = shard.claim(request, owner: Self.other, lease: 9 * Self.second, now: 4 * Self.second)
                #expect(claim == .won(attempt: 2, isUncertain: true))
            }
        }
    }

    @Test("a decision of done makes copies duplicates, and allow forgets them once")
    func decided() {
        var shard = ReplayShard(entriesMax: 10)
        var request = Self.request(1)
        request.holdsUnknown = true
        _ = shard.claim(request, owner: Self.first, lease: Self.second, now: 0)
        shard.release(request.key, owner: Self.first, outcome: .unknown, now: 1)
        #expect(shard.counts.held == 1)
        let isDone = shard.decide(.done, request.key, ttl: 60 * Self.second, now: 2)
        #expect(isDone)
        #expect(shard.standing(of: request.key, now: 3)?.state == .done)
        do {
            let claim = shard.claim(request, owner: Self.other, lease: Self.second, now: 3)
            #expect(claim == .done(FinishedDelivery(status: 200, digest: 7, fingerprint: 9)))
        }
        let isAllowed = shard.decide(.allow, request.key, ttl: 1, now: 4)
        #expect(isAllowed)
        #expect(shard.count == 0)
        let isAllowedTwice = shard.decide(.allow, request.key, ttl: 1, now: 5)
        #expect(!isAllowedTwice)
    }

    @Test("a held key is forgotten when its time is over")
    func heldEnds() {
        var shard = ReplayShard(entriesMax: 10)
        var request = Self.request(1, ttl: 10)
        request.holdsUnknown = true
        _ = shard.claim(request, owner: Self.first, lease: Self.second, now: 0)
        shard.release(request.key, owner: Self.first, outcome: .unknown, now: 0)
        let claim = shard.claim(request, owner: Self.other, lease: 99 * Self.second, now: 11 * Self.second)
        #expect(claim == .won(attempt: 1, isUncertain: false))
    }
}
