internal import WebhookVerification

/// The YAML of a signature rule: the scheme with every field that is not at the model's default, and the keys.
struct ResolvedSignature {
    private let rule: SignatureRule
    private let keys: [SecretUse]

    init(_ rule: SignatureRule, _ keys: [SecretUse]) {
        self.rule = rule
        self.keys = keys
    }

    /// The mapping under `signature`.
    var yaml: YAMLText {
        switch rule {
        case .none(let reason): return .mapping([("scheme", .text("none")), ("reason", .text(reason))])
        case .scheme(let compiled, let signingKeys):
            var members: [(String, YAMLText)] = [("scheme", .text(compiled.scheme.name))]
            members += ResolvedSignature.members(of: compiled.scheme)
            if case .keyring? = keys.first?.reference {
                members.append(("secret", .text(keys.first?.reference.description ?? "")))
            } else {
                members.append(("keys", .list(keys.compactMap { key($0, among: signingKeys) })))
            }
            return .mapping(members)
        }
    }

    /// Every field of the scheme but its name.
    static func members(of scheme: SignatureScheme) -> [(String, YAMLText)] {
        let writer = ResolvedSignature(.none(reason: ""), [])
        var members: [(String, YAMLText)] = [("alg", .text(scheme.algorithm))]
        members += writer.place(scheme.signature)
        if !scheme.content.isEmpty { members.append(("content", writer.content(scheme.content))) }
        if let each = scheme.each { members.append(("each", .text(each))) }
        if let time = scheme.timestamp { members.append(("timestamp", writer.timestamp(time))) }
        return members + writer.key(scheme.key) + writer.rest(scheme)
    }

    /// What was written: one key, or the set that several keys came from.
    private func key(_ use: SecretUse, among keys: [SigningKey]) -> YAMLText? {
        guard let id = use.keyID else { return nil }
        if use.fingerprint == "none", let fetch = use.fetch {
            return .mapping([
                ("id", .text(id)), ("secret", .text(use.reference.description)),
                ("state", .text(use.state ?? SigningKey.State.live.rawValue)), ("fetch", text(fetch)),
            ])
        }
        if let own = keys.first(where: { $0.id.text == id }) { return key(id, own, own.senderKeyID, use) }
        return keys.first { $0.id.text.hasPrefix(id + ".") }.map { key(id, $0, nil, use) }
    }

    private func key(_ id: String, _ key: SigningKey, _ senderID: String?, _ use: SecretUse) -> YAMLText {
        let reference = YAMLText.text(use.reference.description)
        var members: [(String, YAMLText)] = [
            ("id", .text(id)), ("secret", .remarked(reference, "fingerprint \(use.fingerprint)")),
            ("state", .text(key.state.rawValue)),
        ]
        if let name = senderID { members.append(("sender_id", .text(name))) }
        if let fetch = use.fetch { members.append(("fetch", text(fetch))) }
        return .mapping(members)
    }

    private func text(_ fetch: KeySetFetch) -> YAMLText {
        var members: [(String, YAMLText)] = [
            ("url", .text(fetch.url.description)), ("every", .plain(Units.text(milliseconds: fetch.every))),
        ]
        if let authorities = fetch.authorities { members.append(("ca", .text(authorities))) }
        return .mapping(members)
    }

    private func texts(_ texts: [String]) -> YAMLText { .list(texts.map { .text($0) }) }

    private func place(_ place: SignatureScheme.SignaturePlace) -> [(String, YAMLText)] {
        var members: [(String, YAMLText)] = []
        if !place.from.isEmpty { members.append(("from", texts(place.from))) }
        members.append(("grammar", .text(place.grammar)))
        switch place.grammar {
        case "whole": if !place.prefixes.isEmpty { members.append(("prefix", texts(place.prefixes))) }
        case "pairs":
            members.append(("item_separator", .text(place.itemSeparator)))
            members.append(("key_value_separator", .text(place.keyValueSeparator)))
            members.append(("field", .text(place.field)))
        case "b64json": members.append(("field", .text(place.field)))
        case "positional":
            members.append(("item_separator", .text(place.itemSeparator)))
            members.append(("positions", texts(place.positions)))
        default: members.append(("item_separator", .text(place.itemSeparator)))
        }
        members.append(("encoding", .text(place.encoding)))
        return members
    }

