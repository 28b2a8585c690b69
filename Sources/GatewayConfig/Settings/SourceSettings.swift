internal import WebhookVerification

/// The keys of a source.
enum SourceSettings {
    static let pointerHint = "a JSON Pointer that starts with /"
    static let idHint = "a JSON Pointer that starts with /, or header:NAME"
    static let schemaHint = "the path of a JSON Schema, builtin:NAME or none"
    static let reasonHint = "a sentence that says why"
    static let urlHint = "a URL such as http://127.0.0.1:3000/api/webhook, https://… or unix:/path/of/socket:/target"

    static let to = Setting.Shape.either(
        [.text(hint: urlHint), .list(.text(hint: urlHint))],
        hint: "a URL or a list of URLs"
    )
    static let methodsHint = "a method in capital letters such as POST"

    /// One source.
    static let source = Section(
        "sources.*",
        [
            Setting("preset", .choice(SourcePreset.allNames), "Fills in what is not said, for a known sender."),
            Setting(
                "path",
                .text(hint: "a path that starts with /"),
                required: .yes,
                "Path of the deliveries, compared byte for byte; no query."
            ),
            Setting(
                "host",
                .text(hint: "a host name, or host:port"),
                "Binds the source to one authority. Without it every host matches."
            ),
            Setting("allow", .section(allow), required: .yes, "Who may deliver, and what."),
            Setting("limits", .section(limits), "Limits of this source."),
            Setting("rate", .section(rate), "How many requests a second are taken; beyond that 429 `limit.rate`."),
            Setting(
                "coding",
                .choice(["refuse", "forward"]),
                standard: "refuse",
                "Bodies with a content coding: refused (415), or verified and forwarded as they came. `forward` needs `schema: none` and `payload: {form: opaque}`."
            ),
            Setting(
                "query",
                .choice(["drop", "forward"]),
                standard: "drop",
                "The query of a delivery, which no signature covers."
            ),
            Setting("payload", .section(payload), "What a body has to be."),
            Setting(
                "signature",
                .section(SignatureSettings.signature),
                "How deliveries are signed, and with which keys. Always required."
            ),
            Setting(
                "timestamp",
                .either([.choice(["none"]), .section(timestamp)], hint: "a mapping, or none"),
                "How old a delivery may be. Without it: what the scheme signs, and `none` where it signs no time."
            ),
            Setting(
                "replay",
                .section(replay),
                "How repeats are recognised and answered. Without it: what the preset or the scheme says."
            ),
            Setting(
                "schema",
                .text(hint: schemaHint),
                "JSON Schema of the body: a file, `builtin:01software`, `builtin:cloudevents`, `builtin:standard`, or `none` written out. Required unless the preset has one."
            ),
            Setting("event", .section(event), "Name and id of an event."),
            Setting("forward", .section(ForwardSettings.forward), required: .yes, "Where valid deliveries go."),
            Setting("audit", .section(audit), "What of a payload is recorded."),
            Setting(
                "responses",
                .choice(["json", "text"]),
                standard: "json",
                "How refusals are written: JSON, or the bare text."
            ),
            Setting(
                "statuses",
                .map(.integer(400...599), keys: Setting.Keys("reason codes")),
                "Other statuses for reason codes, for senders that expect them. Reasons that are found before the source is known (`http.*`, `route.*`, `draining`) and `replay.duplicate` keep theirs. For example `{address.denied: 401}`."
            ),
            Setting(
                "shadow",
                .list(.choice(shadowWords), mayBeEmpty: true),
                "Checks that are evaluated, recorded and counted, but not acted on. The signature can only be named as `signature-is-not-enforced`."
            ),
            Setting(
                "postmortem",
                .choice(["on", "off"]),
                "The same as `postmortem` of the whole file, for this source. Without it: that of the file."
            ),
            Setting(
                "challenge",
                .either([.choice(ChallengePreset.allNames), .section(challenge)], hint: "a name, or a mapping"),
                "Handshake of the sender, answered by the gateway and never forwarded: a name of [challenges](challenges.md), or a mapping."
            ),
            Setting(
                "mode",
                .choice(["proxy"], notBuilt: ["queue"]),
                standard: "proxy",
                "`proxy` forwards at once; `queue` is not built yet."
            ),
        ]
    )

