internal import GatewayCrypto
internal import WebhookVerification

/// Decodes `challenge` of a source.
struct ChallengeDecoder {
    private let context: LoadContext
    private let source: String
    private let signature: SignatureRule?
    private let isJSON: Bool
    private var log: MistakeLog { context.log }

    private let methods: [[UInt8]]

    init(
        _ context: LoadContext,
        source: String,
        signature: SignatureRule?,
        payload: PayloadRules?,
        content: ContentRules
    ) {
        methods = content.methods
        self.context = context
        self.source = source
        self.signature = signature
        if case .json? = payload?.form { isJSON = true } else { isJSON = false }
    }

    /// The rule; `nil` for none, and where it is unusable, which is in the log.
    func decode(_ sourceReader: MappingReader) -> ChallengeRule? {
        guard let node = sourceReader.node("challenge") else { return nil }
        if case .scalar = node.content {
            let names = ChallengePreset.allNames
            guard let name = ScalarReader(log).choice(node, "challenge", words: names, notBuilt: []),
                let preset = ChallengePreset.named(name)
            else { return nil }
            return rule(preset, nil, at: node.position)
        }
        guard let reader = MappingReader(node, SourceSettings.challenge, log),
            let preset = reader.choice("preset").flatMap(ChallengePreset.named)
        else { return nil }
        return rule(preset, reader, at: reader.position)
    }

    private func rule(_ preset: ChallengePreset, _ reader: MappingReader?, at position: TextPosition) -> ChallengeRule?
    {
        let opening = reader?.choice("open").flatMap(ChallengeRule.Opening.init(rawValue:))
        let token = verifyToken(reader)
        let endpoint = reader?.text("endpoint")
        let save = reader?.text("save")
        func need(_ setting: String, _ isNeeded: Bool, _ isThere: Bool) {
            if isNeeded, !isThere { log.mistake("the challenge '\(preset.name)' needs '\(setting)'", at: position) }
        }
        need("verify_token", preset.needsVerifyToken, reader?.has("verify_token") == true)
        need("endpoint", preset.needsEndpoint, endpoint != nil)
        need("save", preset.needsSave, save != nil)
        if !preset.needsVerifyToken, reader?.has("verify_token") == true {
            reader?.mistake("the challenge '\(preset.name)' has no verify token", in: "verify_token")
        }
        if !preset.needsEndpoint, endpoint != nil {
            reader?.mistake("the answer of '\(preset.name)' holds no URL", in: "endpoint")
        }
        if save != nil, !preset.deliversSecret {
            reader?.mistake("the challenge '\(preset.name)' hands nothing over that could be stored", in: "save")
        }
        for method in preset.signedMethods where !methods.contains(Array(method.utf8)) {
            log.mistake(
                "the challenge '\(preset.name)' comes by \(method) and is signed: list it in 'allow.methods'",
                at: position
            )
        }
        check(preset, opening, reader)
        return ChallengeRule(
            preset: preset,
            opening: opening,
            verifyToken: token,
            endpoint: endpoint,
            savePath: save.map { context.paths.resolve($0) },
            isJSON: isJSON
        )
    }

    private func verifyToken(_ reader: MappingReader?) -> SecretBytes? {
        guard let reader, let reference = reader.text("verify_token"),
            let position = reader.node("verify_token")?.position
        else { return nil }
        return context.secret(reference, at: position, place: "sources.\(source).challenge", keyID: nil)
    }

    /// What is open has to be harmless: nobody may ask for the signature of a delivery.
    private func check(_ preset: ChallengePreset, _ opening: ChallengeRule.Opening?, _ reader: MappingReader?) {
        if opening != nil, preset.proof == .signature || preset.proof == .verifyToken {
            reader?.mistake(
                "the challenge '\(preset.name)' is answered to whoever proves it; leave 'open' out",
                in: "open"
            )
        }
        if preset.deliversSecret, opening == .always {
            reader?.mistake("'open: always' would let anyone hand over a secret; leave it out", in: "open")
        }
        guard case .scheme(let scheme, _)? = signature else {
            if preset.proof == .signature || preset.isOracle {
                log.mistake(
                    "the challenge '\(preset.name)' needs a signature scheme to be judged and answered with",
                    at: reader?.position ?? TextPosition(line: 1, column: 1)
                )
            }
            return
        }
        if opening == .always, !ChallengeRule.isSeparable(preset, scheme, isJSON: isJSON) {
            reader?.mistake(
                "'open: always' would give away signatures: an answer of '\(preset.name)' can be that of a delivery",
                in: "open"
            )
        }
    }
}
