internal import JSONSchema
internal import StrictJSON
internal import WebhookVerification

/// Decodes `payload`, `schema` and `event` of a source.
struct PayloadDecoder {
    private let context: LoadContext
    private let preset: SourcePreset?
    private let signature: SignatureRule?
    private var log: MistakeLog { context.log }

    init(_ context: LoadContext, preset: SourcePreset?, signature: SignatureRule?) {
        self.context = context
        self.preset = preset
        self.signature = signature
    }

    /// The rules; `nil` where they are unusable, which is in the log.
    func decode(_ source: MappingReader) -> PayloadRules? {
        let form = form(source.mapping("payload"))
        let schema = schema(source)
        let event = source.mapping("event")
        let isOpaque: Bool
        if case .opaque = form { isOpaque = true } else { isOpaque = false }
        let type = template(event, isOpaque: isOpaque)
        let header = idHeader(event)
        let id = header == nil ? pointer(event) ?? (isOpaque ? nil : preset?.eventID.flatMap { JSONPointer($0) }) : nil
        let allowed = allowed(event, type)
        guard let schema else { return nil }
        return PayloadRules(
            form: form,
            schema: schema,
            eventType: type,
            eventID: id,
            eventIDHeader: header,
            allowedEvents: allowed
        )
    }

    private func form(_ reader: MappingReader?) -> PayloadRules.Form {
        var policy = JSONPolicy.default
        policy.depthMax = context.limits.jsonDepth
        policy.membersPerObjectMax = context.limits.jsonMembers
        policy.valuesMax = context.limits.jsonValues
        policy.significantDigitsMax = context.limits.jsonDigits
        policy.exponentMax = context.limits.jsonExponent
        policy.nameBytesMax = context.limits.jsonName
        policy.prototypeMembers = preset?.refusesPrototypeMembers == true ? .refuse : .allow
        guard let reader else { return .json(policy) }
        if let word = reader.choice("numbers") { policy.numbers = word == "i-json" ? .iJSON : .exact }
        if let word = reader.choice("prototype_members") {
            policy.prototypeMembers = word == "refuse" ? .refuse : .allow
        }
        if let word = reader.choice("nul") { policy.nulCharacters = word == "refuse" ? .refuse : .allow }
        if let word = reader.choice("noncharacters") { policy.noncharacters = word == "refuse" ? .refuse : .allow }
        guard reader.choice("form") == "opaque" else { return .json(policy) }
        for name in ["numbers", "prototype_members", "nul", "noncharacters"] where reader.has(name) {
            reader.mistake("'\(name)' has no meaning with 'form: opaque'", in: name)
        }
        return .opaque
    }

    private func schema(_ source: MappingReader) -> PayloadRules.Schema? {
        guard source.has("schema") else {
            guard let reference = preset?.schema else {
                if preset == nil, source.has("preset") { return nil }
                log.mistake("'schema' is missing; write a file, builtin:NAME, or none", at: source.position)
                return nil
            }
            return context.schema(reference, at: source.position).map { .compiled($0) }
        }
        guard let text = source.text("schema"), let position = source.node("schema")?.position else { return nil }
        if text == "none" { return PayloadRules.Schema.none }
        return context.schema(text, at: position).map { .compiled($0) }
    }

    // MARK: Event

    /// The header field of `header:NAME`, written or the preset's.
    private func idHeader(_ event: MappingReader?) -> FieldName? {
        let text = event?.has("id") == true ? event?.text("id") : preset?.eventID
        guard let text, text.hasPrefix("header:") else { return nil }
        return FieldName(String(text.dropFirst(7)))
    }

    private func pointer(_ event: MappingReader?) -> JSONPointer? {
        guard let event, let text = event.text("id") else { return nil }
        guard let pointer = JSONPointer(text), !pointer.tokens.isEmpty else {
            event.mistake("'id' has to be \(SourceSettings.idHint), found '\(ConfigNode.cut(text))'", in: "id")
            return nil
        }
        return pointer
    }

    private func template(_ event: MappingReader?, isOpaque: Bool) -> EventTemplate? {
        guard let event, event.has("type") else {
            guard let text = preset?.eventType, case .success(let template) = EventTemplateParser.parse(text) else {
                return nil
            }
            return isOpaque && template.readsBody ? nil : template
        }
        guard let text = event.text("type") else { return nil }
        switch EventTemplateParser.parse(text) {
        case .success(let template): return template
        case .failure(let fault):
            event.mistake("'type': \(fault.sentence)", in: "type")
            return nil
        }
    }

    private func allowed(_ event: MappingReader?, _ type: EventTemplate?) -> [EventPattern] {
        guard let event, let items = event.texts("allow") else { return [] }
        if let type {
            for part in type.parts {
                guard case .header(let name) = part, !isSigned(name) else { continue }
                event.mistake(
                    "'allow' needs a name that is signed, and header:\(name.text) is not: a sender's copy could be changed",
                    in: "allow"
                )
            }
        } else if !event.has("type") {
            event.mistake("'allow' needs 'type', how the event's name is made", in: "allow")
        }
        return items.compactMap { item in
            guard (1...256).contains(item.text.utf8.count) else {
                log.mistake("'allow': a name has 1 to 256 bytes", at: item.position)
                return nil
            }
            return EventPattern(item.text)
        }
    }

    private func isSigned(_ name: FieldName) -> Bool {
        guard case .scheme(let compiled, _)? = signature else { return true }
        return compiled.scheme.content.contains { $0.text.lowercased().contains("{header:\(name.text)}") }
    }
}
