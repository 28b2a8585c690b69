package import GatewayCrypto

/// How a source answers the handshakes of its sender.
package struct ChallengeRule: Sendable {
    /// Whether a challenge that proves nothing is answered always, or in an armed window only.
    package enum Opening: String, Sendable, Hashable, CaseIterable {
        case armed
        case always
    }

    /// Largest body of a challenge, in bytes.
    package static let bodyMax = 8192
    /// Longest token, in bytes.
    package static let tokenMax = 512
    /// Longest token that is repeated, in bytes.
    package static let echoMax = 256

    /// What a challenge looks like.
    package let preset: ChallengePreset
    /// Who is answered without a signature or a verify token.
    package let opening: Opening
    /// The secret that the sender repeats, or the topic of WebSub.
    package let verifyToken: SecretBytes?
    /// The URL that is part of the answer, for eBay.
    package let endpoint: String?
    /// Where a secret is stored that the sender hands over.
    package let savePath: String?
    /// Whether bodies of the source have to be JSON, so that a token that is no JSON text cannot be a delivery.
    package let isJSON: Bool

    /// Makes a rule; `opening` is that of the preset where it is `nil`.
    package init(
        preset: ChallengePreset,
        opening: Opening?,
        verifyToken: SecretBytes?,
        endpoint: String?,
        savePath: String?,
        isJSON: Bool
    ) {
        self.preset = preset
        self.opening = opening ?? (preset.all.contains { $0.proof == .nothing } ? .always : .armed)
        self.verifyToken = verifyToken
        self.endpoint = endpoint
        self.savePath = savePath
        self.isJSON = isJSON
    }

    /// Whether `open: always` is safe: no token can be the signed content of a delivery.
    ///
    /// Source: `docs/challenges.md`, no oracle: an answer must never be the signature of a delivery.
    package static func isSeparable(_ preset: ChallengePreset, _ scheme: CompiledSignatureScheme, isJSON: Bool) -> Bool
    {
        guard preset.isOracle else { return true }
        if scheme.contentIsBody { return isJSON }
        return scheme.parts.contains { part in
            guard case .literal(let text) = part.origin, part.condition == nil else { return false }
            return text.contains { !ChallengeToken.isAllowed($0, .oracle) }
        }
    }
}
