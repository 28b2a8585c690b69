import GatewayCrypto
import Glibc
import Testing
import WebhookVerification

/// Whether the time of a comparison tells how much of a guess was right: Welch's t-test over two classes of guesses.
///
/// The classes are measured in turns and in batches on this thread's CPU clock, and only the faster half of each counts:
/// what the machine does beside it only ever adds. A difference is one that every one of several rounds shows, in the same
/// direction; noise does not repeat itself. Controls with an early exit show that the measure sees one.
@Suite(.serialized) struct ComparisonTimingTests {
    private static let rounds = 6

    /// Seconds of CPU time of this thread.
    private static func clock() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// How two classes differ in one round.
    private struct Difference: CustomStringConvertible {
        /// Welch's t, positive where the second class takes longer; beyond 10 the classes can be told apart.
        let t: Double
        /// The difference of the means as a part of the larger one.
        let part: Double

        /// Whether the classes can be told apart by more than `least`, a part of the time.
        func isSeen(_ least: Double) -> Bool { abs(t) > 10 && abs(part) > least }

        var description: String { "t = \(t), \(part * 100) % of the time" }
    }

    /// The rounds that were needed: the last one shows no difference, or another direction, unless all agree.
    private struct Verdict: CustomStringConvertible {
        /// The smallest difference that counts, as a part of the time.
        let least: Double
        var found: [Difference] = []

        var isDifferent: Bool {
            found.allSatisfy { $0.isSeen(least) && ($0.t > 0) == ((found.first?.t ?? 0) > 0) }
        }

        var description: String { found.map(\.description).joined(separator: "; ") }
    }

    /// `least` is above what writing the guess itself costs, since a byte that was just written is read again, and below
    /// what an early exit saves.
    private static func compare(least: Double = 0.004, _ first: () -> Void, _ second: () -> Void) -> Verdict {
        var verdict = Verdict(least: least)
        repeat {
            verdict.found.append(difference(first, second))
        } while verdict.isDifferent
            && verdict.found.count < rounds
        return verdict
    }

    private static func difference(_ first: () -> Void, _ second: () -> Void) -> Difference {
        var samples: (first: [Double], second: [Double]) = ([], [])
        for round in 0..<1000 {
            // Who comes first changes, so that neither finds warmer caches.
            for turn in 0..<2 {
                let isFirst = (round + turn) % 2 == 0
                let start = clock()
                for _ in 0..<20 { if isFirst { first() } else { second() } }
                let spent = clock() - start
                if isFirst { samples.first.append(spent) } else { samples.second.append(spent) }
            }
        }
        return difference(fasterHalf(samples.first), fasterHalf(samples.second))
    }

    private static func fasterHalf(_ samples: [Double]) -> ArraySlice<Double> {
        samples.sorted().prefix(samples.count / 2)
    }

