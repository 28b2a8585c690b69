internal import StrictJSON
internal import WebhookVerification

/// The YAML of one source in which nothing is left to its preset.
struct ResolvedSource {
    private let source: Source
    private let origin: SourceOrigin
    private let upstreams: [UpstreamConfiguration]
    /// How long its entries are kept, in seconds; `nil` for as long as others.
    private let retention: Int64?

    init(_ source: Source, _ origin: SourceOrigin, _ configuration: GatewayConfiguration) {
        self.source = source
        self.origin = origin
        upstreams = configuration.upstreams
        retention = configuration.audit.retention.sources[source.name]
    }

    /// The mapping under the source's name.
    var yaml: YAMLText {
        var members: [(String, YAMLText)] = [("path", bytes(source.route.path))]
        if let preset = origin.preset { members.insert(("preset", .text(preset)), at: 0) }
        if let host = source.route.host { members.append(("host", bytes(host))) }
        members.append(("allow", allow))
        members.append(("limits", .mapping([("body", .plain(Units.text(bytes: source.content.bodyLimit)))])))
        members.append(("rate", rate))
        members.append(("coding", .text(source.content.coding == .forward ? "forward" : "refuse")))
        members.append(("query", .text(source.content.query == .forward ? "forward" : "drop")))
        members.append(("payload", payload))
        members.append(("signature", ResolvedSignature(source.signature, origin.keys).yaml))
        members.append(("timestamp", timestamp))
        members.append(("replay", replay))
        members.append(("schema", .text(origin.schema)))
        if let event { members.append(("event", event)) }
        members.append(("forward", forward))
        if let challenge { members.append(("challenge", challenge)) }
        var audit: [(String, YAMLText)] = [("fields", auditFields)]
        if let retention { audit.append(("retention", seconds(retention))) }
        members.append(("audit", .mapping(audit)))
        members.append(("postmortem", .text(origin.postmortem.rawValue)))
        members.append(("responses", .text(source.responses == .text ? "text" : "json")))
        if !source.statusOverrides.isEmpty {
            let statuses = source.statusOverrides.sorted { $0.key.rawValue < $1.key.rawValue }
            members.append(("statuses", .mapping(statuses.map { ($0.key.rawValue, .plain(String($0.value))) })))
        }
        members.append(("shadow", shadow))
        return .mapping(members)
    }

