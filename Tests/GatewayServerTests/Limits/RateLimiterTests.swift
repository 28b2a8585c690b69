import GatewayServer
import Testing
import WebhookVerification

@Suite("Rates")
struct RateLimiterTests {
    private static let second: Int64 = 1_000_000_000

    private static func address(_ number: UInt32) -> IPAddress { IPAddress(v4: number) }

    private static func limiter(_ perSecond: Int, burst: Int) -> RateLimiter {
        var rule = RateRule()
        rule.unverified = RateRule.Pace(perSecond: perSecond, burst: burst)
        return RateLimiter([rule, rule])
    }

    @Test(
        "a meter lets a burst through at once, then one for every interval, and never more than the burst",
        arguments: [(10, 1), (10, 5), (50, 100), (1, 1), (1_000_000, 3)]
    )
    func meter(perSecond: Int, burst: Int) {
        let pace = RateRule.Pace(perSecond: perSecond, burst: burst)
        let interval = Self.second / Int64(perSecond)
        var meter = RateMeter()
        func count(_ now: Int64) -> Int {
            var taken = 0
            while meter.take(pace, now: now) { taken += 1 }
            return taken
        }
        let start = 7 * Self.second
        #expect(count(start) == burst)
        #expect(count(start + interval - 1) == 0)
        #expect(count(start + interval) == 1)
        #expect(count(start + 3 * interval) == min(2, burst))
        #expect(count(start + 1_000 * Self.second) == burst)
        #expect(!meter.isFull(now: start + 1_000 * Self.second))
        #expect(meter.isFull(now: start + 1_000 * Self.second + Int64(burst) * interval))
    }

    @Test("client addresses and sources are counted apart, IPv6 by its /64")
    func apart() {
        let limiter = Self.limiter(10, burst: 1)
        func take(_ source: Int, _ client: IPAddress?) -> Bool {
            limiter.takeUnverified(source: source, client: client, now: Self.second)
        }
        #expect(take(0, Self.address(1)))
        #expect(!take(0, Self.address(1)))
        #expect(take(0, Self.address(2)))
        #expect(take(1, Self.address(1)))
        #expect(take(0, IPAddress(high: 0x2001_0db8_0000_0001, low: 1)))
        #expect(!take(0, IPAddress(high: 0x2001_0db8_0000_0001, low: 2)))
        #expect(take(0, IPAddress(high: 0x2001_0db8_0000_0002, low: 1)))
        #expect(take(0, nil))
        #expect(!take(0, nil))
    }

    @Test("memory is bounded: networks above the limit share a meter, and quiet ones make room")
    func bounded() {
        let limiter = Self.limiter(10, burst: 1)
        let count = RateLimiter.networksMax
        for number in 0..<count {
            let isWithin = limiter.takeUnverified(source: 0, client: Self.address(UInt32(number)), now: Self.second)
            #expect(isWithin)
        }
        var shared = 0
        for number in count..<(count + 50) {
            let client = Self.address(UInt32(number))
            if limiter.takeUnverified(source: 0, client: client, now: Self.second) { shared += 1 }
        }
        #expect(shared == 1)
        #expect(limiter.networkCount <= count + 1)
        let later = 2 * Self.second
        #expect(limiter.takeUnverified(source: 0, client: Self.address(1_000_000), now: later))
        #expect(limiter.networkCount == 1)
    }
}
