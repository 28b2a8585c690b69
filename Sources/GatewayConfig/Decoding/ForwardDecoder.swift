internal import GatewayCrypto
internal import JSONSchema
internal import StrictJSON
internal import WebhookVerification

/// Decodes `forward` of a source: rules, and one upstream for each list of targets.
struct ForwardDecoder {
    private let context: LoadContext
    private let source: String
    private let preset: SourcePreset?
    private let content: ContentRules
    private let signature: SignatureRule?
    private var log: MistakeLog { context.log }

    init(
        _ context: LoadContext,
        source: String,
        preset: SourcePreset?,
        content: ContentRules,
        signature: SignatureRule?
    ) {
        self.context = context
        self.source = source
        self.preset = preset
        self.content = content
        self.signature = signature
    }

    /// The rules, whose upstreams are added to the context; `nil` where nothing can be forwarded to.
    func decode(_ reader: MappingReader) -> ForwardRules? {
        _ = reader.choice("on_unknown")
        var upstreams = UpstreamMaker(context, source: source, exchange: exchange(reader))
        guard reader.has("rules") else {
            if reader.has("otherwise") { reader.mistake("'otherwise' needs 'rules'", in: "otherwise") }
            guard reader.has("to") else {
                log.mistake("'forward' needs 'to' or 'rules'", at: reader.position)
                return nil
            }
            return upstreams.make(reader, "to").map { ForwardRules(rules: [], otherwise: .upstream($0)) }
        }
        if reader.has("to") { reader.mistake("'to' and 'rules' exclude each other; use 'otherwise'", in: "to") }
        var rules: [ForwardRules.Rule] = []
        for item in reader.list("rules") ?? [] {
            guard let rule = MappingReader(item, ForwardSettings.rule, log) else { continue }
            let conditions = conditions(rule)
            let schema = schema(rule)
            guard let upstream = upstreams.make(rule, "to") else { continue }
            rules.append(ForwardRules.Rule(conditions: conditions, upstream: upstream, schema: schema))
        }
        return ForwardRules(rules: rules, otherwise: otherwise(reader, &upstreams))
    }

    private func otherwise(_ reader: MappingReader, _ upstreams: inout UpstreamMaker) -> ForwardRules.Otherwise {
        guard let node = reader.node("otherwise") else { return .deny }
        if case .scalar(let scalar) = node.content, scalar.text == "deny" { return .deny }
        return upstreams.make(reader, "otherwise").map { .upstream($0) } ?? .deny
    }

    private func conditions(_ rule: MappingReader) -> [ForwardRules.Condition] {
        rule.members("when").compactMap { member in
            let values = values(member)
            guard let pointer = JSONPointer(member.key), !pointer.tokens.isEmpty else {
                log.mistake(
                    "'\(ConfigNode.cut(member.key))' has to be \(SourceSettings.pointerHint)",
                    at: member.keyPosition
                )
                return nil
            }
            return ForwardRules.Condition(pointer: pointer, values: values)
        }
    }

    private func values(_ member: ConfigNode.Member) -> [[UInt8]] {
        let items: [ConfigNode]
        switch member.value.content {
        case .sequence(let list): items = list
        case .scalar, .mapping: items = [member.value]
        }
        if items.isEmpty { log.mistake("'\(member.key)' is an empty list", at: member.value.position) }
        return items.compactMap { item in
            guard case .scalar(let scalar) = item.content, !item.isNull else {
                log.mistake(
                    "'\(ConfigNode.cut(member.key))' has to be a value or a list of values, found \(item.summary)",
                    at: item.position
                )
                return nil
            }
            if case .ambiguousBoolean? = item.kind {
                log.mistake(
                    "'\(ConfigNode.cut(member.key))': \(scalar.text) is a boolean to some YAML readers; put it in quotes if it is text",
                    at: item.position
                )
            }
            return Array(scalar.text.utf8)
        }
    }

    private func schema(_ rule: MappingReader) -> CompiledSchema? {
        guard let text = rule.text("schema"), let position = rule.node("schema")?.position, text != "none" else {
            return nil
        }
        return context.schema(text, at: position)
    }

    // MARK: What all upstreams of the source share

    private func exchange(_ reader: MappingReader) -> UpstreamMaker.Exchange {
        let connect = reader.duration("connect") ?? 2_000
        let firstByte = reader.duration("first_byte") ?? min(10_000, reader.duration("deadline") ?? 10_000)
        let deadline = reader.duration("deadline") ?? max(30_000, firstByte)
        if connect > deadline { reader.mistake("'connect' is longer than 'deadline'", in: "connect") }
        if firstByte > deadline { reader.mistake("'first_byte' is longer than 'deadline'", in: "first_byte") }
        return UpstreamMaker.Exchange(
            connect: connect,
            firstByte: firstByte,
            deadline: deadline,
            responseLimit: reader.size("response") ?? 1 << 20,
            pool: pool(reader),
            headers: headers(reader),
            authorities: reader.mapping("tls").flatMap(authorities),
            outboundKey: outboundKey(reader),
            outboundEntry: outboundEntry(reader),
            resign: reader.mapping("resign").flatMap(
                ResignDecoder(context, source: source, signature: signature).decode
            ),
            completion: completion(reader)
        )
    }

