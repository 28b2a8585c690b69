internal import WebhookVerification

/// Decodes the fields of a signature scheme over a frame: what is written replaces what the frame has.
struct SchemeDecoder {
    private let log: MistakeLog

    init(_ log: MistakeLog) { self.log = log }

    /// The scheme as written; `CompiledSignatureScheme` judges it.
    func decode(_ reader: MappingReader, over frame: SignatureScheme) -> SignatureScheme {
        var scheme = frame
        if let alg = reader.text("alg") { scheme.algorithm = alg }
        decodePlace(reader, &scheme.signature)
        if let key = reader.mapping("key") { decodeKey(key, &scheme.key) }
        if let content = content(reader) { scheme.content = content }
        if let each = reader.text("each") { scheme.each = each }
        if let time = reader.mapping("timestamp") { scheme.timestamp = timestamp(time) }
        if let items = reader.list("require") { scheme.require = items.compactMap(requirement) }
        if let ids = reader.texts("event_id") { scheme.eventID = ids.map(\.text) }
        if let url = reader.mapping("url") {
            scheme.publicURL = url.text("base")
            if let variants = url.choice("variants").flatMap(SignatureScheme.URLVariants.init(rawValue:)) {
                scheme.urlVariants = variants
            }
        }
        if let list = reader.mapping("signed_headers") { scheme.signedHeaders = signedHeaders(list) }
        if let jwt = reader.mapping("jwt") { scheme.jwt = token(jwt) }
        if let rules = reader.mapping("message_signature") { scheme.messageSignature = messageSignature(rules) }
        if reader.has("settings") { scheme.settings = texts(reader, "settings") }
        return scheme
    }

    private func decodePlace(_ reader: MappingReader, _ place: inout SignatureScheme.SignaturePlace) {
        if let header = reader.text("header") {
            if reader.has("from") { reader.mistake("'header' and 'from' exclude each other", in: "header") }
            if FieldName(header) == nil {
                reader.mistake(
                    "'header' has to be the name of a header field, found '\(ConfigNode.cut(header))'",
                    in: "header"
                )
            } else {
                place.from = ["header:\(header)"]
            }
        }
        if let from = reader.textOrTexts("from") { place.from = from.map(\.text) }
        if let grammar = reader.text("grammar") { place.grammar = grammar }
        if let prefixes = reader.textOrTexts("prefix") { place.prefixes = prefixes.map(\.text) }
        if let separator = reader.text("item_separator") { place.itemSeparator = separator }
        if let separator = reader.text("key_value_separator") { place.keyValueSeparator = separator }
        if let field = reader.text("field") { place.field = field }
        if let positions = reader.texts("positions") { place.positions = positions.map(\.text) }
        guard let encoding = reader.text("encoding") else { return }
        guard let equals = encoding.firstIndex(of: "=") else {
            place.encoding = encoding
            return
        }
        // `sha256=hex`: the value is hexadecimal behind the text up to and including the equals sign.
        if reader.has("prefix") {
            reader.mistake("'encoding: \(ConfigNode.cut(encoding))' and 'prefix' exclude each other", in: "encoding")
        }
        place.prefixes = [String(encoding[...equals])]
        place.encoding = String(encoding[encoding.index(after: equals)...])
    }

    private func decodeKey(_ reader: MappingReader, _ key: inout SignatureScheme.KeyForm) {
        if let encoding = reader.text("encoding") { key.encoding = encoding }
        if let strip = reader.textOrTexts("strip") { key.strip = strip.map(\.text) }
        if let word = reader.text("strip_word") { key.stripWord = word }
        if let suffix = reader.text("suffix") { key.suffix = suffix }
        if let digest = reader.text("digest") { key.digest = digest }
        if let form = reader.text("normalize") { key.normalize = form }
        if let from = reader.text("id_from") { key.idFrom = from }
        if let names = reader.texts("certificate_names") { key.certificateNames = names.map(\.text) }
        if let trust = reader.text("trust") { key.trust = trust }
    }

    private func content(_ reader: MappingReader) -> [SignatureScheme.ContentSegment]? {
        guard let node = reader.node("content") else { return nil }
        guard case .sequence(let items) = node.content else {
            return reader.text("content").map { [SignatureScheme.ContentSegment($0)] }
        }
        return items.compactMap { item in
            guard let segment = MappingReader(item, SignatureSettings.segment, log), let text = segment.text("text")
            else {
                return nil
            }
            return SignatureScheme.ContentSegment(text, if: segment.text("if"))
        }
    }