    static let shadowWords = ["address", "content", "timestamp", "payload", "replay", "signature-is-not-enforced"]

    static let allow = Section(
        "sources.*.allow",
        [
            Setting(
                "ips",
                .either(
                    [.choice(["any"]), .list(.text(hint: SettingCatalog.networkHint))],
                    hint: "a list of networks, or any"
                ),
                required: .yes,
                "Networks that may deliver, or `any` written out. Networks must not overlap, `/0` is spelt `any`. `preset@DAY` in the list stands for the networks that the scheme's sender published on that day, as `postern schemes show` names them: with another day the file is refused, so that no update of the program lets others in."
            ),
            Setting(
                "methods",
                .list(.text(hint: methodsHint)),
                standard: "[POST]",
                "Accepted methods, exact case (405)."
            ),
            Setting(
                "media_types",
                .list(.text(hint: "a media type such as application/json")),
                standard: "[application/json]",
                "Accepted media types without parameters (415)."
            ),
        ]
    )

    static let limits = Section(
        "sources.*.limits",
        [Setting("body", .size(1 << 10...64 << 20), "Body of a delivery (413). Without it: `limits.body`.")]
    )

    static let rate = Section(
        "sources.*.rate",
        [
            Setting(
                "unverified",
                .integer(1...1_000_000),
                standard: "50",
                "Requests a second of one client address (one /64 of IPv6) whose signature or time does not hold. Those beyond it get 429 instead of 401; requests that verify are not held up by them."
            ),
            Setting(
                "unverified_burst",
                .integer(1...10_000_000),
                "So many at once after a quiet time. Without it: twice `unverified`."
            ),
            Setting(
                "flood",
                .integer(1...10_000_000),
                "From so many of those a second on, every request of that address is refused (429) before its body is read, and its connection closed. Without it: 100 times `unverified`."
            ),
            Setting(
                "verified",
                .integer(1...10_000_000),
                "Deliveries a second of the source whose signature holds. Without it: no limit but that of the upstream."
            ),
            Setting(
                "verified_burst",
                .integer(1...10_000_000),
                "So many at once after a quiet time. Without it: twice `verified`."
            ),
        ]
    )

    static let payload = Section(
        "sources.*.payload",
        [
            Setting(
                "form",
                .choice(["json", "opaque"]),
                standard: "json",
                "One strict JSON text, or bytes that are not looked at. `opaque` needs `schema: none`."
            ),
            Setting(
                "numbers",
                .choice(["exact", "i-json"]),
                standard: "exact",
                "Integers beyond ±(2^53−1): accepted and flagged, or refused."
            ),
            Setting(
                "prototype_members",
                .choice(["allow", "refuse"]),
                standard: "allow",
                "Members `__proto__`, `constructor` and `prototype`, which change objects of JavaScript handlers."
            ),
            Setting("nul", .choice(["refuse", "allow"]), standard: "refuse", "The escape `\\u0000` in strings."),
            Setting(
                "noncharacters",
                .choice(["allow", "refuse"]),
                standard: "allow",
                "Noncharacters such as U+FFFF in strings."
            ),
        ]
    )

    static let timestamp = Section(
        "sources.*.timestamp",
        [
            Setting(
                "from",
                .text(hint: "signature, or body:/pointer"),
                standard: "signature",
                "Where the time stands: `signature` (what the scheme signs) or `body:/pointer`."
            ),
            Setting(
                "unit",
                .choice(["s", "ms", "rfc3339"]),
                standard: "rfc3339",
                "How a time in the body is written."
            ),
            Setting(
                "meaning",
                .choice(["attempt", "event"]),
                "What the time names: one attempt (new for every retry) or the event. Without it: `attempt` for `signature`, `event` for the body."
            ),
            Setting(
                "required",
                .boolean,
                "Whether a delivery without it is refused. Without it: `true`, or what the scheme says."
            ),
            Setting(
                "max_age",
                .duration(1_000...2_592_000_000),
                "How old a delivery may be. Without it: `300s` for an attempt (at most `900s`), `72h` for an event."
            ),
            Setting("max_future", .duration(0...900_000), standard: "60s", "How far ahead the sender's clock may be."),
        ]
    )

