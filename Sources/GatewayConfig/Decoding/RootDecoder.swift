internal import WebhookVerification

/// Decodes the whole file.
struct RootDecoder {
    private let context: LoadContext

    init(_ context: LoadContext) { self.context = context }

    /// The configuration; `nil` where a part is missing, which is in the log.
    func decode(_ tree: ConfigNode, digest: String, written: String) -> GatewayConfiguration? {
        guard let reader = MappingReader(tree, SettingCatalog.root, context.log) else { return nil }
        if reader.has("version") { _ = reader.integer("version") }
        if let limits = reader.mapping("limits") { context.limits = LimitsDecoder.decode(limits) }
        let listeners = ListenerDecoder(context).decode(reader)
        let admin = ServiceDecoder(context).admin(reader.mapping("admin"))
        let replay = ServiceDecoder(context).replay(reader.mapping("replay"))
        let audit = reader.mapping("audit").flatMap(ServiceDecoder(context).audit)
        let telemetry = ServiceDecoder(context).telemetry(reader.mapping("telemetry"))
        context.postmortem = reader.choice("postmortem").flatMap(SourceOrigin.Postmortem.init) ?? .off
        context.keyring = KeyringDecoder(context).decode(reader.mapping("keys"))
        context.retentionMax = audit.map { $0.retention.max * 1000 }
        let sources = decodeSources(reader)
        guard var audit else { return nil }
        audit.retention.sources = context.retentions
        return GatewayConfiguration(
            file: context.log.file,
            digest: digest,
            written: written,
            listeners: listeners,
            admin: admin,
            limits: context.limits,
            sources: sources.map(\.source),
            origins: sources.map(\.origin),
            upstreams: context.upstreams,
            replay: replay,
            audit: audit,
            keyring: context.keyring,
            telemetry: telemetry
        )
    }

    /// What commands on keys need; mistakes elsewhere are passed over.
    func keySettings(_ tree: ConfigNode) -> KeySettings? {
        guard let reader = MappingReader(tree, SettingCatalog.root, MistakeLog(file: context.log.file)) else {
            return nil
        }
        let log = MistakeLog(file: context.log.file)
        let section = reader.mapping("keys", log)
        context.keyring = KeyringDecoder(context).decode(section)
        if section == nil { log.mistake("'keys' is missing: it says where the keyring is", at: .start) }
        let audit = reader.mapping("audit").flatMap(ServiceDecoder(context).audit)
        let admin = ServiceDecoder(context).admin(reader.mapping("admin"))
        _ = decodeSources(reader)
        let own = context.log.sortedMistakes.filter { context.keyring == nil && $0.text.hasPrefix("'master'") }
        return KeySettings(
            keyring: context.keyring,
            auditDirectory: audit?.directory,
            auditNode: audit?.node,
            admin: admin,
            schemes: context.schemes,
            mistakes: log.sortedMistakes + own
        )
    }

    private func decodeSources(_ reader: MappingReader) -> [(source: Source, origin: SourceOrigin)] {
        var sources: [(source: Source, origin: SourceOrigin)] = []
        var routes: [Route: String] = [:]
        for (index, member) in reader.members("sources").enumerated() {
            guard SourceDecoder.isName(member.key) else {
                context.log.mistake(
                    "'\(ConfigNode.cut(member.key))' cannot be a source's name: a-z, 0-9, '.', '_' and '-', at most 64",
                    at: member.keyPosition
                )
                continue
            }
            guard let decoded = SourceDecoder(context, name: member.key, index: index).decode(member.value) else {
                continue
            }
            let source = decoded.source
            if let other = routes[source.route] {
                context.log.mistake(
                    "source '\(member.key)' has the same path and host as '\(other)'",
                    at: member.keyPosition
                )
            }
            routes[source.route] = member.key
            sources.append(decoded)
        }
        return sources
    }
}