    private func pool(_ reader: MappingReader) -> UpstreamPoolLimits {
        var limits = UpstreamPoolLimits()
        if let value = reader.integer("max_connections") { limits.connections = value }
        limits.queue = reader.integer("queue") ?? limits.connections * 4
        if let value = reader.duration("queue_timeout") { limits.queueTimeout = value }
        if let value = reader.duration("keep_idle") { limits.keepIdle = value }
        guard let circuit = reader.mapping("circuit") else { return limits }
        if let value = circuit.integer("failures") { limits.circuitFailures = value }
        if let value = circuit.duration("pause") { limits.circuitPause = value }
        return limits
    }

    private func headers(_ reader: MappingReader) -> [FieldName] {
        var names: Set<FieldName> = []
        let standard =
            ["content-type", "user-agent"] + (preset?.headers ?? [])
            + (content.coding == .forward ? ["content-encoding"] : [])
        for name in standard { if let field = FieldName(name) { names.insert(field) } }
        for item in reader.texts("headers") ?? [] {
            guard let field = FieldName(item.text) else {
                log.mistake(
                    "'headers': '\(ConfigNode.cut(item.text))' is not the name of a header field",
                    at: item.position
                )
                continue
            }
            if let reason = ForwardDecoder.refusal(field.text) {
                log.mistake("'headers': '\(field.text)' \(reason)", at: item.position)
            } else {
                names.insert(field)
            }
        }
        return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// Why a header field of a delivery is never passed on; `nil` for one that may be.
    static func refusal(_ name: String) -> String? {
        let hop = [
            "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings", "host",
            "content-length", "expect", "via",
        ]
        // Compared with hyphens for underscores: some handlers cannot tell the two apart.
        let spelling = name.split(separator: "_", omittingEmptySubsequences: false).joined(separator: "-")
        if hop.contains(spelling) || spelling.hasPrefix("proxy-") {
            return "belongs to the connection, not to the delivery"
        }
        let own = ["x-request-id", "forwarded", "idempotency-key"]
        if own.contains(spelling) || spelling.hasPrefix("x-forwarded-") || spelling.hasPrefix("postern-") {
            return "is made by the gateway"
        }
        return nil
    }

    private func authorities(_ reader: MappingReader) -> String? {
        guard let text = reader.text("ca") else { return nil }
        let path = context.paths.resolve(text)
        do throws(FileReader.Fault) {
            let bytes = try FileReader.read(path, trust: .configuration, limit: 4 << 20)
            if PEMText(bytes) == nil {
                reader.mistake("'ca': the file '\(text)' holds no PEM block", in: "ca")
            }
            return path
        } catch {
            reader.mistake("'ca': the file '\(text)' \(error.sentence)", in: "ca")
            return nil
        }
    }

    private func outboundKey(_ reader: MappingReader) -> SecretBytes? {
        let attest = reader.boolean("attest")
        guard let reference = reader.text("outbound_key"), let position = reader.node("outbound_key")?.position else {
            if attest == true { reader.mistake("'attest' needs 'outbound_key'", in: "attest") }
            return nil
        }
        if reference.hasPrefix("keyring:") { return nil }
        guard let key = context.secret(reference, at: position, place: "sources.\(source).forward", keyID: nil) else {
            return nil
        }
        if key.count < 16 {
            log.mistake("'outbound_key': a secret of at least 16 bytes is expected", at: position)
        } else if key.count < 24 {
            log.warning("'outbound_key': the secret is shorter than 24 bytes", at: position)
        }
        context.claim(key, for: "\(source) (outbound)", at: position)
        return attest == false ? nil : key
    }

    private func outboundEntry(_ reader: MappingReader) -> String? {
        guard let reference = reader.text("outbound_key"), let position = reader.node("outbound_key")?.position,
            reference.hasPrefix("keyring:")
        else { return nil }
        let place = "sources.\(source).forward"
        let name = KeyringDecoder(context).use(reference, purpose: .sign, place: place, at: position)
        return reader.boolean("attest") == false ? nil : name
    }

    private func completion(_ reader: MappingReader) -> StatusSet {
        guard let items = reader.texts("complete_on") else { return .success }
        for item in items where StatusSet([item.text]) == nil {
            log.mistake(
                "'complete_on': '\(ConfigNode.cut(item.text))' is neither a status from 200 to 599 nor a class such as 2xx",
                at: item.position
            )
        }
        return StatusSet(items.map(\.text)) ?? .success
    }
}
