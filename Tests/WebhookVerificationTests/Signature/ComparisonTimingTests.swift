import GatewayCrypto
import Glibc
import Testing
import WebhookVerification

/// Whether the time of a comparison tells how much of a guess was right: Welch's t-test over two classes of guesses.
///
/// The classes are measured in turns and in batches on this thread's CPU clock, the slowest tenth of each is left out. A
/// control with an early exit shows that the measure would see it.
@Suite(.serialized) struct ComparisonTimingTests {
    /// Seconds of CPU time of this thread.
    private static func clock() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The t value of two classes; beyond ±10 they differ, below they cannot be told apart.
    private static func difference(_ first: () -> Void, _ second: () -> Void) -> Double {
        var samples: (first: [Double], second: [Double]) = ([], [])
        for round in 0..<2000 {
            // Who comes first changes, so that neither finds warmer caches.
            for turn in 0..<2 {
                let isFirst = (round + turn) % 2 == 0
                let start = clock()
                for _ in 0..<20 { if isFirst { first() } else { second() } }
                let spent = clock() - start
                if isFirst { samples.first.append(spent) } else { samples.second.append(spent) }
            }
        }
        return t(cropped(samples.first), cropped(samples.second))
    }

    private static func cropped(_ samples: [Double]) -> ArraySlice<Double> {
        samples.sorted().prefix(samples.count * 9 / 10)
    }

    private static func t(_ left: ArraySlice<Double>, _ right: ArraySlice<Double>) -> Double {
        func moments(_ values: ArraySlice<Double>) -> (mean: Double, variance: Double) {
            let mean = values.reduce(0, +) / Double(values.count)
            return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1))
        }
        let (first, second) = (moments(left), moments(right))
        let error = (first.variance / Double(left.count) + second.variance / Double(right.count)).squareRoot()
        return error > 0 ? (first.mean - second.mean) / error : 0
    }

    /// The smallest difference of several runs: a noisy machine makes differences, it does not hide a real one.
    private static func smallest(_ first: () -> Void, _ second: () -> Void) -> Double {
        var smallest = Double.infinity
        for _ in 0..<6 {
            smallest = min(smallest, abs(difference(first, second)))
            if smallest < 5 { break }
        }
        return smallest
    }

    /// Two guesses of a secret: wrong in the first byte, and wrong in the last.
    private static func guesses(_ secret: [UInt8]) -> (first: [UInt8], last: [UInt8]) {
        var guesses = (secret, secret)
        guesses.0[0] ^= 1
        guesses.1[secret.count - 1] ^= 1
        return guesses
    }

    @Test("A comparison with an early exit is seen by this measure")
    func control() {
        let secret = (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let (first, last) = Self.guesses(secret)
        func compare(_ guess: [UInt8]) -> Bool {
            for index in secret.indices where secret[index] != guess[index] { return false }
            return true
        }
        var count = 0
        let found = Self.smallest({ if compare(first) { count += 1 } }, { if compare(last) { count += 1 } })
        #expect(found > 10)
        #expect(count == 0)
    }

    @Test("Comparing does not tell where a guess is wrong")
    func primitive() {
        let secret = (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let (first, last) = Self.guesses(secret)
        var count = 0
        let found = Self.smallest(
            { if constantTimeEquals(secret.span, first.span) { count += 1 } },
            { if constantTimeEquals(secret.span, last.span) { count += 1 } }
        )
        #expect(found < 10, "t = \(found)")
        #expect(count == 0)
    }

    @Test("Refusing a token or a MAC does not tell where it is wrong", arguments: ["telegram", "github", "shopify"])
    func engine(name: String) throws {
        let scheme = try SignatureBench.scheme(name)
        let secret = name == "telegram" ? String(repeating: "abcdefgh", count: 64) : SignatureBench.secret
        let bench = try SignatureBench(scheme, keys: [try SignatureBench.key("k1", secret, scheme)])
        let good = try bench.signed(secret: secret)
        let field = try #require(good.fields.last)
        let start = name == "github" ? 7 : 0
        var (first, last) = (field.value, field.value)
        // Hex and base64 stay what they are; the last character of base64 is padding.
        let end = name == "shopify" ? last.count - 3 : last.count - 1
        first[start] = first[start] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
        last[end] = last[end] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
        func judge(_ value: [UInt8]) -> () -> Void {
            let request = good.setting(field.name, String(decoding: value, as: UTF8.self))
            let (bytes, head) = request.makeHead()
            let now = SignatureBench.time(SignatureBench.start)
            return {
                guard case .success(let attempt) = bench.verifier.begin(head: head, bytes: bytes.span, now: now) else {
                    return
                }
                _ = bench.verifier.finish(attempt, head: head, bytes: bytes.span, body: request.body.span, now: now)
            }
        }
        #expect(
            bench.refusal(good.setting(field.name, String(decoding: first, as: UTF8.self)))?.fault == .signatureMismatch
        )
        #expect(
            bench.refusal(good.setting(field.name, String(decoding: last, as: UTF8.self)))?.fault == .signatureMismatch
        )
        let found = Self.smallest(judge(first), judge(last))
        #expect(found < 10, "t = \(found)")
    }
}
