/// The keys of `forward`.
enum ForwardSettings {
    static let forward = Section(
        "sources.*.forward",
        [
            Setting(
                "to",
                SourceSettings.to,
                "The upstream: a URL, or a list whose later ones are tried when a connection to the earlier cannot be made. `http://`, `https://` or `unix:/path/of/socket:/target`."
            ),
            Setting(
                "rules",
                .list(.section(rule)),
                "Chooses the upstream by the payload; the first rule that matches wins. Instead of `to`."
            ),
            Setting(
                "otherwise",
                .either(
                    [
                        .choice(["deny"]), .text(hint: SourceSettings.urlHint),
                        .list(.text(hint: SourceSettings.urlHint)),
                    ],
                    hint: "deny, a URL or a list of URLs"
                ),
                standard: "deny",
                "Payloads that no rule matches: `deny` (422) or an upstream."
            ),
            Setting("connect", .duration(50...60_000), standard: "2s", "Time to connect, TLS included (502)."),
            Setting(
                "first_byte",
                .duration(100...600_000),
                standard: "10s",
                "Time from the request's last byte to the answer's first (504)."
            ),
            Setting("deadline", .duration(100...900_000), standard: "30s", "Time for the whole exchange (504)."),
            Setting("response", .size(1 << 10...64 << 20), standard: "1MiB", "Largest answer that is relayed (502)."),
            Setting(
                "max_connections",
                .integer(1...4_096),
                standard: "64",
                "Connections to each target, per event loop."
            ),
            Setting(
                "queue",
                .integer(0...65_536),
                "Deliveries that wait for a connection, per target and event loop; beyond that 503 `limit.concurrency`. Without it: four times `max_connections`."
            ),
            Setting("queue_timeout", .duration(10...60_000), standard: "5s", "How long they wait (503)."),
            Setting(
                "keep_idle",
                .duration(1_000...600_000),
                standard: "30s",
                "How long an unused connection is kept; shorter than the handler keeps it."
            ),
            Setting("circuit", .section(circuit), "When a target that refuses connections is left alone (502)."),
            Setting(
                "headers",
                .list(.text(hint: "the name of a header field"), mayBeEmpty: true),
                standard: "[]",
                "Header fields of the delivery that are passed on, beside `content-type`, `user-agent` and those of the preset."
            ),
            Setting("tls", .section(tls), "How an https upstream is verified."),
            Setting(
                "outbound_key",
                .text(hint: outboundHint),
                "Key for `Postern-Verified`, by which a handler knows that a delivery came through the gateway. At least 16 bytes."
            ),
            Setting(
                "attest",
                .boolean,
                "Whether `Postern-Verified` is sent. Without it: whether there is an `outbound_key`."
            ),
            Setting(
                "complete_on",
                .list(.text(hint: "a status such as 200, or a class such as 2xx")),
                standard: "[\"2xx\"]",
                "Answers that finish a delivery; after all others the sender's retry is forwarded."
            ),
            Setting(
                "on_unknown",
                .choice(["release", "hold"]),
                standard: "release",
                "When nobody knows whether the handler acted: the retry is forwarded (`release`, at least once), or answered with 202 until an operator decides with `postern replay resolve` (`hold`, at most once)."
            ),
            Setting(
                "resign",
                .section(resign),
                "A new signature for the handler in the place of the sender's."
            ),
        ]
    )

    static let outboundHint = "a reference: keyring:sign:NAME, file:PATH, env:NAME or credential:NAME"
    static let secretHint = "a reference: file:PATH, env:NAME or credential:NAME"

    static let rule = Section(
        "sources.*.forward.rules[]",
        [
            Setting(
                "when",
                .map(
                    .either(
                        [.text(hint: "a value"), .list(.text(hint: "a value"))],
                        hint: "a value or a list of values"
                    ),
                    keys: .pointers
                ),
                required: .yes,
                "Pointers and the value, or list of values, that each must have."
            ),
            Setting("to", SourceSettings.to, required: .yes, "The upstream."),
            Setting(
                "schema",
                .text(hint: SourceSettings.schemaHint),
                "A schema for just these payloads, after the source's own."
            ),
        ]
    )

    static let resignHint = "keyring:sign:NAME"

    static let resign = Section(
        "sources.*.forward.resign",
        [
            Setting(
                "key",
                .text(hint: resignHint),
                required: .yes,
                "The entry of the keyring whose primary signs for the handler."
            ),
            Setting(
                "scheme",
                .choice(["same", "standard"]),
                standard: "same",
                "`same`: as the sender signs, over the same time and id, with this key. `standard`: Standard Webhooks, with an id that every attempt of the event has."
            ),
        ]
    )

    static let circuit = Section(
        "sources.*.forward.circuit",
        [
            Setting(
                "failures",
                .integer(1...10_000),
                standard: "20",
                "Refused connections in a row, on one event loop, after which nothing is tried."
            ),
            Setting(
                "pause",
                .duration(100...60_000),
                standard: "1s",
                "How long nothing is tried; then one delivery tries, and all follow when it gets through."
            ),
        ]
    )

    static let tls = Section(
        "sources.*.forward.tls",
        [
            Setting(
                "ca",
                .text(hint: SettingCatalog.pathHint),
                "File with the authorities to trust instead of the system's, in PEM."
            ),
            Setting("pin", .text(hint: "text"), state: .notBuilt, "Pinned public key."),
        ]
    )
}
