internal import GatewayCrypto
internal import WebhookVerification

/// Decodes `signature` of a source: which scheme, with which changes, and which keys.
struct SignatureDecoder {
    private let context: LoadContext
    private let source: String
    private let preset: SourcePreset?
    private var log: MistakeLog { context.log }

    init(_ context: LoadContext, source: String, preset: SourcePreset?) {
        self.context = context
        self.source = source
        self.preset = preset
    }

    /// The rule; `nil` where it is unusable, which is in the log.
    func decode(_ sourceReader: MappingReader) -> SignatureRule? {
        guard let node = sourceReader.node("signature") else {
            log.mistake(
                "'signature' is missing; nothing signed has to be written as {scheme: none, reason: \"…\"}",
                at: sourceReader.position
            )
            return nil
        }
        if case .scalar(let scalar) = node.content, scalar.text == "none" {
            sourceReader.mistake(
                "'signature: none' needs a reason: write {scheme: none, reason: \"…\"}",
                in: "signature"
            )
            return nil
        }
        guard let reader = sourceReader.mapping("signature") else { return nil }
        if reader.text("scheme") == "none" { return unsigned(reader) }
        if reader.has("reason") { reader.mistake("'reason' belongs to 'scheme: none' only", in: "reason") }
        guard let frame = frame(reader, hasPreset: sourceReader.has("preset")) else {
            _ = keys(reader, nil)
            return nil
        }
        var scheme = SchemeDecoder(log).decode(reader, over: frame)
        if let trust = scheme.key.trust { scheme.key.trust = context.paths.resolve(trust) }
        do throws(SignatureSchemeMistakes) {
            let compiled = try CompiledSignatureScheme(scheme)
            context.schemes[source] = scheme
            warn(compiled, reader)
            let keys = keys(reader, KeyMaterialReader(scheme, anchors: anchors(scheme.key, reader)))
            return .scheme(compiled, keys: keys)
        } catch {
            let places = SchemeDecoder.Places(reader)
            for mistake in error.mistakes {
                log.mistake(places.sentence(mistake), at: places.position(of: mistake.field))
            }
            _ = keys(reader, nil)
            return nil
        }
    }

    private func unsigned(_ reader: MappingReader) -> SignatureRule? {
        for setting in reader.section.settings
        where reader.has(setting.name) && setting.name != "scheme" && setting.name != "reason" {
            reader.mistake("'\(setting.name)' has no meaning with 'scheme: none'", in: setting.name)
        }
        guard let reason = reader.text("reason"), !reason.isEmpty else {
            reader.mistake("'scheme: none' needs 'reason', a sentence that says why", in: "scheme")
            return nil
        }
        return WebhookVerification.SignatureRule.none(reason: reason)
    }

    private func frame(_ reader: MappingReader, hasPreset: Bool) -> SignatureScheme? {
        guard reader.has("scheme") else {
            if let preset { return preset.scheme }
            // A preset that is not known is a mistake already.
            if hasPreset { return nil }
            reader.log.mistake(
                "'scheme' is missing; write the name of a known scheme, body-hmac, declared or none",
                at: reader.position
            )
            return nil
        }
        guard let name = reader.text("scheme") else { return nil }
        if let scheme = SchemeFrames.named(name) { return scheme }
        let hint = Suggestion.hint(for: name, among: SchemeFrames.allNames)
        reader.mistake("there is no scheme '\(ConfigNode.cut(name))'\(hint)", in: "scheme")
        return nil
    }

    /// The trust anchors for certificates; none where they cannot be read, so that every certificate is refused.
    private func anchors(_ form: SignatureScheme.KeyForm, _ reader: MappingReader) -> [UInt8] {
        do throws(FileReader.Fault) {
            return try TrustAnchors.read(for: form)
        } catch {
            if let path = form.trust {
                let key = reader.mapping("key", MistakeLog(file: log.file))
                let position = key?.node("trust")?.position ?? reader.position
                log.mistake("'trust': '\(path)' \(error.sentence)", at: position)
            }
            return []
        }
    }

    private func warn(_ compiled: CompiledSignatureScheme, _ reader: MappingReader) {
        let places = SchemeDecoder.Places(reader)
        // That no time is signed is judged with the whole source, where an allow-list may make up for it.
        for warning in compiled.warnings where warning.field != "timestamp" {
            log.warning(places.sentence(warning), at: places.position(of: warning.field))
        }
    }

    // MARK: Keys