    static let replay = Section(
        "sources.*.replay",
        [
            Setting("off", .text(hint: reasonHint), "Switches replay protection off, with the reason; stands alone."),
            Setting(
                "key",
                .text(hint: "content, id, or body:/pointer"),
                "What identifies a delivery: the signed `content`, the `id` that the scheme signs, or a member of the signed body."
            ),
            Setting(
                "retry",
                .choice(["identical", "resigned"]),
                "What the sender does when it tries again: the same bytes, or a new timestamp and signature."
            ),
            Setting(
                "ttl",
                .duration(60_000...7_776_000_000),
                "How long a finished delivery is remembered, from its last repeat. At least `max_age` + `max_future` + 60s, and `7d` where no time is signed."
            ),
            Setting(
                "on_duplicate",
                .choice(["ack"]),
                standard: "ack",
                "An honest repeat is answered with 200 and not forwarded."
            ),
        ]
    )

    static let event = Section(
        "sources.*.event",
        [
            Setting(
                "type",
                .text(hint: "a text with ${body:/pointer} and ${header:name}"),
                "How an event's name is made, for example `${body:/collection}.${body:/operation}`."
            ),
            Setting(
                "id",
                .text(hint: idHint),
                "JSON Pointer of the event's id, or `header:NAME`, for the audit entry and `postern replay`. Without it: what the preset or the scheme says."
            ),
            Setting(
                "allow",
                .list(.text(hint: "a name, with * for any run of characters")),
                "Accepted names, with `*` for any run of characters (422). Without it: all."
            ),
        ]
    )

    static let challenge = Section(
        "sources.*.challenge",
        [
            Setting(
                "preset",
                .choice(ChallengePreset.allNames),
                required: .yes,
                "What the handshake looks like and what is answered: [challenges](challenges.md)."
            ),
            Setting(
                "open",
                .choice(["armed", "always"]),
                "When a handshake that proves nothing is answered: in a window that `postern source arm` opens, or `always`. Without it: what the preset says."
            ),
            Setting(
                "verify_token",
                .text(hint: "file:PATH, env:NAME or credential:NAME"),
                "Where the secret is that the sender repeats; the topic's URL for `websub`, the client id for `adobe-sign`."
            ),
            Setting(
                "endpoint",
                .text(hint: "a URL"),
                "The URL registered at the sender, where the answer is made with it (`ebay`)."
            ),
            Setting(
                "save",
                .text(hint: "the path of a file that is not there yet"),
                "Where a secret is stored that the sender hands over (`asana`, `keap`, `notion`; the URL to open for `aws-sns` and `xurrent`), mode 0600."
            ),
        ]
    )

    static let audit = Section(
        "sources.*.audit",
        [
            Setting(
                "fields",
                .map(.choice(["plain", "mac", "seal", "drop"]), keys: .auditFields),
                "How fields are recorded: `plain` in clear, `mac` as a pseudonym of the month, `seal` as a pseudonym with the value in a sidecar that can be erased, `drop` not at all; `mac` and `seal` need `keys`. Members of the payload by JSON Pointer: only what is listed. Besides them `client.ip` (standard `plain`), `http.ua`, `http.query` and `body` (standard `mac` with a keyring, else `drop`; query and body never in clear or sealed)."
            ),
            Setting(
                "retention",
                .duration(0...SettingCatalog.century),
                "How long entries of this source are kept at least, where that is longer than `audit.retention.max`."
            ),
        ]
    )
}