    private func timestamp(_ reader: MappingReader) -> SignatureScheme.TimestampPlace? {
        guard let from = reader.text("from") else { return nil }
        var place = SignatureScheme.TimestampPlace(from: from)
        if let unit = reader.text("unit") { place.unit = unit }
        place.isOptional = reader.boolean("optional") ?? false
        return place
    }

    private func requirement(_ node: ConfigNode) -> SignatureScheme.Requirement? {
        guard let reader = MappingReader(node, SignatureSettings.requirement, log), let left = reader.text("left"),
            let right = reader.text("right")
        else { return nil }
        return SignatureScheme.Requirement(left, equals: right)
    }

    private func signedHeaders(_ reader: MappingReader) -> SignatureScheme.SignedHeaderList? {
        guard let source = reader.text("list") else { return nil }
        var list = SignatureScheme.SignedHeaderList(list: source)
        if let separator = reader.text("separator") { list.separator = separator }
        if let line = reader.text("line") { list.line = line }
        if let join = reader.text("join") { list.join = join }
        return list
    }

    private func token(_ reader: MappingReader) -> SignatureScheme.TokenRules? {
        guard let from = reader.text("from") else { return nil }
        var rules = SignatureScheme.TokenRules(from: from)
        rules.prefix = reader.text("prefix")
        rules.algorithms = reader.texts("algorithms")?.map(\.text) ?? []
        rules.leeway = (reader.duration("leeway") ?? 0) / 1000
        rules.issuedAtMaxAge = reader.duration("issued_at_max_age").map { $0 / 1000 }
        rules.claims = texts(reader, "claims")
        rules.bind = (reader.list("bind") ?? []).compactMap { item in
            guard let bind = MappingReader(item, SignatureSettings.bind, log), let claim = bind.text("claim"),
                let equals = bind.text("equals")
            else { return nil }
            var binding = SignatureScheme.TokenRules.Binding(claim, equals: equals)
            binding.isOptional = bind.boolean("optional") ?? false
            binding.onlyWithBody = bind.boolean("only_with_body") ?? false
            return binding
        }
        return rules
    }

    private func messageSignature(_ reader: MappingReader) -> SignatureScheme.MessageSignatureRules {
        var rules = SignatureScheme.MessageSignatureRules()
        if let algorithm = reader.text("algorithm") { rules.algorithm = algorithm }
        rules.requiredComponents = reader.texts("components")?.map(\.text) ?? []
        rules.label = reader.text("label")
        rules.tag = reader.text("tag")
        if let age = reader.duration("max_age") { rules.maxAge = age / 1000 }
        rules.requiresExpires = reader.boolean("requires_expires") ?? false
        rules.requiresNonce = reader.boolean("requires_nonce") ?? false
        return rules
    }

    private func texts(_ reader: MappingReader, _ name: String) -> [String: String] {
        var result: [String: String] = [:]
        for member in reader.members(name) {
            result[member.key] = ScalarReader(log).text(member.value, member.key, expected: "text")
        }
        return result
    }
}

extension SchemeDecoder {
    /// Finds the place in the file that a mistake of the scheme's compiler belongs to.
    struct Places {
        private let reader: MappingReader

        init(_ reader: MappingReader) { self.reader = reader }

        /// The mistake with the key it concerns.
        func sentence(_ mistake: SignatureSchemeMistake) -> String { "'\(path(mistake.field))': \(mistake.text)" }

        /// The place of the value, or of the nearest mapping around it that is written.
        func position(of field: String) -> TextPosition {
            var steps = path(field).split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }).map(String.init)
            guard !steps.isEmpty, var node = reader.node(steps.removeFirst()) else {
                return reader.has("scheme") ? reader.node("scheme")?.position ?? reader.position : reader.position
            }
            for step in steps {
                switch node.content {
                case .mapping(let members):
                    guard let member = members.first(where: { $0.key == step }) else { return node.position }
                    node = member.value
                case .sequence(let items):
                    guard let index = Int(step), items.indices.contains(index) else { return node.position }
                    node = items[index]
                case .scalar: return node.position
                }
            }
            return node.position
        }

        /// The compiler's name of a field as a key of the configuration.
        private func path(_ field: String) -> String {
            if field == "algorithm" { return "alg" }
            guard field.hasPrefix("signature.") else { return field }
            let name = String(field.dropFirst("signature.".count))
            if name == "from", !reader.has("from"), reader.has("header") { return "header" }
            return name == "prefixes" ? "prefix" : name
        }
    }
}
