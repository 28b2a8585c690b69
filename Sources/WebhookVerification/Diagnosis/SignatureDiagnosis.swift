/// Says why the signature of a delivery does not hold, by undoing the usual mistakes one after another.
///
/// Pure: everything it looks at is handed in. One mistake alone is looked for first; what explains it is the only
/// finding. Nothing in a finding is a secret, a MAC or a value of the body.
package struct SignatureDiagnosis {
    /// What the verifier says of the request as it is, and why.
    package struct Result {
        /// The signature that holds; `nil` where none does.
        package let match: SignatureMatch?
        /// Why none holds, or why its time does not.
        package let denial: Denial?
        /// The mistakes; empty where there is nothing wrong.
        package let findings: [DiagnosisFinding]
    }

    private let source: DiagnosedSource
    private let others: [DiagnosedSource]
    private let window: DiagnosisWindow?
    private let budget: DiagnosisBudget

    /// Looks at deliveries of `source`; `others` are the other sources that a delivery may have been meant for.
    package init(
        _ source: DiagnosedSource,
        others: [DiagnosedSource] = [],
        window: DiagnosisWindow?,
        budget: DiagnosisBudget = .command
    ) {
        self.source = source
        self.others = others
        self.window = window
        self.budget = budget
    }

    /// Judges `request` as of `now` and looks for what is wrong with it.
    package func run(_ request: ComposedRequest, now: Timestamp) -> Result {
        let probe = DiagnosisProbe(now: now, budget: budget)
        let trial = DiagnosisTrial(request: request, scheme: source.scheme.scheme, keys: source.keys)
        switch probe.judge(trial) {
        case nil:
            let denial = SignatureFault.signatureMismatch.denial("the source's keys do not fit its scheme")
            return Result(match: nil, denial: denial, findings: [])
        case .success(let match)?:
            guard let denial = windowDenial(match, now) else { return Result(match: match, denial: nil, findings: []) }
            return Result(match: match, denial: denial, findings: timeFindings(trial, match, probe, now))
        case .failure(let denial)?:
            return Result(match: nil, denial: denial, findings: findings(trial, denial, probe, now))
        }
    }

    // MARK: - The time

    private func windowDenial(_ match: SignatureMatch, _ now: Timestamp) -> Denial? {
        guard let window, let time = match.timestamp, !TimestampForms(window, now: now).holds(time) else { return nil }
        return (time < now ? SignatureFault.timestampTooOld : .timestampInFuture)
            .denial("signed at \(time.seconds), judged at \(now.seconds)")
    }

    private func timeFindings(
        _ trial: DiagnosisTrial,
        _ match: SignatureMatch,
        _ probe: DiagnosisProbe,
        _ now: Timestamp
    ) -> [DiagnosisFinding] {
        guard let window, let time = match.timestamp else { return [] }
        if let finding = unitFinding(trial, probe, now) { return [finding] }
        return [TimestampForms(window, now: now).finding(time)]
    }

    /// The unit in which the time would lie inside of the window.
    private func unitFinding(_ trial: DiagnosisTrial, _ probe: DiagnosisProbe, _ now: Timestamp) -> DiagnosisFinding? {
        guard let own = trial.scheme.timestamp?.unit else { return nil }
        let forms = TimestampForms(window ?? DiagnosisWindow(maxAge: 86_400, maxFuture: 86_400), now: now)
        for unit in TimestampForms.units(other: own) {
            let match = probe.match(trial.with { $0.scheme.timestamp?.unit = unit })
            guard let time = match?.timestamp, forms.holds(time) else { continue }
            return DiagnosisFinding(
                [.timestampUnit],
                .proven,
                "the time is written in \(TimestampForms.words(unit)), the scheme reads \(TimestampForms.words(own))"
            )
        }
        return nil
    }

    // MARK: - The signature

    private func findings(
        _ trial: DiagnosisTrial,
        _ denial: Denial,
        _ probe: DiagnosisProbe,
        _ now: Timestamp
    ) -> [DiagnosisFinding] {
        switch denial.reason {
        case .timestampMalformed, .timestampMissing:
            if let finding = unitFinding(trial, probe, now) { return [finding] }
        case .timestampStale, .timestampFuture:
            // Tokens and RFC 9421 signatures hold the window themselves.
            return [DiagnosisFinding([.clockOffset], .likely, SignatureDiagnosis.sentence(denial))]
        default: break
        }
        let groups = groups(trial, now)
        if let finding = single(groups, trial, probe) { return [finding] }
        if budget.triesPairs, let finding = pair(groups, trial, probe) { return [finding] }
        if let suspicion = BodyForms.suspicion(trial.request) { return [suspicion] }
        return [DiagnosisFinding([.unknown], .likely, SignatureDiagnosis.unexplained(denial, probe))]
    }

    private static func unexplained(_ denial: Denial, _ probe: DiagnosisProbe) -> String {
        let sentence = sentence(denial)
        let fault = SignatureFault(of: denial)
        let isComparison = fault == .signatureMismatch || fault == .digestMismatch || fault == .bindingMismatch
        if !isComparison { return sentence }
        return probe.isExhausted
            ? "\(sentence); the work that may be spent is used up"
            : "\(sentence), and no usual mistake explains it: another secret, or a body that was changed"
    }

    /// The sentence of a denial without its code.
    static func sentence(_ denial: Denial) -> String {
        guard let code = SignatureFault(of: denial)?.rawValue, denial.detail.hasPrefix(code + ": ") else {
            return denial.detail
        }
        return String(denial.detail.dropFirst(code.count + 2))
    }

    /// Every hypothesis; within a group one excludes the other.
    private func groups(_ trial: DiagnosisTrial, _ now: Timestamp) -> [[DiagnosisHypothesis]] {
        let keys = KeyForms(source.keys, others: others, now: now)
        let hasSecret = source.keys.contains { if case .secret = $0.material { true } else { false } }
        return [
            keys.hypotheses,
            hasSecret ? SecretForms(trial.scheme.key).hypotheses : [],
            HeaderForms(trial.request, trial.scheme).hypotheses,
            source.scheme.covers.contains(.url) ? URLForms(trial.request, trial.scheme).hypotheses : [],
            BodyForms(trial.request.body).hypotheses,
            algorithms(trial.scheme),
            keys.otherSources,
        ]
    }

    private func algorithms(_ scheme: SignatureScheme) -> [DiagnosisHypothesis] {
        let own = scheme.algorithm
        let family = ["hmac-sha256", "hmac-sha1", "hmac-sha512", "hmac-sha384", "hmac-md5"]
        guard family.contains(own) else { return [] }
        return family.filter { $0 != own }.map { other in
            DiagnosisHypothesis(.algorithm, "the signature is \(other), expected is \(own)") {
                $0.with { $0.scheme.algorithm = other }
            }
        }
    }

    private func single(
        _ groups: [[DiagnosisHypothesis]],
        _ trial: DiagnosisTrial,
        _ probe: DiagnosisProbe
    ) -> DiagnosisFinding? {
        for hypothesis in groups.joined() {
            guard let changed = hypothesis.undo(trial), let match = probe.match(changed) else { continue }
            return DiagnosisFinding([hypothesis.code], .proven, hypothesis.sentence(match))
        }
        return nil
    }

    private func pair(
        _ groups: [[DiagnosisHypothesis]],
        _ trial: DiagnosisTrial,
        _ probe: DiagnosisProbe
    ) -> DiagnosisFinding? {
        for (index, group) in groups.enumerated() {
            for first in group {
                guard let changed = first.undo(trial) else { continue }
                // Of one group only another encoding goes with another place or prefix.
                let others = first.code == .headerEncoding ? [] : group.filter { $0.code == .headerEncoding }
                let seconds = others + groups[(index + 1)...].joined()
                for second in seconds {
                    guard let both = second.undo(changed), let match = probe.match(both) else { continue }
                    return DiagnosisFinding(
                        [first.code, second.code],
                        .proven,
                        "\(first.sentence(match)); and \(second.sentence(match))"
                    )
                }
            }
        }
        return nil
    }
}