    private func content(_ segments: [SignatureScheme.ContentSegment]) -> YAMLText {
        .list(
            segments.map { segment in
                var members: [(String, YAMLText)] = [("text", .text(segment.text))]
                if let condition = segment.condition { members.append(("if", .text(condition))) }
                return .mapping(members)
            }
        )
    }

    private func timestamp(_ place: SignatureScheme.TimestampPlace) -> YAMLText {
        .mapping([
            ("from", .text(place.from)), ("unit", .text(place.unit)),
            ("optional", .plain(place.isOptional ? "true" : "false")),
        ])
    }

    private func key(_ form: SignatureScheme.KeyForm) -> [(String, YAMLText)] {
        var members: [(String, YAMLText)] = [("encoding", .text(form.encoding))]
        if !form.strip.isEmpty { members.append(("strip", texts(form.strip))) }
        let others = [
            ("strip_word", form.stripWord), ("suffix", form.suffix), ("digest", form.digest),
            ("normalize", form.normalize), ("id_from", form.idFrom), ("trust", form.trust),
        ]
        for (name, value) in others { if let value { members.append((name, .text(value))) } }
        if !form.certificateNames.isEmpty { members.append(("certificate_names", texts(form.certificateNames))) }
        return [("key", .mapping(members))]
    }

    private func rest(_ scheme: SignatureScheme) -> [(String, YAMLText)] {
        var members: [(String, YAMLText)] = []
        if !scheme.require.isEmpty {
            let pairs = scheme.require.map { YAMLText.mapping([("left", .text($0.left)), ("right", .text($0.right))]) }
            members.append(("require", .list(pairs)))
        }
        if !scheme.eventID.isEmpty { members.append(("event_id", texts(scheme.eventID))) }
        if let base = scheme.publicURL {
            members.append(
                ("url", .mapping([("base", .text(base)), ("variants", .text(scheme.urlVariants.rawValue))]))
            )
        }
        if let list = scheme.signedHeaders {
            members.append(
                (
                    "signed_headers",
                    .mapping([
                        ("list", .text(list.list)), ("separator", .text(list.separator)), ("line", .text(list.line)),
                        ("join", .text(list.join)),
                    ])
                )
            )
        }
        if let rules = scheme.jwt { members.append(("jwt", token(rules))) }
        if let rules = scheme.messageSignature { members.append(("message_signature", messageSignature(rules))) }
        if !scheme.settings.isEmpty { members.append(("settings", map(scheme.settings))) }
        return members
    }

    private func map(_ values: [String: String]) -> YAMLText {
        .mapping(values.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })
    }

    private func token(_ rules: SignatureScheme.TokenRules) -> YAMLText {
        var members: [(String, YAMLText)] = [("from", .text(rules.from))]
        if let prefix = rules.prefix { members.append(("prefix", .text(prefix))) }
        members.append(("algorithms", texts(rules.algorithms)))
        members.append(("leeway", .plain("\(rules.leeway)s")))
        if let age = rules.issuedAtMaxAge { members.append(("issued_at_max_age", .plain("\(age)s"))) }
        if !rules.claims.isEmpty { members.append(("claims", map(rules.claims))) }
        let bindings = rules.bind.map { bind in
            YAMLText.mapping([
                ("claim", .text(bind.claim)), ("equals", .text(bind.equals)),
                ("optional", .plain(bind.isOptional ? "true" : "false")),
                ("only_with_body", .plain(bind.onlyWithBody ? "true" : "false")),
            ])
        }
        if !bindings.isEmpty { members.append(("bind", .list(bindings))) }
        return .mapping(members)
    }

    private func messageSignature(_ rules: SignatureScheme.MessageSignatureRules) -> YAMLText {
        var members: [(String, YAMLText)] = [
            ("algorithm", .text(rules.algorithm)), ("components", texts(rules.requiredComponents)),
        ]
        if let label = rules.label { members.append(("label", .text(label))) }
        if let tag = rules.tag { members.append(("tag", .text(tag))) }
        if let age = rules.maxAge { members.append(("max_age", .plain("\(age)s"))) }
        members.append(("requires_expires", .plain(rules.requiresExpires ? "true" : "false")))
        members.append(("requires_nonce", .plain(rules.requiresNonce ? "true" : "false")))
        return .mapping(members)
    }
}
