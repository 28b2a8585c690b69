import StrictJSON
package import WebhookVerification

/// Writes schemes down in the catalogue's format, which `SignatureCatalogue.read` reads back.
///
/// What has its default is left out, so that a text shows what is particular about a scheme.
package struct SchemeText {
    private var writer = JSONWriter()

    /// The JSON text of one scheme, members in the order of `docs/signature-schemes.md`.
    package static func json(_ entry: SignatureCatalogue.Entry) -> [UInt8] {
        var text = SchemeText()
        text.write(entry)
        return text.writer.bytes
    }

    private mutating func write(_ entry: SignatureCatalogue.Entry) {
        let scheme = entry.scheme
        writer.beginObject()
        add("name", scheme.name)
        add("aliases", entry.aliases)
        add("provider", entry.provider)
        add("algorithm", scheme.algorithm)
        write(scheme.key)
        write(scheme.signature)
        write(scheme.content)
        add("each", scheme.each)
        if let timestamp = scheme.timestamp { write(timestamp) }
        write(scheme.require)
        add("event_id", scheme.eventID)
        add("event_type", entry.eventType)
        add("url", scheme.publicURL)
        if scheme.urlVariants != .exact { add("url_variants", scheme.urlVariants.rawValue) }
        if let list = scheme.signedHeaders { write(list) }
        if let token = scheme.jwt { write(token) }
        if let rules = scheme.messageSignature { write(rules) }
        add("settings", scheme.settings)
        add("challenge", entry.challenge)
        if let addresses = entry.addresses { write(addresses) }
        add("confidence", entry.confidence.rawValue)
        add("source", entry.source.isEmpty ? nil : entry.source)
        writer.endObject()
    }

    private mutating func write(_ key: SignatureScheme.KeyForm) {
        guard key != SignatureScheme.KeyForm() else { return }
        object("key") { text in
            text.add("encoding", key.encoding, unless: "utf8")
            text.add("strip", key.strip)
            text.add("strip_word", key.stripWord)
            text.add("suffix", key.suffix)
            text.add("digest", key.digest)
            text.add("normalize", key.normalize)
            text.add("id_from", key.idFrom)
            text.add("certificate_names", key.certificateNames)
        }
    }

    private mutating func write(_ place: SignatureScheme.SignaturePlace) {
        let usual = SignatureScheme.SignaturePlace()
        guard place != usual else { return }
        object("signature") { text in
            text.add("from", place.from)
            text.add("grammar", place.grammar, unless: usual.grammar)
            text.add("prefixes", place.prefixes)
            text.add("item_separator", place.itemSeparator, unless: usual.itemSeparator)
            text.add("key_value_separator", place.keyValueSeparator, unless: usual.keyValueSeparator)
            text.add("field", place.field, unless: "")
            if place.positions != usual.positions { text.list("positions", place.positions) }
            text.add("encoding", place.encoding, unless: usual.encoding)
        }
    }

    private mutating func write(_ content: [SignatureScheme.ContentSegment]) {
        guard !content.isEmpty else { return }
        writer.name("content")
        writer.beginArray()
        for segment in content {
            guard let condition = segment.condition else {
                writer.string(segment.text)
                continue
            }
            writer.beginObject()
            add("if", condition)
            add("text", segment.text)
            writer.endObject()
        }
        writer.endArray()
    }

    private mutating func write(_ place: SignatureScheme.TimestampPlace) {
        object("timestamp") { text in
            text.add("from", place.from)
            text.add("unit", place.unit, unless: "s")
            text.add("tolerance", place.tolerance, unless: 300)
            if let future = place.future { text.add("future", future, unless: nil) }
            text.add("optional", place.isOptional)
        }
    }

    private mutating func write(_ requirements: [SignatureScheme.Requirement]) {
        guard !requirements.isEmpty else { return }
        writer.name("require")
        writer.beginArray()
        for requirement in requirements {
            writer.beginArray()
            writer.string(requirement.left)
            writer.string(requirement.right)
            writer.endArray()
        }
        writer.endArray()
    }

    private mutating func write(_ list: SignatureScheme.SignedHeaderList) {
        let usual = SignatureScheme.SignedHeaderList(list: list.list)
        object("signed_headers") { text in
            text.add("list", list.list)
            text.add("separator", list.separator, unless: usual.separator)
            text.add("line", list.line, unless: usual.line)
            text.add("join", list.join, unless: usual.join)
        }
    }

    private mutating func write(_ token: SignatureScheme.TokenRules) {
        object("jwt") { text in
            text.add("from", token.from)
            text.add("prefix", token.prefix)
            text.add("algorithms", token.algorithms)
            text.add("leeway", token.leeway, unless: 0)
            if let age = token.issuedAtMaxAge { text.add("iat_max_age", age, unless: nil) }
            text.add("claims", token.claims)
            text.write(token.bind)
        }
    }

    private mutating func write(_ bindings: [SignatureScheme.TokenRules.Binding]) {
        guard !bindings.isEmpty else { return }
        writer.name("bind")
        writer.beginArray()
        for binding in bindings {
            writer.beginObject()
            add("claim", binding.claim)
            add("equals", binding.equals)
            add("optional", binding.isOptional)
            add("only_with_body", binding.onlyWithBody)
            writer.endObject()
        }
        writer.endArray()
    }

    private mutating func write(_ rules: SignatureScheme.MessageSignatureRules) {
        object("message_signature") { text in
            text.add("algorithm", rules.algorithm)
            text.add("components", rules.requiredComponents)
            text.add("label", rules.label)
            text.add("tag", rules.tag)
            text.add("max_age", rules.maxAge, unless: 300)
            text.add("requires_expires", rules.requiresExpires)
            text.add("requires_nonce", rules.requiresNonce)
        }
    }

    private mutating func write(_ addresses: PublishedAddresses) {
        object("addresses") { text in
            text.add("url", addresses.url)
            text.add("date", addresses.date)
            text.add("networks", addresses.networks.map(\.text))
        }
    }

    // MARK: - Members

    private mutating func object(_ name: String, _ body: (inout SchemeText) -> Void) {
        writer.name(name)
        writer.beginObject()
        body(&self)
        writer.endObject()
    }

    private mutating func add(_ name: String, _ value: String?, unless usual: String? = nil) {
        guard let value, value != usual else { return }
        writer.name(name)
        writer.string(value)
    }

    /// A number, or `null` where it has no value and usually has one.
    private mutating func add(_ name: String, _ value: Int64?, unless usual: Int64?) {
        guard value != usual else { return }
        writer.name(name)
        if let value { writer.integer(value) } else { writer.null() }
    }

    private mutating func add(_ name: String, _ flag: Bool) {
        guard flag else { return }
        writer.name(name)
        writer.boolean(true)
    }

    private mutating func add(_ name: String, _ texts: [String]) {
        if !texts.isEmpty { list(name, texts) }
    }

    private mutating func list(_ name: String, _ texts: [String]) {
        writer.name(name)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }

    private mutating func add(_ name: String, _ texts: [String: String]) {
        guard !texts.isEmpty else { return }
        writer.name(name)
        writer.beginObject()
        for (name, value) in texts.sorted(by: { $0.key < $1.key }) { add(name, value) }
        writer.endObject()
    }
}
