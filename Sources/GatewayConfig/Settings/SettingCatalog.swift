/// Every key that a configuration may have, in the order in which the reference lists them.
package enum SettingCatalog {
    /// The whole file.
    package static let root = Section(
        "",
        [
            Setting("version", .integer(1...1), required: .yes, "Version of this format; always 1."),
            Setting(
                "listen",
                .list(.section(listen)),
                required: .yes,
                "Where deliveries arrive: one element per listener."
            ),
            Setting("admin", .section(admin), "The listener for health, metrics and reload. Without it there is none."),
            Setting("limits", .section(LimitSettings.section), "Limits that hold for the whole process."),
            Setting(
                "sources",
                .map(.section(SourceSettings.source), keys: .sources),
                required: .yes,
                "The senders and their rules, by name. The name stands in audit entries and metrics."
            ),
            Setting("replay", .section(replay), "The store that remembers deliveries."),
            Setting("audit", .section(audit), required: .yes, "The audit log."),
            Setting("keys", .section(keys), "The encrypted keyring, for sources whose secret is `keyring:NAME`."),
            Setting("telemetry", .section(telemetry), "Logs, metrics and traces."),
            Setting(
                "postmortem",
                .choice(["on", "off"]),
                standard: "off",
                "Whether the gateway looks for the mistake behind a bad signature and records it as `audit.postmortem`, at most ten times a minute for each source."
            ),
        ]
    )

    static let masterHint = "file:PATH, env:NAME, credential:NAME or exec:/PROGRAM ARGUMENT…"
    static let addressHint = "an address and a port such as 0.0.0.0:8443 or [::]:8443, or unix:/absolute/path"
    static let networkHint = "a network such as 203.0.113.0/24 or 2001:db8::/32, or one address"
    static let pathHint = "the path of a file; a relative one counts from the configuration's directory"

    /// One listener.
    package static let listen = Section(
        "listen[]",
        [
            Setting(
                "address",
                .text(hint: addressHint),
                required: .yes,
                "An address and a port such as `0.0.0.0:8443` or `[::]:8443`, or `unix:/absolute/path`."
            ),
            Setting("tls", .section(tls), "Certificate and key. Without it the listener speaks plain HTTP."),
            Setting(
                "plaintext",
                .choice(["behind-tls-proxy"]),
                "Has to be written for plain HTTP on an address that is not loopback."
            ),
            Setting("http2", .boolean, state: .notBuilt, "HTTP/2."),
            Setting(
                "trusted_proxies",
                .list(.text(hint: networkHint), mayBeEmpty: true),
                standard: "[]",
                "Networks of the proxies whose X-Forwarded-For is believed. From all others it is ignored."
            ),
            Setting(
                "proxy_protocol",
                .choice(["v2"]),
                "Demands the PROXY protocol version 2 in front of every connection."
            ),
            Setting(
                "proxy_protocol_peers",
                .list(.text(hint: networkHint)),
                "Networks that may speak the PROXY protocol; required with it. Others are closed."
            ),
        ]
    )

    /// TLS of a listener.
    package static let tls = Section(
        "listen[].tls",
        [
            Setting("certificate", .text(hint: pathHint), required: .yes, "File with the certificate chain in PEM."),
            Setting("key", .text(hint: pathHint), required: .yes, "File with the private key in PEM, mode 0600."),
            Setting("min", .choice(["1.2", "1.3"]), standard: "\"1.2\"", "Oldest version of TLS, in quotes."),
            Setting(
                "expired",
                .choice(["refuse", "serve"]),
                standard: "refuse",
                "What becomes of a certificate that is not valid now: the start and the reload are refused, or it is served."
            ),
        ]
    )

    /// The admin listener.
    package static let admin = Section(
        "admin",
        [
            Setting("socket", .text(hint: "an absolute path"), "Absolute path of a unix socket."),
            Setting(
                "address",
                .text(hint: "a loopback address and a port such as 127.0.0.1:9901"),
                "A loopback address and a port."
            ),
            Setting("auth", .section(adminAuth), state: .notBuilt, "Logins for the review page."),
        ]
    )

    /// Logins of the admin listener.
    package static let adminAuth = Section(
        "admin.auth",
        [
            Setting("oidc", .text(hint: "text"), state: .notBuilt, "OpenID Connect."),
            Setting("users_file", .text(hint: pathHint), state: .notBuilt, "File with users."),
        ]
    )

    /// The replay store.
    package static let replay = Section(
        "replay",
        [
            Setting(
                "store",
                .choice(["memory"], notBuilt: ["redis", "postgres", "nats"]),
                standard: "memory",
                "Where deliveries are remembered. `memory` is rebuilt from the audit log at start; `redis` and `postgres` are not built yet."
            ),
            Setting(
                "max_entries",
                .integer(1_000...50_000_000),
                standard: "1000000",
                "How many deliveries are remembered at once, about 120 bytes each. When full, new ones get 503."
            ),
            Setting(
                "on_unavailable",
                .choice(["reject"], notBuilt: ["local"]),
                standard: "reject",
                "What happens while the store does not answer."
            ),
            Setting("redis", .section(Section("replay.redis", [])), state: .notBuilt, "Connection to Redis."),
            Setting(
                "postgres",
                .section(Section("replay.postgres", [])),
                state: .notBuilt,
                "Connection to PostgreSQL."
            ),
        ]
    )

    /// The audit log.
    package static let audit = Section(
        "audit",
        [
            Setting(
                "dir",
                .text(hint: "the path of a directory"),
                required: .yes,
                "Directory of the log's files. A change needs a restart."
            ),
            Setting(
                "origin",
                .text(hint: "a name such as gw.example.com/audit"),
                required: .yes,
                "Name of the log in checkpoints: a host name and a path without scheme. A change needs a restart."
            ),
            Setting(
                "node",
                .text(hint: "a name of a-z, 0-9, '.', '_' and '-', at most 64"),
                standard: "node-1",
                "Name of this process among several that share a log's readers."
            ),
            Setting(
                "durability",
                .choice(["sync", "written", "async"]),
                standard: "sync",
                "When an entry counts as recorded: on the disk, handed to the system, or queued."
            ),
            Setting(
                "deadline",
                .duration(10...60_000),
                standard: "1s",
                "How long a delivery waits for its entry before it gets 503 and nothing is forwarded."
            ),
            Setting(
                "on_full",
                .choice(["reject", "pass", "prune"], notBuilt: ["drop", "block", "overwrite", "spill"]),
                standard: "reject",
                "While the disk is full: refuse deliveries (503), forward them (they are recorded or counted later), or prune what is older than `retention.min` and refuse until there is space."
            ),
            Setting(
                "on_error",
                .choice(["reject", "pass"]),
                standard: "reject",
                "While the disk cannot be written for another reason: refuse deliveries, or forward them."
            ),
            Setting("retention", .section(retention), "How long entries are kept."),
            Setting(
                "witness",
                .list(.text(hint: "the absolute path of a directory, or file: and that of a file"), mayBeEmpty: true),
                standard: "[]",
                "Places on other disks or hosts that get the checkpoints; a start refuses a log that is behind them."
            ),
            Setting(
                "checkpoint",
                .section(Section("audit.checkpoint", [])),
                state: .notBuilt,
                "How often a checkpoint is signed."
            ),
        ]
    )

    static let century: Int64 = 36_500 * 86_400_000

    /// How long entries are kept.
    package static let retention = Section(
        "audit.retention",
        [
            Setting("min", .duration(0...century), standard: "365d", "Nothing younger is ever pruned."),
            Setting("max", .duration(0...century), standard: "400d", "What is older goes with `postern audit prune`."),
            Setting("hot", .duration(0...century), standard: "90d", "Closed segments that are older are compressed."),
            Setting(
                "sealed",
                .duration(0...century),
                standard: "90d",
                "The keys of sealed values of months that are older are destroyed with `postern audit prune`."
            ),
            Setting(
                "require_export",
                .boolean,
                standard: "false",
                "Whether `postern audit prune` leaves what no export had: `audit export --bundle`, or `--to jsonl` without conditions."
            ),
        ]
    )

    /// The keyring.
    package static let keys = Section(
        "keys",
        [
            Setting(
                "file",
                .text(hint: pathHint),
                required: .yes,
                "The keyring file, mode 0600. `postern keys add` makes it."
            ),
            Setting(
                "master",
                .text(hint: masterHint),
                "The key that the keyring is wrapped with: `credential:NAME` (systemd), `file:PATH` (mode 0600), `env:NAME`, or `exec:/PROGRAM ARGUMENT…` (no shell, 5 s). Without it: `keyring.master` beside the keyring."
            ),
            Setting(
                "overlap",
                .duration(0...604_800_000),
                standard: "24h",
                "How long a replaced key stays accepted once the sender uses the new one."
            ),
            Setting(
                "max_age",
                .duration(86_400_000...315_360_000_000),
                "How old a key may become. It stays accepted; 30, 7 and 1 days before and from then on the log, a `key.expiring` entry and `keys list` say that it has to be replaced, as they do before its own date. Without it: no limit."
            ),
        ]
    )

    /// Logs, metrics, traces.
    package static let telemetry = Section(
        "telemetry",
        [
            Setting("log", .section(log), "The log on standard error; it is not the audit log."),
            Setting("metrics", .boolean, standard: "true", "Whether the admin listener serves `/metrics`."),
            Setting(
                "otlp",
                .section(
                    Section(
                        "telemetry.otlp",
                        [Setting("endpoint", .text(hint: "a URL"), state: .notBuilt, "Collector.")]
                    )
                ),
                state: .notBuilt,
                "Export to an OpenTelemetry collector."
            ),
            Setting(
                "tracing",
                .section(
                    Section(
                        "telemetry.tracing",
                        [Setting("inbound", .text(hint: "text"), state: .notBuilt, "What an inbound trace counts for.")]
                    )
                ),
                state: .notBuilt,
                "Distributed traces."
            ),
        ]
    )

    /// The log on standard error.
    package static let log = Section(
        "telemetry.log",
        [
            Setting("format", .choice(["json"], notBuilt: ["text"]), standard: "json", "One JSON object per line."),
            Setting(
                "level",
                .choice(["debug", "info", "notice", "warning", "error"]),
                standard: "info",
                "The least important level that is written."
            ),
        ]
    )

    /// Every section, each once, in the order of the reference.
    package static var allSections: [Section] {
        var found: [Section] = []
        collect(root, into: &found)
        return found
    }

    private static func collect(_ section: Section, into found: inout [Section]) {
        guard !found.contains(where: { $0.path == section.path }) else { return }
        found.append(section)
        for setting in section.settings { collect(setting.shape, into: &found) }
    }

    private static func collect(_ shape: Setting.Shape, into found: inout [Section]) {
        switch shape {
        case .section(let section): collect(section, into: &found)
        case .list(let element, _), .map(let element, _): collect(element, into: &found)
        case .either(let shapes, _): for shape in shapes { collect(shape, into: &found) }
        case .text, .choice, .boolean, .integer, .size, .duration: break
        }
    }
}