    private static func difference(_ left: ArraySlice<Double>, _ right: ArraySlice<Double>) -> Difference {
        func moments(_ values: ArraySlice<Double>) -> (mean: Double, variance: Double) {
            let mean = values.reduce(0, +) / Double(values.count)
            return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1))
        }
        let (first, second) = (moments(left), moments(right))
        let error = (first.variance / Double(left.count) + second.variance / Double(right.count)).squareRoot()
        let distance = second.mean - first.mean
        return Difference(t: error > 0 ? distance / error : 0, part: distance / max(first.mean, second.mean))
    }

    @Test("A comparison with an early exit is seen by this measure")
    func control() {
        let secret = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        // One buffer for both classes: where a guess lies in memory makes a difference of its own.
        var guess = secret
        var count = 0
        func tryGuess(wrongAt index: Int) {
            guess[index] ^= 1
            if compare() { count += 1 }
            guess[index] ^= 1
        }
        func compare() -> Bool {
            for index in secret.indices where secret[index] != guess[index] { return false }
            return true
        }
        let verdict = Self.compare({ tryGuess(wrongAt: 0) }, { tryGuess(wrongAt: secret.count - 1) })
        #expect(verdict.isDifferent && verdict.found.allSatisfy { $0.part > 0.2 }, "\(verdict)")
        #expect(count == 0)
    }

    @Test("Comparing does not tell where a guess is wrong")
    func primitive() {
        let secret = (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var guess = secret
        var count = 0
        func tryGuess(wrongAt index: Int) {
            guess[index] ^= 1
            if constantTimeEquals(secret.span, guess.span) { count += 1 }
            guess[index] ^= 1
        }
        // An early exit would save nearly all of the time here.
        let verdict = Self.compare(least: 0.05, { tryGuess(wrongAt: 0) }, { tryGuess(wrongAt: secret.count - 1) })
        #expect(!verdict.isDifferent, "\(verdict)")
        #expect(count == 0)
    }

    @Test("Refusing a token or a MAC does not tell where it is wrong", arguments: ["telegram", "github", "shopify"])
    func engine(name: String) throws {
        let guesses = try Guesses(name)
        let verdict = Self.compare({ guesses.tryGuess(.first) }, { guesses.tryGuess(.last) })
        #expect(guesses.matches == 0)
        #expect(!verdict.isDifferent, "\(verdict)")
    }

    @Test("The engine with an early exit over 32 bytes beside it is seen: the measure is fine enough for a MAC")
    func leakyEngine() throws {
        let guesses = try Guesses("github")
        let secret = (0..<32).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var guess = secret
        var count = 0
        func tryGuess(_ place: Guesses.Place) {
            guesses.tryGuess(place)
            let index = place == .first ? 0 : secret.count - 1
            guess[index] ^= 1
            if leaks() { count += 1 }
            guess[index] ^= 1
        }
        func leaks() -> Bool {
            for index in secret.indices where secret[index] != guess[index] { return false }
            return true
        }
        let verdict = Self.compare({ tryGuess(.first) }, { tryGuess(.last) })
        #expect(verdict.isDifferent, "\(verdict)")
        #expect(count == 0)
    }

    /// Requests of a scheme with one wrong character in their proof.
    private final class Guesses {
        enum Place { case first, last }

        private(set) var matches = 0
        private let bench: SignatureBench
        private let head: DeliveryHead
        private var bytes: [UInt8]
        private let body: [UInt8]
        private let start: Int
        private let end: Int

        init(_ name: String) throws {
            let scheme = try SignatureBench.scheme(name)
            let secret = name == "telegram" ? (0..<64).map { "token\($0)-" }.joined() : SignatureBench.secret
            bench = try SignatureBench(scheme, keys: [try SignatureBench.key("k1", secret, scheme)])
            let good = try bench.signed(secret: secret)
            let text = try #require(good.fields.last).value
            let parts = good.makeHead()
            (head, bytes, body) = (parts.head, parts.bytes, good.body)
            let place = try #require(bytes.indices.first { parts.bytes[$0...].starts(with: text) })
            start = place + (name == "github" ? 7 : 0)
            // Hex and base64 stay what they are; the last characters of base64 are bits that no byte uses, and padding.
            end = place + text.count - (name == "shopify" ? 3 : 1)
        }

        func tryGuess(_ place: Place) {
            let index = place == .first ? start : end
            let now = SignatureBench.time(SignatureBench.start)
            let right = bytes[index]
            bytes[index] = right == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
            if judge(bytes, now) { matches += 1 }
            bytes[index] = right
        }

        private func judge(_ bytes: [UInt8], _ now: Timestamp) -> Bool {
            let (head, body) = (head, body)
            guard case .success(let attempt) = bench.verifier.begin(head: head, bytes: bytes.span, now: now) else {
                return false
            }
            let result = bench.verifier.finish(attempt, head: head, bytes: bytes.span, body: body.span, now: now)
            if case .success = result { return true }
            return false
        }
    }
}
