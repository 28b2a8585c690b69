/// The handshakes of known senders.
///
/// Source: `docs/challenges.md`, the handshakes.
enum ChallengeTable {
    static let presets: [ChallengePreset] = signed + inQuery + inHeader + inBody + probes + registrations

    // Signed like a delivery, and answered only once the signature holds.
    private static let signed: [ChallengePreset] = [
        make(
            "slack",
            ["POST"],
            [("json:/type", .text(["url_verification"]))],
            token: "json:/challenge",
            .signature,
            .text,
            needle: "url_verification"
        ),
        make(
            "zoom",
            ["POST"],
            [("json:/event", .text(["endpoint.url_validation"]))],
            token: "json:/payload/plainToken",
            form: .oracle,
            .signature,
            .tokenAndMAC(token: "plainToken", mac: "encryptedToken"),
            needle: "url_validation"
        ),
        make(
            "twitch",
            ["POST"],
            [("header:twitch-eventsub-message-type", .text(["webhook_callback_verification"]))],
            token: "json:/challenge",
            .signature,
            .text,
            needle: "challenge"
        ),
        make(
            "discord",
            ["POST"],
            [("json:/type", .text(["1"]))],
            .signature,
            .fixed(status: 200, json: #"{"type":1}"#),
            needle: "\"type\""
        ),
        make(
            "xero",
            ["POST"],
            [("json:/events", .emptyArray)],
            .signature,
            .fixed(status: 200, json: ""),
            needle: "events"
        ),
        make(
            "line",
            ["POST"],
            [("json:/events", .emptyArray)],
            .signature,
            .fixed(status: 200, json: ""),
            needle: "events"
        ),
        make(
            "base44",
            ["POST"],
            [("json:/type", .text(["webhook.test.v1"]))],
            token: "json:/data/challenge",
            .signature,
            .member("challenge"),
            needle: "webhook.test.v1"
        ),
        make(
            "aws-sns",
            ["POST"],
            [("json:/Type", .text(["SubscriptionConfirmation"]))],
            token: "json:/SubscribeURL",
            form: .sentence,
            .signature,
            .fixed(status: 200, json: ""),
            deliversSecret: true,
            needle: "SubscriptionConfirmation"
        ),
        make(
            "google",
            ["POST"],
            [("header:x-goog-resource-state", .text(["sync"]))],
            .signature,
            .fixed(status: 200, json: "")
        ),
    ]

    private static let inQuery: [ChallengePreset] = [
        make(
            "meta",
            ["GET"],
            [("query:hub.mode", .text(["subscribe"]))],
            token: "query:hub.challenge",
            .verifyToken,
            .text,
            verify: "query:hub.verify_token"
        ),
        make(
            "strava",
            ["GET"],
            [("query:hub.mode", .text(["subscribe"]))],
            token: "query:hub.challenge",
            .verifyToken,
            .member("hub.challenge"),
            verify: "query:hub.verify_token"
        ),
        make(
            "websub",
            ["GET"],
            [("query:hub.mode", .text(["subscribe", "unsubscribe"]))],
            token: "query:hub.challenge",
            .verifyToken,
            .text,
            verify: "query:hub.topic",
            refusal: 404
        ),
        make(
            "twitter",
            ["GET"],
            [],
            token: "query:crc_token",
            form: .oracle,
            .arming,
            .macMember("response_token")
        ),
        make(
            "linkedin",
            ["GET"],
            [],
            token: "query:challengeCode",
            form: .oracle,
            .arming,
            .tokenAndMAC(token: "challengeCode", mac: "challengeResponse")
        ),
        make("ebay", ["GET"], [], token: "query:challenge_code", .nothing, .digestMember("challengeResponse")),
        make("braintree", ["GET"], [], token: "query:bt_challenge", form: .oracle, .arming, .keyedLine),
        make("dropbox", ["GET"], [], token: "query:challenge", .nothing, .text),
        make("nylas", ["GET"], [], token: "query:challenge", .nothing, .text),
        make("adobe-io", ["GET"], [], token: "query:challenge", .nothing, .member("challenge")),
        make("onfleet", ["GET"], [], token: "query:check", .nothing, .text),
        make("lucca", ["GET"], [], token: "query:echo", .nothing, .text),
        make(
            "oura",
            ["GET"],
            [],
            token: "query:challenge",
            .verifyToken,
            .member("challenge"),
            verify: "query:verification_token"
        ),
        make(
            "fitbit",
            ["GET"],
            [],
            token: "query:verify",
            .verifyToken,
            .fixed(status: 204, json: ""),
            verify: "query:verify",
            refusal: 404
        ),
        make(
            "prelude",
            ["GET"],
            [("query:event", .text(["activate"]))],
            token: "query:challenge",
            form: .digits,
            .verifyToken,
            .number,
            verify: "query:verification_token"
        ),
        make("ms-graph", ["POST"], [], token: "query:validationToken", form: .sentence, .nothing, .text),
    ]

    private static let inHeader: [ChallengePreset] = [
        make(
            "okta",
            ["GET"],
            [],
            token: "header:x-okta-verification-challenge",
            .nothing,
            .member("verification")
        ),
        make("worldline", ["GET"], [], token: "header:x-gcs-webhooks-endpoint-verification", .nothing, .text),
        make(
            "smartsheet",
            ["POST"],
            [],
            token: "header:smartsheet-hook-challenge",
            .nothing,
            .field("Smartsheet-Hook-Response", member: "smartsheetHookResponse")
        ),
        make(
            "adobe-sign",
            ["GET"],
            [],
            token: "header:x-adobesign-clientid",
            .verifyToken,
            .field("X-AdobeSign-ClientId", member: "xAdobeSignClientId"),
            verify: "header:x-adobesign-clientid"
        ),
        make(
            "ringcentral",
            ["POST"],
            [],
            token: "header:validation-token",
            .nothing,
            .field("Validation-Token", member: nil)
        ),
        make("front", ["POST"], [], token: "header:x-front-challenge", .nothing, .text),
        make(
            "cloudevents",
            ["OPTIONS"],
            [],
            token: "header:webhook-request-origin",
            .arming,
            .field("WebHook-Allowed-Origin", member: nil)
        ),
        make(
            "asana",
            ["POST"],
            [],
            token: "header:x-hook-secret",
            .arming,
            .field("X-Hook-Secret", member: nil),
            deliversSecret: true
        ),
        make(
            "keap",
            ["POST"],
            [],
            token: "header:x-hook-secret",
            .arming,
            .field("X-Hook-Secret", member: nil),
            deliversSecret: true
        ),
    ]

    private static let inBody: [ChallengePreset] = [
        make(
            "lark",
            ["POST"],
            [("json:/type", .text(["url_verification"]))],
            token: "json:/challenge",
            .verifyToken,
            .member("challenge"),
            verify: "json:/token",
            needle: "url_verification",
            envelope: .lark
        ),
        make(
            "monday",
            ["POST"],
            [],
            token: "json:/challenge",
            .arming,
            .member("challenge"),
            needle: "\"challenge\""
        ),
        make(
            "event-grid",
            ["POST"],
            [("json:/0/eventType", .text(["Microsoft.EventGrid.SubscriptionValidationEvent"]))],
            token: "json:/0/data/validationCode",
            .arming,
            .member("validationResponse"),
            needle: "SubscriptionValidationEvent"
        ),
        make(
            "notion",
            ["POST"],
            [],
            token: "json:/verification_token",
            .arming,
            .fixed(status: 200, json: ""),
            deliversSecret: true,
            needle: "verification_token"
        ),
    ]

    // A sender that wants to be called back, or that asks what there is: the gateway calls nobody and knows nothing of it.
    private static let registrations: [ChallengePreset] = [
        make(
            "userhub",
            ["POST"],
            [("query:action", .text(["challenge"]))],
            form: .printable,
            .nothing,
            .text,
            isInHead: false,
            bodyIsToken: true
        ),
        make(
            "xurrent",
            ["POST"],
            [("json:/event", .text(["webhook.verify"]))],
            token: "json:/payload/callback",
            form: .sentence,
            .arming,
            .fixed(status: 200, json: ""),
            deliversSecret: true,
            needle: "webhook.verify"
        ),
        make(
            "inngest",
            ["PUT"],
            [],
            .signature,
            .fixed(status: 200, json: #"{"message":"Registered out of band","modified":false}"#),
            isInHead: false,
            others: [make("inngest", ["GET"], [], .nothing, .fixed(status: 200, json: #"{"has_signing_key":true}"#))]
        ),
    ]

    private static let probes: [ChallengePreset] = [
        make("head-200", ["HEAD"], [], .nothing, .fixed(status: 200, json: "")),
        make("get-200", ["GET"], [], .nothing, .fixed(status: 200, json: "")),
    ]

    private static func make(
        _ name: String,
        _ methods: [String],
        _ conditions: [(String, ChallengePreset.Match)],
        token: String? = nil,
        form: ChallengePreset.TokenForm = .plain,
        _ proof: ChallengePreset.Proof,
        _ reply: ChallengePreset.Reply,
        verify: String? = nil,
        refusal: Int = 403,
        deliversSecret: Bool = false,
        needle: String = "",
        isInHead: Bool? = nil,
        bodyIsToken: Bool = false,
        envelope: ChallengeEnvelope? = nil,
        others: [ChallengePreset] = []
    ) -> ChallengePreset {
        ChallengePreset(
            name: name,
            methods: methods,
            conditions: conditions.compactMap { text, match in source(text).map { ($0, match) } },
            token: token.flatMap(source),
            form: form,
            proof: proof,
            verifyPlace: verify.flatMap(source),
            reply: reply,
            refusal: refusal,
            deliversSecret: deliversSecret,
            needle: Array(needle.utf8),
            isInHead: isInHead ?? needle.isEmpty,
            bodyIsToken: bodyIsToken,
            envelope: envelope,
            others: others
        )
    }

    // The texts stand in this file and a test reads them all: a mistake cannot reach a user.
    private static func source(_ text: String) -> ValueSource? { try? ValueSource.parse(text).get() }
}
