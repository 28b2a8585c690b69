import WebhookVerification

/// Says whether a request is a handshake of its source's sender, and what the gateway would answer.
struct HandshakeExplainer {
    private let source: Source
    private let request: ComposedRequest
    private let now: Timestamp

    init(_ source: Source, _ request: ComposedRequest, now: Timestamp) {
        self.source = source
        self.request = request
        self.now = now
    }

    /// The stage of the handshake, by the first refusal that a delivery would get; `nil` where it is none.
    ///
    /// An open window is not known here: what one would change is said in words.
    func stage(_ refusal: Denial?, hasSignature: Bool) -> Explanation.Stage? {
        guard let rule = source.challenge else { return undeclared() }
        let isSigned = hasSignature && ChallengeStage.isAuthentic(refusal)
        guard let verdict = verdict(rule, refusal, isSigned: isSigned, isArmed: false) else { return nil }
        var stage = Explanation.Stage(
            name: "challenge",
            mark: .passed,
            lines: ["the handshake '\(rule.preset.name)', answered here and never forwarded"]
        )
        switch verdict {
        case .none: return nil
        case .answer(let answer): stage.lines.append(HandshakeExplainer.words(answer))
        case .refused(let denial, _):
            stage.mark = .refused(denial)
            if case .answer(let answer)? = self.verdict(rule, refusal, isSigned: isSigned, isArmed: true) {
                stage.lines.append("in an armed window: " + HandshakeExplainer.words(answer))
            }
        }
        return stage
    }

    /// The status of the refusal, where the sender expects another than that of the reason.
    func status(_ refusal: Denial?, hasSignature: Bool) -> Int? {
        guard let rule = source.challenge else { return nil }
        let isSigned = hasSignature && ChallengeStage.isAuthentic(refusal)
        if case .refused(_, let status)? = verdict(rule, refusal, isSigned: isSigned, isArmed: false) { return status }
        return nil
    }

    /// What comes of the request, looked at when the gateway would look at it.
    private func verdict(
        _ rule: ChallengeRule,
        _ refusal: Denial?,
        isSigned: Bool,
        isArmed: Bool
    ) -> ChallengeVerdict? {
        if let refusal, !ChallengeStage.isAuthentic(refusal) {
            if ChallengeStage.mayBeInHead(rule, refusal) {
                let verdict = judge(rule, body: [], isSigned: false, isArmed)
                guard case .none = verdict else { return verdict }
            }
            guard ChallengeStage.mayBeInBody(rule, refusal, announced: request.body.count) else { return nil }
        }
        return judge(rule, body: request.body, isSigned: isSigned, isArmed)
    }

    private func judge(_ rule: ChallengeRule, body: [UInt8], isSigned: Bool, _ isArmed: Bool) -> ChallengeVerdict {
        let (bytes, head) = request.makeHead()
        return ChallengeCheck.evaluate(
            rule,
            signature: source.signature,
            head: head,
            bytes: bytes.span,
            body: body.span,
            ChallengeCheck.Circumstances(isSigned: isSigned, isArmed: isArmed, now: now)
        )
    }

    /// The sender of the source's scheme has a handshake, the request looks like it, and the source declares none.
    private func undeclared() -> Explanation.Stage? {
        guard case .scheme(let scheme, _) = source.signature,
            let name = SignatureCatalogue.entry(named: scheme.scheme.name)?.challenge,
            let preset = ChallengePreset.named(name)
        else { return nil }
        let rule = ChallengeRule(
            preset: preset,
            opening: nil,
            verifyToken: nil,
            endpoint: nil,
            savePath: nil,
            isJSON: true
        )
        if case .none = judge(rule, body: request.body, isSigned: true, true) { return nil }
        return Explanation.Stage(
            name: "challenge",
            mark: .notJudged,
            lines: [
                "this looks like the handshake '\(name)', and the source declares no challenge: it is judged as a "
                    + "delivery. Set `challenge: \(name)`."
            ]
        )
    }

    private static func words(_ answer: ChallengeAnswer) -> String {
        let field = answer.field.map { " and the field \($0.name)" } ?? ""
        let form =
            switch answer.mediaType {
            case .none: "no body"
            case .text: "\(answer.body.count) bytes of text"
            case .json: "\(answer.body.count) bytes of JSON"
            }
        return "answered with \(answer.status), \(form)\(field)"
    }
}
