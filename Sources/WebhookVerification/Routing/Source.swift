/// A configured sender and every rule its deliveries are judged by.
///
/// Immutable; shared by all event loops. A class, so that a request passes one reference on instead of copying rules.
/// Source of the rules: `docs/configuration.md`, section sources.
package final class Source: Sendable {
    /// The name in configuration, audit entries and metrics: `[a-z0-9._-]{1,64}`.
    package let name: String
    /// Position in the configuration, the index of per-source tables.
    package let index: Int
    /// Where its deliveries arrive.
    package let route: Route
    /// Who may deliver.
    package let allow: AllowList
    /// What the head of a delivery may announce.
    package let content: ContentRules
    /// How deliveries are signed.
    package let signature: SignatureRule
    /// How old a delivery may be; `nil` where no time is judged.
    package let timestamp: TimestampRule?
    /// How repeats are recognised.
    package let replay: ReplayRule
    /// What a signed body has to be.
    package let payload: PayloadRules
    /// Where valid deliveries go.
    package let forward: ForwardRules
    /// What of a payload is recorded.
    package let audit: AuditFieldRules
    /// How refusals look: JSON, or the bare text for senders that expect it.
    package let responses: ResponseForm
    /// Statuses that replace the standard ones, never 2xx.
    package let statusOverrides: [DenialReason: Int]
    /// Checks that are evaluated, recorded and counted, but not acted on.
    package let shadow: Set<CheckID>
    /// How many requests a second are taken.
    package let rate: RateRule
    /// How handshakes of the sender are answered; `nil` where none is declared.
    package let challenge: ChallengeRule?

    /// Makes a source out of its rules.
    package init(
        name: String,
        index: Int,
        route: Route,
        allow: AllowList,
        content: ContentRules,
        signature: SignatureRule,
        timestamp: TimestampRule?,
        replay: ReplayRule,
        payload: PayloadRules,
        forward: ForwardRules,
        audit: AuditFieldRules,
        responses: ResponseForm,
        statusOverrides: [DenialReason: Int],
        shadow: Set<CheckID>,
        rate: RateRule = RateRule(),
        challenge: ChallengeRule? = nil
    ) {
        self.name = name
        self.index = index
        self.route = route
        self.allow = allow
        self.content = content
        self.signature = signature
        self.timestamp = timestamp
        self.replay = replay
        self.payload = payload
        self.forward = forward
        self.audit = audit
        self.responses = responses
        self.statusOverrides = statusOverrides
        self.shadow = shadow
        self.rate = rate
        self.challenge = challenge
    }
}

/// Which client addresses may deliver: a list, or everybody where the word `any` is written out.
package enum AllowList: Sendable {
    case any
    case networks(IPNetworkSet)
}

/// How a refusal is written to the sender.
package enum ResponseForm: Sendable, Equatable {
    case json
    case text
}

/// The signature scheme of a source, or `none` with the reason the operator wrote.
package enum SignatureRule: Sendable {
    case none(reason: String)
    case scheme(CompiledSignatureScheme, keys: [SigningKey])
}
