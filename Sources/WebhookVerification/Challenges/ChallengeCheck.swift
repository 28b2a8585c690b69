import GatewayCrypto

/// Judges whether a request is a challenge and what it is answered with; pure, and never on the way of a delivery.
///
/// A signature where the sender signs, else a verify token or an armed window; a narrow alphabet, and no token that could be
/// a signed delivery. Source: `docs/challenges.md`, no oracle.
package enum ChallengeCheck {
    /// What is known of a request beside its bytes.
    package struct Circumstances: Sendable {
        /// Whether its signature and time were judged and hold.
        package let isSigned: Bool
        /// Whether an operator has opened the window.
        package let isArmed: Bool
        /// The time of the decision.
        package let now: Timestamp

        /// Names what is known.
        package init(isSigned: Bool, isArmed: Bool, now: Timestamp) {
            self.isSigned = isSigned
            self.isArmed = isArmed
            self.now = now
        }
    }

    /// Judges one request; `body` is empty while only the head is there.
    package static func evaluate(
        _ rule: ChallengeRule,
        signature: SignatureRule,
        head: DeliveryHead,
        bytes: Span<UInt8>,
        body: Span<UInt8>,
        _ circumstances: Circumstances
    ) -> ChallengeVerdict {
        for preset in rule.preset.all {
            let verdict = evaluate(
                Request(rule: rule, preset: preset, signature: signature, circumstances: circumstances),
                head,
                bytes,
                body
            )
            guard case .none = verdict else { return verdict }
        }
        return .none
    }

    /// One request of a handshake that is looked for.
    private struct Request {
        let rule: ChallengeRule
        let preset: ChallengePreset
        let signature: SignatureRule
        let circumstances: Circumstances

        /// The text to read: the body, or what is in its envelope; `nil` where it cannot be this handshake.
        func text(_ body: Span<UInt8>) -> [UInt8]? {
            if preset.isInHead { return [] }
            guard body.count <= ChallengeRule.bodyMax else { return nil }
            if ChallengeCheck.holds(body, preset.needle) { return [UInt8](copying: body) }
            guard let envelope = preset.envelope, ChallengeCheck.holds(body, envelope.needle) else { return nil }
            return envelope.open(body, signature: signature, now: circumstances.now)
        }
    }

    private static func evaluate(
        _ request: Request,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>
    ) -> ChallengeVerdict {
        let preset = request.preset
        guard let text = request.text(body) else { return .none }
        let reader = ChallengeReader(head, bytes, body: text)
        guard preset.methods.contains(reader.method),
            preset.conditions.allSatisfy({ reader.holds($0.source, $0.match) })
        else { return .none }
        var token: [UInt8] = []
        if preset.bodyIsToken {
            token = text
        } else if let place = preset.token {
            guard let found = reader.value(place) else { return .none }
            token = found
        }
        if let verdict = refusal(request, reader) { return verdict }
        if preset.token != nil || preset.bodyIsToken, !ChallengeToken.isWellFormed(token, preset) {
            return .refused(
                Denial(.challengeRefused, "the token is too long or has other characters than allowed"),
                status: nil
            )
        }
        let isArmed = request.circumstances.isArmed
        return ChallengeReply(
            rule: request.rule,
            preset: preset,
            signature: request.signature,
            isArmed: isArmed,
            now: request.circumstances.now
        )
        .make(token)
    }

    /// Why nobody is answered: what has to be proven is not.
    private static func refusal(_ request: Request, _ reader: ChallengeReader) -> ChallengeVerdict? {
        let (rule, preset, circumstances) = (request.rule, request.preset, request.circumstances)
        switch preset.proof {
        case .signature:
            // A request that is not signed is judged as the delivery it claims to be.
            return circumstances.isSigned ? nil : ChallengeVerdict.none
        case .verifyToken:
            guard let place = preset.verifyPlace, let said = reader.value(place), let secret = rule.verifyToken,
                !said.isEmpty, secret.withBytes({ constantTimeEquals($0, said.span) })
            else {
                return .refused(
                    Denial(.challengeRefused, "the verify token is not that of the source"),
                    status: preset.refusal
                )
            }
            return nil
        case .arming, .nothing:
            if circumstances.isSigned || circumstances.isArmed || rule.opening == .always { return nil }
            return .refused(
                Denial(.challengeRefused, "the source is not armed: postern source arm NAME opens the window"),
                status: nil
            )
        }
    }

    fileprivate static func holds(_ body: Span<UInt8>, _ needle: [UInt8]) -> Bool {
        guard body.count >= needle.count, let first = needle.first else { return needle.isEmpty }
        var index = 0
        let last = body.count - needle.count
        search: while index <= last {
            if body[index] == first {
                for offset in needle.indices where body[index + offset] != needle[offset] {
                    index += 1
                    continue search
                }
                return true
            }
            index += 1
        }
        return false
    }
}
