internal import WebhookVerification

/// The YAML of a configuration in which nothing is left to presets and defaults.
struct ResolvedConfiguration {
    private let configuration: GatewayConfiguration

    init(_ configuration: GatewayConfiguration) { self.configuration = configuration }

    /// The whole document.
    var yaml: YAMLText {
        var members: [(String, YAMLText)] = [
            ("version", .plain("1")), ("listen", .list(configuration.listeners.map(listener))),
        ]
        if let admin = configuration.admin { members.append(("admin", self.admin(admin))) }
        members.append(("limits", limits))
        let sources = zip(configuration.sources, configuration.origins).map { source, origin in
            (source.name, ResolvedSource(source, origin, configuration).yaml)
        }
        members.append(("sources", .mapping(sources)))
        members.append(("replay", replay))
        members.append(("audit", audit))
        members.append(("telemetry", telemetry))
        return .mapping(members)
    }

    private func listener(_ listener: ListenerConfiguration) -> YAMLText {
        var members: [(String, YAMLText)] = [("address", .text(listener.endpoint.description))]
        if let tls = listener.tls {
            members.append(
                (
                    "tls",
                    .mapping([
                        ("certificate", .text(tls.certificate)), ("key", .text(tls.key)),
                        ("min", .text(tls.minimum.rawValue)),
                        ("expired", .text(tls.servesExpired ? "serve" : "refuse")),
                    ])
                )
            )
        } else if !listener.endpoint.isLocal {
            members.append(("plaintext", .text("behind-tls-proxy")))
        }
        members.append(("trusted_proxies", .list(listener.trustedProxyNetworks.map { .text($0.text) })))
        if listener.proxyProtocolPeers != nil {
            members.append(("proxy_protocol", .text("v2")))
            members.append(("proxy_protocol_peers", .list(listener.proxyProtocolNetworks.map { .text($0.text) })))
        }
        return .mapping(members)
    }

    private func admin(_ admin: AdminConfiguration) -> YAMLText {
        var members: [(String, YAMLText)] = []
        if let socket = admin.socket { members.append(("socket", .text(socket))) }
        if let endpoint = admin.endpoint { members.append(("address", .text(endpoint.description))) }
        return .mapping(members)
    }

    private var limits: YAMLText {
        let json = YAMLText.mapping(Limits.jsonTable.map(limit))
        return .mapping(Limits.table.map(limit) + [("json", json)])
    }

    private func limit(_ row: Limits.Row) -> (String, YAMLText) {
        let value = configuration.limits[keyPath: row.field]
        switch row.unit {
        case .bytes: return (row.name, .plain(Units.text(bytes: value)))
        case .milliseconds: return (row.name, .plain(Units.text(milliseconds: Int64(value))))
        case .count: return (row.name, .plain(String(value)))
        }
    }

    private var replay: YAMLText {
        .mapping([
            ("store", .text("memory")), ("max_entries", .plain(String(configuration.replay.maxEntries))),
            ("on_unavailable", .text("reject")),
        ])
    }

    private var audit: YAMLText {
        let audit = configuration.audit
        return .mapping([
            ("dir", .text(audit.directory)), ("origin", .text(audit.origin)), ("node", .text(audit.node)),
            ("durability", .text(audit.durability.rawValue)),
            ("deadline", .plain(Units.text(milliseconds: audit.deadline))), ("on_full", .text(audit.onFull.rawValue)),
            ("on_error", .text(audit.onError.rawValue)),
            (
                "retention",
                .mapping([
                    ("min", .plain(Units.text(milliseconds: audit.retention.min * 1000))),
                    ("max", .plain(Units.text(milliseconds: audit.retention.max * 1000))),
                    ("hot", .plain(Units.text(milliseconds: audit.retention.hot * 1000))),
                    ("sealed", .plain(Units.text(milliseconds: audit.retention.sealed * 1000))),
                    ("require_export", .plain(audit.retention.requiresExport ? "true" : "false")),
                ])
            ), ("witness", .list(audit.witnesses.map { .text($0) })),
        ])
    }

    private var telemetry: YAMLText {
        .mapping([
            (
                "log",
                .mapping([("format", .text("json")), ("level", .text(configuration.telemetry.logLevel.rawValue))])
            ),
            ("metrics", .plain(configuration.telemetry.servesMetrics ? "true" : "false")),
        ])
    }
}
