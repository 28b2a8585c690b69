import WebhookVerification

/// When a request is looked at as a handshake: rules that need no state.
enum ChallengeStage {
    /// Whether a head refused for this reason may be a handshake that is known from its head.
    ///
    /// Route and address were judged before; what is left is what a handshake lacks: a listed method, JSON, a signature.
    static func mayBeInHead(_ rule: ChallengeRule, _ denial: Denial) -> Bool {
        guard rule.preset.hasHead else { return false }
        switch denial.reason {
        case .contentMethod, .contentMediaType, .signatureMissing, .timestampMissing: return true
        default: return false
        }
    }

    /// Whether the body of a refused head is worth reading, as an unsigned handshake.
    static func mayBeInBody(_ rule: ChallengeRule, _ denial: Denial, announced: Int?) -> Bool {
        guard rule.preset.hasUnsignedBody else { return false }
        switch denial.reason {
        case .signatureMissing, .timestampMissing: return announced.map { $0 <= ChallengeRule.bodyMax } ?? true
        default: return false
        }
    }

    /// Whether signature and time held of a request that was refused for this reason, or for none.
    static func isAuthentic(_ denial: Denial?) -> Bool {
        guard let denial else { return true }
        switch denial.reason {
        case .payloadMalformed, .payloadDuplicateMember, .payloadTooDeep, .payloadLimits, .payloadSchema,
            .payloadEventNotAllowed:
            return true
        default: return false
        }
    }

    /// The answer as the connection sends it.
    static func own(_ answer: ChallengeAnswer) -> OwnAnswer {
        var own = OwnAnswer(status: answer.status, text: "", form: .text, connection: .keep)
        own.challenge = answer
        return own
    }
}