    /// The keys; without a reader for their form only the references are checked.
    private func keys(_ reader: MappingReader, _ form: KeyMaterialReader?) -> [SigningKey] {
        let hasSecret = reader.has("secret")
        guard let items = reader.list("keys") else {
            guard hasSecret else {
                if !reader.has("keys") {
                    if context.keyring != nil { return keyring("keyring:\(source)", at: reader.position) }
                    log.mistake("'signature' needs 'secret' or 'keys'", at: reader.position)
                }
                return []
            }
            if let reference = reader.text("secret"), reference.hasPrefix("keyring:") {
                return keyring(reference, at: reader.node("secret")?.position ?? reader.position)
            }
            return key(reader, id: "k1", state: .live, senderID: nil, form)
        }
        if hasSecret { reader.mistake("'secret' and 'keys' exclude each other", in: "secret") }
        var keys: [SigningKey] = []
        var states: [SigningKey.State] = []
        var lines: [String: Int] = [:]
        for item in items {
            guard let entry = MappingReader(item, SignatureSettings.keys, log) else { continue }
            let state = entry.choice("state").flatMap(SigningKey.State.init(rawValue:)) ?? .live
            let senderID = entry.text("sender_id")
            let id = entry.text("id") ?? ""
            if let line = lines[id], !id.isEmpty {
                entry.mistake("there is a key '\(id)' already (line \(line))", in: "id")
            }
            lines[id] = entry.position(of: "id").line
            let found = key(entry, id: id, state: state, senderID: senderID, form)
            keys += found
            if !found.isEmpty { states.append(state) }
        }
        checkCount(states, items: items.count, reader)
        return keys
    }

    /// Keys that are in the keyring are not read here: a reload of the keyring must not read this file again.
    private func keyring(_ reference: String, at position: TextPosition) -> [SigningKey] {
        let place = "sources.\(source).signature"
        _ = KeyringDecoder(context).use(reference, purpose: .verify, place: place, at: position)
        return []
    }

    private func key(
        _ reader: MappingReader,
        id: String,
        state: SigningKey.State,
        senderID: String?,
        _ form: KeyMaterialReader?
    ) -> [SigningKey] {
        let keyID = KeyID(id)
        if keyID == nil, !id.isEmpty {
            reader.mistake(
                "'id' has to be a name of letters, digits, '.', '_' and '-', at most 64, found '\(ConfigNode.cut(id))'",
                in: "id"
            )
        }
        let fetch = reader.has("fetch") ? KeyFetchDecoder(context, source: source).decode(reader, id: id) : nil
        if let fetch, KeyFetchDecoder.isMissing(fetch) {
            if form?.takesSets == false {
                reader.mistake("this scheme has no public keys that could be fetched", in: "fetch")
            }
            log.warning("the key set '\(ConfigNode.cut(fetch.path))' is still to be fetched", at: reader.position)
            context.noteMissing(fetch, place: "sources.\(source).signature", state: state.rawValue)
            return []
        }
        guard let reference = reader.text("secret"), let position = reader.node("secret")?.position,
            let bytes = context.secret(reference, at: position, place: "sources.\(source).signature", keyID: id)
        else { return [] }
        context.claim(bytes, for: source, at: position)
        if let fetch { context.note(fetch) }
        if fetch != nil, form?.takesSets == false {
            reader.mistake("this scheme has no public keys that could be fetched", in: "fetch")
        }
        guard let form, let keyID else { return [] }
        do throws(SignatureSchemeMistake) {
            let named = try bytes.withBytes { (span) throws(SignatureSchemeMistake) in try form.readKeys(span) }
            for warning in named.flatMap(\.result.warnings) { log.warning("'secret': \(warning)", at: position) }
            guard named.count > 1 || named.first?.name != nil else {
                return named.map {
                    SigningKey(
                        id: keyID,
                        material: $0.result.material,
                        state: state,
                        notBefore: $0.result.notBefore,
                        notAfter: $0.result.notAfter,
                        senderKeyID: senderID
                    )
                }
            }
            if senderID != nil {
                log.mistake("'sender_id' does not go with a key set, which names its keys", at: position)
            }
            return named.enumerated().map { index, key in
                // The name in the audit log: that of the set and the sender's, where it is a name of ours.
                let id =
                    key.name.flatMap { KeyID("\(keyID.text).\($0)") } ?? KeyID("\(keyID.text).\(index + 1)") ?? keyID
                return SigningKey(id: id, material: key.result.material, state: state, senderKeyID: key.name)
            }
        } catch {
            log.mistake("'secret': \(error.text)", at: position)
            return []
        }
    }

    private func checkCount(_ states: [SigningKey.State], items: Int, _ reader: MappingReader) {
        let accepted = states.count { $0 == .live || $0 == .retiring }
        let limit = context.limits.keysPerSource
        if accepted > limit { reader.mistake("more than \(limit) keys are live or retiring", in: "keys") }
        if accepted == 0, states.count == items, items > 0 {
            reader.mistake("no key is live or retiring, so that nothing would be accepted", in: "keys")
        }
    }
}
