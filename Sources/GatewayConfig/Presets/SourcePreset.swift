internal import WebhookVerification

/// What is known about a sender: everything that a source of this preset does not have to say.
///
/// Source: `docs/architecture.md`, replay key; the providers' pages as listed in `docs/signature-schemes.md`.
struct SourcePreset: Sendable {
    /// Where the time stands that the sender signs beside or instead of a timestamp header.
    enum Time: Sendable {
        /// What the scheme signs; an attempt's time.
        case scheme
        /// A member of the body that names the event's time and may be missing.
        case event(pointer: String)
        case none
    }

    /// What identifies a delivery, in the words of `replay.key`.
    struct Replay: Sendable {
        let key: String
        let retry: String
        /// Seconds.
        let ttl: Int64
    }

    let name: String
    let time: Time
    let replay: Replay
    /// Header fields passed on so that an existing handler's own check and routing still work.
    let headers: [String]
    /// The schema that is used where none is written; `nil` where one has to be written.
    let schema: String?
    let eventType: String?
    let eventID: String?
    /// Whether members that change prototypes of JavaScript objects are refused.
    let refusesPrototypeMembers: Bool

    private init(
        _ name: String,
        time: Time,
        replay: Replay,
        headers: [String],
        schema: String? = nil,
        eventType: String?,
        eventID: String? = nil,
        refusesPrototypeMembers: Bool = false
    ) {
        self.name = name
        self.time = time
        self.replay = replay
        self.headers = headers
        self.schema = schema
        self.eventType = eventType
        self.eventID = eventID
        self.refusesPrototypeMembers = refusesPrototypeMembers
    }

    /// The scheme of the same name; a test holds that the catalogue has it.
    var scheme: SignatureScheme { SignatureCatalogue.scheme(named: name) ?? SignatureScheme(name: name, algorithm: "") }

    /// The names in the order of the reference.
    static var allNames: [String] { all.map(\.name) }

    /// The preset called `name`.
    static func named(_ name: String) -> SourcePreset? { all.first { $0.name == name } }

    // The longest gap in a re-signing sender's schedule is 24 h; identical repeats come within days (docs/decisions).
    private static let resigned: Int64 = 26 * 3600
    private static let identical: Int64 = 7 * 86_400

    static let all: [SourcePreset] = [
        SourcePreset(
            "01software",
            time: .event(pointer: "/timestamp"),
            replay: Replay(key: "content", retry: "identical", ttl: identical),
            headers: ["x-webhook-signature"],
            schema: "builtin:01software",
            eventType: "${body:/collection}.${body:/operation}",
            refusesPrototypeMembers: true
        ),
        SourcePreset(
            "standard",
            time: .scheme,
            replay: Replay(key: "id", retry: "resigned", ttl: resigned),
            headers: ["webhook-id", "webhook-timestamp", "webhook-signature"],
            eventType: "${body:/type}"
        ),
        SourcePreset(
            "stripe",
            time: .scheme,
            replay: Replay(key: "body:/id", retry: "resigned", ttl: resigned),
            headers: ["stripe-signature"],
            eventType: "${body:/type}",
            eventID: "/id"
        ),
        SourcePreset(
            "github",
            time: .none,
            replay: Replay(key: "content", retry: "identical", ttl: identical),
            headers: [
                "x-hub-signature-256", "x-github-event", "x-github-delivery", "x-github-hook-id",
                "x-github-hook-installation-target-id", "x-github-hook-installation-target-type",
            ],
            eventType: "${header:x-github-event}",
            eventID: "header:x-github-delivery"
        ),
        SourcePreset(
            "slack",
            time: .scheme,
            replay: Replay(key: "body:/event_id", retry: "resigned", ttl: resigned),
            headers: ["x-slack-signature", "x-slack-request-timestamp", "x-slack-retry-num", "x-slack-retry-reason"],
            eventType: "${body:/type}",
            eventID: "/event_id"
        ),
        SourcePreset(
            "shopify",
            time: .none,
            replay: Replay(key: "content", retry: "identical", ttl: identical),
            headers: [
                "x-shopify-hmac-sha256", "shopify-hmac-sha256", "x-shopify-topic", "x-shopify-shop-domain",
                "x-shopify-api-version",
                "x-shopify-webhook-id", "x-shopify-event-id", "x-shopify-triggered-at",
            ],
            eventType: "${header:x-shopify-topic}",
            eventID: "header:x-shopify-webhook-id"
        ),
        SourcePreset(
            "gitlab",
            time: .scheme,
            replay: Replay(key: "id", retry: "resigned", ttl: resigned),
            headers: [
                "webhook-id", "webhook-timestamp", "webhook-signature", "x-gitlab-event", "x-gitlab-event-uuid",
                "x-gitlab-webhook-uuid", "x-gitlab-instance",
            ],
            eventType: "${body:/object_kind}"
        ),
    ]
}
