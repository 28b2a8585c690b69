internal import StrictJSON
internal import WebhookVerification

/// Decodes `audit.fields` of a source: which fields of an entry are recorded, and in which form.
struct AuditFieldDecoder {
    /// The fields that have a name of their own, and the forms that each may have.
    static let named: [(name: String, forms: [String])] = [
        ("client.ip", ["plain", "mac", "seal", "drop"]), ("http.ua", ["plain", "mac", "seal", "drop"]),
        ("http.query", ["mac", "drop"]), ("body", ["mac", "drop"]),
    ]
    /// Names that hold secrets wherever they stand, in small letters.
    private static let secretNames: Set<String> = [
        "authorization", "proxy-authorization", "proxy_authorization", "cookie", "cookies", "set-cookie", "set_cookie",
        "signature", "signatures", "password", "passwd", "secret", "client_secret", "api_key", "apikey", "access_token",
        "refresh_token", "private_key",
    ]

    private let context: LoadContext
    private let signature: SignatureRule?
    private var log: MistakeLog { context.log }

    init(_ context: LoadContext, signature: SignatureRule?) {
        self.context = context
        self.signature = signature
    }

    /// The rules of a source; `reader` is that of its `audit`.
    func decode(_ reader: MappingReader?) -> AuditFieldRules {
        let standard = AuditFieldRules.standard(hasKeyring: context.keyring != nil)
        guard let members = reader?.members("fields") else { return standard }
        var named: [String: AuditFieldForm] = [:]
        var fields: [AuditFieldRules.Field] = []
        for member in members {
            guard let form = form(member) else { continue }
            if AuditFieldDecoder.named.contains(where: { $0.name == member.key }) {
                named[member.key] = form
            } else if let pointer = pointer(member), form != .drop {
                fields.append(AuditFieldRules.Field(name: Array(member.key.utf8), pointer: pointer, form: form))
            }
        }
        return AuditFieldRules(
            fields: fields.sorted { $0.name.lexicographicallyPrecedes($1.name) },
            clientIP: named["client.ip"] ?? standard.clientIP,
            userAgent: named["http.ua"] ?? standard.userAgent,
            query: named["http.query"] ?? standard.query,
            body: named["body"] ?? standard.body
        )
    }

    private func form(_ member: ConfigNode.Member) -> AuditFieldForm? {
        let words =
            AuditFieldDecoder.named.first { $0.name == member.key }?.forms ?? AuditFieldForm.allCases.map(\.rawValue)
        let word = ScalarReader(log).choice(member.value, ConfigNode.cut(member.key), words: words, notBuilt: [])
        guard let form = word.flatMap(AuditFieldForm.init(rawValue:)) else { return nil }
        if form == .mac || form == .seal, context.keyring == nil {
            log.mistake(
                "'\(ConfigNode.cut(member.key)): \(form.rawValue)' needs 'keys' with 'file': its monthly keys are kept in the keyring",
                at: member.value.position
            )
        }
        return form
    }

    private func pointer(_ member: ConfigNode.Member) -> JSONPointer? {
        if let secret = AuditFieldDecoder.secret(in: member.key) {
            log.mistake(
                "'\(ConfigNode.cut(member.key))' is never recorded, in no form: '\(secret)' holds a secret",
                at: member.keyPosition
            )
            return nil
        }
        guard let pointer = JSONPointer(member.key), !pointer.tokens.isEmpty else {
            let names = AuditFieldDecoder.named.map(\.name)
            log.mistake(
                "'\(ConfigNode.cut(member.key))' has to be \(SourceSettings.pointerHint), or one of \(names.joined(separator: ", "))"
                    + Suggestion.hint(for: member.key, among: names),
                at: member.keyPosition
            )
            return nil
        }
        if case .scheme(let scheme, _)? = signature, scheme.proofPointers.contains(where: { overlaps($0, pointer) }) {
            log.mistake(
                "'\(ConfigNode.cut(member.key))' is never recorded, in no form: the signature stands there",
                at: member.keyPosition
            )
            return nil
        }
        return pointer
    }

    /// The part of a name that says that a secret is meant; `nil` for none.
    private static func secret(in key: String) -> String? {
        let parts = key.lowercased().split { $0 == "/" || $0 == "." || $0 == ":" }
        return parts.last.map(String.init).flatMap { secretNames.contains($0) ? $0 : nil }
    }

    private func overlaps(_ left: JSONPointer, _ right: JSONPointer) -> Bool {
        zip(left.tokens, right.tokens).allSatisfy(==)
    }
}
