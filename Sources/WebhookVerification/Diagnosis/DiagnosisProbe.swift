import GatewayCrypto

/// Judges trials one after another, within a budget of work; owned by one thread.
final class DiagnosisProbe {
    private let now: Timestamp
    private var remainingTrials: Int
    private var remainingBytes: Int
    private var compiled: [SignatureScheme: CompiledSignatureScheme?] = [:]

    init(now: Timestamp, budget: DiagnosisBudget) {
        self.now = now
        remainingTrials = budget.trials
        remainingBytes = budget.bytes
    }

    /// Whether there is work left to spend.
    var isExhausted: Bool { remainingTrials <= 0 || remainingBytes <= 0 }

    /// What the verifier says; `nil` where scheme and keys do not go together, or the budget is used up.
    func judge(_ trial: DiagnosisTrial) -> Result<SignatureMatch, Denial>? {
        guard !isExhausted, let scheme = scheme(trial.scheme) else { return nil }
        remainingTrials -= 1
        let keys = trial.keys.filter { (try? VerifierKey($0, scheme.algorithm)) != nil }
        remainingBytes -= (trial.request.body.count + 1024) * max(keys.count, 1)
        guard !keys.isEmpty, let verifier = try? SignatureVerifier(scheme: scheme, keys: keys) else { return nil }
        let (bytes, head) = trial.request.makeHead()
        return verifier.begin(head: head, bytes: bytes.span, now: now)
            .flatMap { verifier.finish($0, head: head, bytes: bytes.span, body: trial.request.body.span, now: now) }
    }

    /// The signature that holds, whatever its time.
    func match(_ trial: DiagnosisTrial) -> SignatureMatch? {
        guard case .success(let match)? = judge(trial) else { return nil }
        return match
    }

    /// The scheme, compiled once.
    func scheme(_ scheme: SignatureScheme) -> CompiledSignatureScheme? {
        if let known = compiled[scheme] { return known }
        let made = try? CompiledSignatureScheme(scheme)
        compiled[scheme] = .some(made)
        return made
    }
}

/// How much work a post-mortem may be.
package struct DiagnosisBudget: Sendable {
    let trials: Int
    /// Bytes that are hashed.
    let bytes: Int
    /// Whether pairs of mistakes are looked for as well.
    let triesPairs: Bool

    /// For a command that one operator waits for: at most a few seconds.
    package static let command = DiagnosisBudget(trials: 20_000, bytes: 4 << 30, triesPairs: true)
    /// For the running gateway: some milliseconds of a thread of its own.
    package static let gateway = DiagnosisBudget(trials: 400, bytes: 64 << 20, triesPairs: false)
}
