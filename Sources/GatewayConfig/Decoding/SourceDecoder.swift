internal import JSONSchema
internal import StrictJSON
internal import WebhookVerification

/// Decodes one source.
struct SourceDecoder {
    private let context: LoadContext
    private let name: String
    private let index: Int
    private var log: MistakeLog { context.log }

    init(_ context: LoadContext, name: String, index: Int) {
        self.context = context
        self.name = name
        self.index = index
    }

    /// Whether `text` is `[a-z0-9._-]{1,64}`.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                $0 &- UInt8(ascii: "0") < 10 || $0 &- UInt8(ascii: "a") < 26 || ".-_".utf8.contains($0)
            }
    }

    /// The source; `nil` where a part of it is unusable, which is in the log.
    func decode(_ node: ConfigNode) -> (source: Source, origin: SourceOrigin)? {
        let firstSecret = context.secrets.count
        guard let reader = MappingReader(node, SourceSettings.source, log) else { return nil }
        let preset = reader.choice("preset").flatMap(SourcePreset.named)
        _ = reader.choice("mode")
        let route = route(reader)
        let allowReader = reader.mapping("allow")
        let allow = allowReader.flatMap { allowList($0, PublishedRanges(scheme: schemeName(reader, preset), log: log)) }
        let content = content(reader, allowReader)
        let signature = SignatureDecoder(context, source: name, preset: preset).decode(reader)
        let freshness = FreshnessDecoder(context, preset: preset, signature: signature)
        let timestamp = freshness.timestamp(reader)
        let replay = freshness.replay(reader, timestamp: timestamp)
        let payload = PayloadDecoder(context, preset: preset, signature: signature).decode(reader)
        let forward = reader.mapping("forward").flatMap {
            ForwardDecoder(context, source: name, preset: preset, content: content, signature: signature).decode($0)
        }
        let auditReader = reader.mapping("audit")
        let audit = AuditFieldDecoder(context, signature: signature).decode(auditReader)
        if let auditReader { noteRetention(auditReader) }
        let challenge = ChallengeDecoder(
            context,
            source: name,
            signature: signature,
            payload: payload,
            content: content
        ).decode(reader)
        let statuses = statuses(reader)
        let shadow = shadow(reader)
        let rate = RateDecoder.decode(reader)
        guard let route, let allow, let signature, let replay, let payload, let forward else { return nil }
        let source = Source(
            name: name,
            index: index,
            route: route,
            allow: allow,
            content: content,
            signature: signature,
            timestamp: timestamp,
            replay: replay,
            payload: payload,
            forward: forward,
            audit: audit,
            responses: reader.choice("responses") == "text" ? .text : .json,
            statusOverrides: statuses,
            shadow: shadow,
            rate: rate,
            challenge: challenge
        )
        SourceReview(log: log, reader: reader).review(source)
        return (source, origin(reader, preset, secrets: Array(context.secrets[firstSecret...])))
    }

    private func origin(_ reader: MappingReader, _ preset: SourcePreset?, secrets: [SecretUse]) -> SourceOrigin {
        let quiet = MistakeLog(file: log.file)
        // Everything was judged before; here texts are only collected, so what these readers find is not kept.
        let published = PublishedRanges(scheme: schemeName(reader, preset), log: quiet)
        let networks = reader.mapping("allow", quiet)?.texts("ips")
            .map { published.expand($0).compactMap { try? IPNetwork(parsing: $0.text) } }
        let forward = reader.mapping("forward", quiet)
        let rules = forward?.list("rules")?.map { MappingReader($0, ForwardSettings.rule, quiet)?.text("schema") }
        let event = reader.mapping("event", quiet)
        return SourceOrigin(
            preset: preset?.name,
            networks: networks,
            schema: reader.has("schema") ? reader.text("schema") ?? "none" : preset?.schema ?? "none",
            ruleSchemas: rules ?? [],
            keys: secrets.filter { $0.keyID != nil },
            allowedEvents: event?.texts("allow")?.map(\.text) ?? [],
            eventType: event?.text("type") ?? preset?.eventType,
            outboundKey: secrets.first {
                $0.keyID == nil && !$0.place.hasSuffix(".challenge") && !$0.place.hasSuffix(".resign")
            },
            verifyToken: secrets.first { $0.place.hasSuffix(".challenge") },
            postmortem: reader.choice("postmortem").flatMap(SourceOrigin.Postmortem.init) ?? context.postmortem
        )
    }

    // MARK: Route and content

    private func route(_ reader: MappingReader) -> Route? {
        let host = reader.text("host").flatMap { authority($0, reader) }
        guard let path = reader.text("path") else { return nil }
        let bytes = Array(path.utf8)
        guard URLText.isPath(bytes), bytes.count <= context.limits.target else {
            reader.mistake(
                "'path' has to start with / and hold only characters of a URL's path, no query, found '\(ConfigNode.cut(path))'",
                in: "path"
            )
            return nil
        }
        return Route(host: host, path: bytes)
    }

    private func authority(_ text: String, _ reader: MappingReader) -> [UInt8]? {
        let lower = text.lowercased()
        var host = lower
        if let colon = lower.lastIndex(of: ":"), !lower.hasSuffix("]") {
            host = String(lower[..<colon])
            let port = Endpoint.port(lower[lower.index(after: colon)...], allowsZero: false)
            if port == nil { host = "" }
            // A request's Host has no default port after normalisation, so a route must not have one either.
            if port == 443 || port == 80 { return authority(host, reader) }
        }
        let isLiteral = host.hasPrefix("[") && host.hasSuffix("]")
        let address = IPAddress(isLiteral ? String(host.dropFirst().dropLast()) : host)
        guard UpstreamTarget.isHostName(host) || (address != nil && isLiteral == host.contains(":")) else {
            reader.mistake("'host' has to be a host name, or host:port, found '\(ConfigNode.cut(text))'", in: "host")
            return nil
        }
        return Array(lower.utf8)
    }

    private func allowList(_ reader: MappingReader, _ published: PublishedRanges) -> AllowList? {
        guard let node = reader.node("ips") else { return nil }
        if case .scalar(let scalar) = node.content {
            if scalar.text == "any" { return .any }
            let found = PublishedRanges.isMeant(scalar.text) ? "; write [preset@DAY]" : ", found \(node.summary)"
            reader.mistake("'ips' has to be a list of networks, or any\(found)", in: "ips")
            return nil
        }
        guard let items = reader.texts("ips") else { return nil }
        let networks = NetworkListDecoder(log: log).decode(published.expand(items), everything: "write 'ips: any'")
        return .networks(IPNetworkSet(networks))
    }

    /// The name of the scheme, as it is written or as the preset has it.
    private func schemeName(_ reader: MappingReader, _ preset: SourcePreset?) -> String? {
        let quiet = MistakeLog(file: log.file)
        return reader.mapping("signature", quiet)?.text("scheme") ?? preset?.name
    }

    private func content(_ reader: MappingReader, _ allow: MappingReader?) -> ContentRules {
        let bodyLimit = reader.mapping("limits")?.size("body") ?? context.limits.body
        return ContentRules(
            methods: methods(allow),
            mediaTypes: mediaTypes(allow),
            coding: reader.choice("coding") == "forward" ? .forward : .refuse,
            query: reader.choice("query") == "forward" ? .forward : .drop,
            bodyLimit: bodyLimit
        )
    }

    private func methods(_ allow: MappingReader?) -> [[UInt8]] {
        guard let items = allow?.texts("methods") else { return [Array("POST".utf8)] }
        return items.compactMap { item in
            let bytes = Array(item.text.utf8)
            guard (1...32).contains(bytes.count),
                bytes.allSatisfy({ $0 &- UInt8(ascii: "A") < 26 || $0 == UInt8(ascii: "-") })
            else {
                log.mistake(
                    "'methods': '\(ConfigNode.cut(item.text))' is not \(SourceSettings.methodsHint)",
                    at: item.position
                )
                return nil
            }
            if ["CONNECT", "TRACE", "HEAD", "OPTIONS"].contains(item.text) {
                log.mistake("'methods': deliveries cannot come by \(item.text)", at: item.position)
            }
            return bytes
        }
    }

    private func mediaTypes(_ allow: MappingReader?) -> [[UInt8]] {
        guard let items = allow?.texts("media_types") else { return [Array("application/json".utf8)] }
        return items.compactMap { item in
            let parts = item.text.lowercased().split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ FieldName($0) != nil }), !item.text.contains("*") else {
                log.mistake(
                    "'media_types': '\(ConfigNode.cut(item.text))' is not a media type such as application/json, without parameters",
                    at: item.position
                )
                return nil
            }
            return Array(item.text.lowercased().utf8)
        }
    }

    // MARK: Answers and records

    /// A source can have its entries kept longer than others, never shorter.
    private func noteRetention(_ reader: MappingReader) {
        guard let length = reader.duration("retention") else { return }
        if let most = context.retentionMax, length < most {
            reader.mistake(
                "'retention' of a source has to be at least 'audit.retention.max', \(Units.text(milliseconds: most))",
                in: "retention"
            )
        }
        context.retentions[name] = length / 1000
    }

    private func statuses(_ reader: MappingReader) -> [DenialReason: Int] {
        var statuses: [DenialReason: Int] = [:]
        for member in reader.members("statuses") {
            let status = ScalarReader(log).integer(member.value, member.key, 400...599)
            guard let reason = DenialReason(rawValue: member.key) else {
                let hint = Suggestion.hint(for: member.key, among: DenialReason.allCases.map(\.rawValue))
                log.mistake("'\(ConfigNode.cut(member.key))' is not a reason code\(hint)", at: member.keyPosition)
                continue
            }
            if SourceDecoder.hasFixedStatus(reason) {
                log.mistake("the status of '\(reason.rawValue)' cannot be changed by a source", at: member.keyPosition)
            }
            if let status { statuses[reason] = status }
        }
        return statuses
    }

    /// Whether a reason is found before the source is known, or is no refusal.
    static func hasFixedStatus(_ reason: DenialReason) -> Bool {
        reason.rawValue.hasPrefix("http.") || reason.rawValue.hasPrefix("route.") || reason == .draining
            || reason == .replayDuplicate
    }

    private func shadow(_ reader: MappingReader) -> Set<CheckID> {
        var checks: Set<CheckID> = []
        for item in reader.list("shadow") ?? [] {
            guard
                let word = ScalarReader(log).choice(item, "shadow", words: SourceSettings.shadowWords, notBuilt: [])
            else { continue }
            let name = word == "signature-is-not-enforced" ? "signature" : word
            if let check = CheckID.allCases.first(where: { $0.name.description == name }) { checks.insert(check) }
            log.warning(
                "the check '\(name)' of source '\(self.name)' is in shadow: it refuses nothing",
                at: item.position
            )
        }
        return checks
    }
}