    private var auditFields: YAMLText {
        let rules = source.audit
        let named = [
            ("body", rules.body), ("client.ip", rules.clientIP), ("http.query", rules.query),
            ("http.ua", rules.userAgent),
        ]
        let all = named.map { ($0.0, $0.1) } + rules.fields.map { (text($0.name), $0.form) }
        return .mapping(all.map { ($0.0, .text($0.1.rawValue)) })
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    private func bytes(_ bytes: [UInt8]) -> YAMLText { .text(text(bytes)) }

    private var allow: YAMLText {
        let ips: YAMLText = origin.networks.map { .list($0.map { .text($0.text) }) } ?? .text("any")
        return .mapping([
            ("ips", ips), ("methods", .list(source.content.methods.map(bytes))),
            ("media_types", .list(source.content.mediaTypes.map(bytes))),
        ])
    }

    private var rate: YAMLText {
        let rule = source.rate
        var members: [(String, YAMLText)] = [
            ("unverified", .plain(String(rule.unverified.perSecond))),
            ("unverified_burst", .plain(String(rule.unverified.burst))),
            ("flood", .plain(String(rule.flood.perSecond))),
        ]
        if let verified = rule.verified {
            members.append(("verified", .plain(String(verified.perSecond))))
            members.append(("verified_burst", .plain(String(verified.burst))))
        }
        return .mapping(members)
    }

    private var payload: YAMLText {
        switch source.payload.form {
        case .opaque: return .mapping([("form", .text("opaque"))])
        case .json(let policy):
            return .mapping([
                ("form", .text("json")), ("numbers", .text(policy.numbers == .iJSON ? "i-json" : "exact")),
                ("prototype_members", .text(policy.prototypeMembers == .refuse ? "refuse" : "allow")),
                ("nul", .text(policy.nulCharacters == .allow ? "allow" : "refuse")),
                ("noncharacters", .text(policy.noncharacters == .refuse ? "refuse" : "allow")),
            ])
        }
    }

    private var timestamp: YAMLText {
        guard let rule = source.timestamp else { return .text("none") }
        var members: [(String, YAMLText)] = []
        switch rule.place {
        case .scheme: members.append(("from", .text("signature")))
        case .body(let pointer, let unit):
            members.append(("from", .text("body:\(pointer)")))
            switch unit {
            case .seconds: members.append(("unit", .text("s")))
            case .milliseconds: members.append(("unit", .text("ms")))
            case .rfc3339: members.append(("unit", .text("rfc3339")))
            }
        }
        members.append(("meaning", .text(rule.meaning == .attempt ? "attempt" : "event")))
        members.append(("required", .plain(rule.isRequired ? "true" : "false")))
        members.append(("max_age", seconds(rule.maxAge)))
        members.append(("max_future", seconds(rule.maxFuture)))
        return .mapping(members)
    }

    private func seconds(_ seconds: Int64) -> YAMLText { .plain(Units.text(milliseconds: seconds * 1000)) }

    private var replay: YAMLText {
        switch source.replay {
        case .off(let reason): return .mapping([("off", .text(reason))])
        case .on(let protection):
            let key: String
            switch protection.key {
            case .content: key = "content"
            case .signedID: key = "id"
            case .body(let pointer): key = "body:\(pointer)"
            }
            return .mapping([
                ("key", .text(key)), ("retry", .text(protection.retryForm == .identical ? "identical" : "resigned")),
                ("ttl", seconds(protection.ttl)), ("on_duplicate", .text("ack")),
            ])
        }
    }

    private var event: YAMLText? {
        var members: [(String, YAMLText)] = []
        if let type = origin.eventType, source.payload.eventType != nil { members.append(("type", .text(type))) }
        if let id = source.payload.eventID { members.append(("id", .text(id.description))) }
        if let name = source.payload.eventIDHeader { members.append(("id", .text("header:\(name.text)"))) }
        if !origin.allowedEvents.isEmpty { members.append(("allow", .list(origin.allowedEvents.map { .text($0) }))) }
        return members.isEmpty ? nil : .mapping(members)
    }

    private var challenge: YAMLText? {
        guard let rule = source.challenge else { return nil }
        var members: [(String, YAMLText)] = [("preset", .text(rule.preset.name))]
        if rule.preset.proof == .arming || rule.preset.proof == .nothing {
            members.append(("open", .text(rule.opening.rawValue)))
        }
        if let token = origin.verifyToken { members.append(("verify_token", .text(token.reference.description))) }
        if let endpoint = rule.endpoint { members.append(("endpoint", .text(endpoint))) }
        if let path = rule.savePath { members.append(("save", .text(path))) }
        return .mapping(members)
    }

    private var shadow: YAMLText {
        .list(
            CheckID.allCases.filter(source.shadow.contains).map { check in
                .text(check == .signature ? "signature-is-not-enforced" : check.name.description)
            }
        )
    }

    // MARK: Forward

    private var forward: YAMLText {
        var members: [(String, YAMLText)] = []
        let first: Int?
        if source.forward.rules.isEmpty {
            first = otherwiseIndex
            if let first { members.append(("to", targets(first))) }
        } else {
            first = source.forward.rules.first?.upstream
            members.append(("rules", .list(source.forward.rules.enumerated().map(rule))))
            members.append(("otherwise", otherwiseIndex.map(targets) ?? .text("deny")))
        }
        if let first, upstreams.indices.contains(first) { members += exchange(upstreams[first]) }
        if case .on(let protection) = source.replay {
            members.append(("on_unknown", .text(protection.holdsUnknown ? "hold" : "release")))
        }
        return .mapping(members)
    }

    private var otherwiseIndex: Int? {
        switch source.forward.otherwise {
        case .deny: nil
        case .upstream(let index): index
        }
    }

    private func targets(_ index: Int) -> YAMLText {
        .list(upstreams.indices.contains(index) ? upstreams[index].targets.map { .text($0.description) } : [])
    }

    private func rule(_ index: Int, _ rule: ForwardRules.Rule) -> YAMLText {
        let conditions = rule.conditions.map { condition in
            (condition.pointer.description, YAMLText.list(condition.values.map { .text(text($0)) }))
        }
        var members: [(String, YAMLText)] = [("when", .mapping(conditions)), ("to", targets(rule.upstream))]
        if origin.ruleSchemas.indices.contains(index), let schema = origin.ruleSchemas[index] {
            members.append(("schema", .text(schema)))
        }
        return .mapping(members)
    }

    private func exchange(_ upstream: UpstreamConfiguration) -> [(String, YAMLText)] {
        var members: [(String, YAMLText)] = [
            ("connect", .plain(Units.text(milliseconds: upstream.connectTimeout))),
            ("first_byte", .plain(Units.text(milliseconds: upstream.firstByteTimeout))),
            ("deadline", .plain(Units.text(milliseconds: upstream.deadline))),
            ("response", .plain(Units.text(bytes: upstream.responseLimit))),
            ("max_connections", .plain(String(upstream.pool.connections))),
            ("queue", .plain(String(upstream.pool.queue))),
            ("queue_timeout", .plain(Units.text(milliseconds: upstream.pool.queueTimeout))),
            ("keep_idle", .plain(Units.text(milliseconds: upstream.pool.keepIdle))),
            (
                "circuit",
                .mapping([
                    ("failures", .plain(String(upstream.pool.circuitFailures))),
                    ("pause", .plain(Units.text(milliseconds: upstream.pool.circuitPause))),
                ])
            ),
            ("headers", .list(upstream.headers.map { .text($0.text) })),
        ]
        if let authorities = upstream.authorities { members.append(("tls", .mapping([("ca", .text(authorities))]))) }
        if let key = origin.outboundKey {
            let reference = YAMLText.text(key.reference.description)
            let isKnown = !key.fingerprint.isEmpty
            members.append(
                ("outbound_key", isKnown ? .remarked(reference, "fingerprint \(key.fingerprint)") : reference)
            )
        }
        members.append(
            ("attest", .plain(upstream.outboundKey == nil && upstream.outboundEntry == nil ? "false" : "true"))
        )
        if let resign = upstream.resign {
            members.append(
                (
                    "resign",
                    .mapping([("key", .text("keyring:\(resign.entry)")), ("scheme", .plain(resign.form.rawValue))])
                )
            )
        }
        members.append(("complete_on", .list(upstream.completion.texts.map { .text($0) })))
        return members
    }
}
