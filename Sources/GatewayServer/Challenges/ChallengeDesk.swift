import NIOCore
import Synchronization
import WebhookVerification

/// What the gateway remembers of handshakes: which sources are armed until when, and how often they were asked.
///
/// Shared by all event loops, under a lock that only handshakes and commands take. Nothing outlives the process: after a
/// start no source is armed.
final class ChallengeDesk: Sendable {
    /// Answers and refusals for a source, at most so many in a row and a minute.
    static let perMinute = 30

    private struct Bucket {
        var left: Int64
        var since: Int64
    }

    private struct State {
        /// Microseconds since 1970 by source.
        var armedUntil: [String: Int64] = [:]
        var buckets: [String: Bucket] = [:]
    }

    private let state = Mutex(State())

    /// Opens the window of a source until `end`.
    func arm(_ source: String, until end: Timestamp) {
        state.withLock { $0.armedUntil[source] = end.microseconds }
    }

    /// Closes the window of a source; whether it was open.
    func disarm(_ source: String, now: Timestamp) -> Bool {
        state.withLock { ($0.armedUntil.removeValue(forKey: source) ?? 0) > now.microseconds }
    }

    /// The armed sources with the seconds that are left, sorted by name.
    func armed(now: Timestamp) -> [(source: String, seconds: Int64)] {
        state.withLock { state in
            state.armedUntil.filter { $0.value > now.microseconds }
                .map { ($0.key, ($0.value - now.microseconds + 999_999) / 1_000_000) }
                .sorted { $0.0 < $1.0 }
        }
    }

    /// Judges a request that may be a handshake; what is one counts against the rate of its source.
    func judge(
        _ rule: ChallengeRule,
        source: Source,
        head: DeliveryHead,
        bytes: ByteBuffer,
        body: ByteBuffer?,
        isSigned: Bool,
        now: Timestamp
    ) -> ChallengeVerdict {
        let isArmed = state.withLock { ($0.armedUntil[source.name] ?? 0) > now.microseconds }
        let circumstances = ChallengeCheck.Circumstances(isSigned: isSigned, isArmed: isArmed, now: now)
        let bodyBytes = body ?? ByteBuffer()
        let verdict = ChallengeCheck.evaluate(
            rule,
            signature: source.signature,
            head: head,
            bytes: bytes.readableBytesUInt8Span,
            body: bodyBytes.readableBytesUInt8Span,
            circumstances
        )
        guard case .answer(let answer) = verdict else { return verdict }
        guard take(source.name, now) else {
            return .refused(Denial(.limitRate, "more than \(ChallengeDesk.perMinute) handshakes a minute"), status: nil)
        }
        guard let secret = answer.secret, let path = rule.savePath else { return verdict }
        if ChallengeSecretFile.write(secret, to: path) { return verdict }
        return .refused(
            Denial(.challengeRefused, "the secret could not be stored: '\(path)' is there already or cannot be made"),
            status: nil
        )
    }

    /// Takes one answer out of the source's allowance, which fills up evenly.
    private func take(_ source: String, _ now: Timestamp) -> Bool {
        state.withLock { state in
            let full = Int64(ChallengeDesk.perMinute)
            var bucket = state.buckets[source] ?? Bucket(left: full, since: now.microseconds)
            let interval = 60_000_000 / full
            let gained = max(0, now.microseconds - bucket.since) / interval
            bucket.left = min(full, bucket.left + gained)
            bucket.since = bucket.left == full ? now.microseconds : bucket.since + gained * interval
            defer { state.buckets[source] = bucket }
            guard bucket.left > 0 else { return false }
            bucket.left -= 1
            return true
        }
    }
}
