internal import StrictJSON
internal import WebhookVerification

/// Decodes `timestamp` and `replay` of a source, which depend on what the scheme signs.
struct FreshnessDecoder {
    private let context: LoadContext
    private let preset: SourcePreset?
    private let scheme: SignatureScheme?
    private let compiled: CompiledSignatureScheme?
    private var log: MistakeLog { context.log }

    init(_ context: LoadContext, preset: SourcePreset?, signature: SignatureRule?) {
        self.context = context
        self.preset = preset
        if case .scheme(let compiled, _)? = signature {
            self.compiled = compiled
            scheme = compiled.scheme
        } else {
            compiled = nil
            scheme = nil
        }
    }

    // MARK: Timestamp

    /// The rule; `nil` for none.
    func timestamp(_ source: MappingReader) -> TimestampRule? {
        guard let node = source.node("timestamp") else { return implied() }
        if case .scalar(let scalar) = node.content {
            if scalar.text != "none" {
                source.mistake("'timestamp' has to be a mapping, or none, found \(node.summary)", in: "timestamp")
            } else if scheme?.timestamp != nil {
                source.warning("the time that the scheme signs is not judged", in: "timestamp")
            }
            return nil
        }
        guard let reader = MappingReader(node, SourceSettings.timestamp, log) else { return nil }
        return written(reader)
    }

    private func implied() -> TimestampRule? {
        if let place = scheme?.timestamp, let tolerance = place.tolerance {
            return TimestampRule(
                place: .scheme,
                meaning: .attempt,
                isRequired: !place.isOptional,
                maxAge: tolerance,
                maxFuture: place.future ?? 60
            )
        }
        guard scheme != nil, case .event(let text)? = preset?.time, let pointer = JSONPointer(text) else { return nil }
        return TimestampRule(
            place: .body(pointer, .rfc3339),
            meaning: .event,
            isRequired: false,
            maxAge: 72 * 3600,
            maxFuture: 60
        )
    }

    private func written(_ reader: MappingReader) -> TimestampRule? {
        let unit = reader.choice("unit")
        let required = reader.boolean("required")
        let future = reader.duration("max_future").map { $0 / 1000 }
        guard let place = place(reader, unit: unit) else { return nil }
        let isScheme: Bool
        switch place {
        case .scheme: isScheme = true
        case .body: isScheme = false
        }
        if isScheme, reader.has("unit") {
            reader.mistake("'unit' belongs to a time in the body; the scheme has its own", in: "unit")
        }
        let word = reader.choice("meaning")
        let isAttempt = word.map { $0 == "attempt" } ?? isScheme
        let age = maxAge(reader, isAttempt: isAttempt, isScheme: isScheme)
        return TimestampRule(
            place: place,
            meaning: isAttempt ? .attempt : .event,
            isRequired: required ?? impliedRequirement(isScheme: isScheme),
            maxAge: age,
            maxFuture: future ?? 60
        )
    }

    private func impliedRequirement(isScheme: Bool) -> Bool {
        if isScheme { return scheme?.timestamp?.isOptional != true }
        if case .event? = preset?.time { return false }
        return true
    }

    private func maxAge(_ reader: MappingReader, isAttempt: Bool, isScheme: Bool) -> Int64 {
        let standard = isAttempt ? (isScheme ? scheme?.timestamp?.tolerance ?? 300 : 300) : 72 * 3600
        guard let age = reader.duration("max_age").map({ $0 / 1000 }) else { return standard }
        if isAttempt, age > 900 {
            reader.mistake(
                "'max_age' of an attempt's time is at most 900s; a time that stays the same over retries has 'meaning: event'",
                in: "max_age"
            )
        }
        return age
    }

    private func place(_ reader: MappingReader, unit: String?) -> TimestampRule.Place? {
        let text: String
        if reader.has("from") {
            guard let written = reader.text("from") else { return nil }
            text = written
        } else if scheme?.timestamp == nil, case .event(let pointer)? = preset?.time {
            text = "body:\(pointer)"
        } else {
            text = "signature"
        }
        if text == "signature" {
            if let scheme, scheme.timestamp == nil {
                log.mistake(
                    "the scheme '\(scheme.name)' signs no time; write 'from: body:/pointer' or 'timestamp: none'",
                    at: reader.node("from")?.position ?? reader.position
                )
                return nil
            }
            return .scheme
        }
        guard text.hasPrefix("body:"), let pointer = JSONPointer(String(text.dropFirst(5))), !pointer.tokens.isEmpty
        else {
            reader.mistake("'from' has to be signature, or body:/pointer, found '\(ConfigNode.cut(text))'", in: "from")
            return nil
        }
        checkCoversBody(reader, "from")
        switch unit {
        case "s"?: return .body(pointer, .seconds)
        case "ms"?: return .body(pointer, .milliseconds)
        default: return .body(pointer, .rfc3339)
        }
    }

    private func checkCoversBody(_ reader: MappingReader, _ name: String) {
        guard let compiled, !compiled.covers.contains(.body) else { return }
        reader.mistake(
            "'\(name)': the signature does not cover the body, so that anyone could change it there",
            in: name
        )
    }

    // MARK: Replay

    /// The rule; `nil` where it is unusable, which is in the log.
    func replay(_ source: MappingReader, timestamp: TimestampRule?) -> ReplayRule? {
        let reader = source.mapping("replay")
        if source.has("replay"), reader == nil { return nil }
        let unknown = unknownPolicy(source)
        if let reader, reader.has("off") {
            if unknown.holds {
                log.mistake("'on_unknown: hold' needs replay protection, which 'off' takes away", at: unknown.position)
            }
            return off(reader)
        }
        guard preset != nil || reader != nil else {
            if source.has("preset") { return nil }
            log.mistake(
                "'replay' is missing; write for example {key: content, retry: identical, ttl: 7d} or {off: \"reason\"}",
                at: source.position
            )
            return nil
        }
        _ = reader?.choice("on_duplicate")
        let key = key(reader)
        let retry = reader?.has("retry") == true ? reader?.choice("retry") : preset?.replay.retry
        let ttl = reader?.has("ttl") == true ? reader?.duration("ttl").map { $0 / 1000 } : preset?.replay.ttl
        if let reader, preset == nil {
            for name in ["key", "retry", "ttl"] where !reader.has(name) {
                log.mistake("'\(name)' is missing", at: reader.position)
            }
        }
        if let ttl { checkTTL(ttl, timestamp, reader, source) }
        guard let key, let retry, let ttl else { return nil }
        return .on(
            ReplayRule.Protection(
                key: key,
                retryForm: retry == "identical" ? .identical : .resigned,
                ttl: ttl,
                holdsUnknown: unknown.holds
            )
        )
    }

    /// What `forward` says about unknown outcomes; `forward` itself is judged where it is decoded.
    private func unknownPolicy(_ source: MappingReader) -> (holds: Bool, position: TextPosition) {
        let quiet = MistakeLog(file: log.file)
        let forward = source.mapping("forward", quiet)
        let position = forward?.node("on_unknown")?.position ?? source.position
        return (forward?.choice("on_unknown") == "hold", position)
    }

    private func off(_ reader: MappingReader) -> ReplayRule? {
        for setting in reader.section.settings where reader.has(setting.name) && setting.name != "off" {
            reader.mistake("'\(setting.name)' has no meaning beside 'off'", in: setting.name)
        }
        guard let reason = reader.text("off") else { return nil }
        if reason.isEmpty { reader.mistake("'off' needs a sentence that says why", in: "off") }
        return .off(reason: reason)
    }

    private func key(_ reader: MappingReader?) -> ReplayRule.Protection.Key? {
        let text: String
        if reader?.has("key") == true {
            guard let written = reader?.text("key") else { return nil }
            text = written
        } else {
            guard let preset else { return nil }
            text = preset.replay.key
        }
        if text == "content" { return .content }
        if text == "id" {
            if let scheme, !FreshnessDecoder.signsID(scheme) {
                reader?.mistake(
                    "'key: id' needs an id that the scheme signs; '\(scheme.name)' signs none in its header fields",
                    in: "key"
                )
            }
            return .signedID
        }
        guard text.hasPrefix("body:"), let pointer = JSONPointer(String(text.dropFirst(5))), !pointer.tokens.isEmpty
        else {
            reader?.mistake("'key' has to be content, id, or body:/pointer, found '\(ConfigNode.cut(text))'", in: "key")
            return nil
        }
        if let reader { checkCoversBody(reader, "key") }
        return .body(pointer)
    }

    /// Whether a header field that holds the event's id is part of the signed content.
    static func signsID(_ scheme: SignatureScheme) -> Bool {
        scheme.eventID.contains { source in
            !source.hasPrefix("json:") && !source.hasPrefix("form:")
                && scheme.content.contains { $0.text.contains("{\(source)}") }
        }
    }

    private func checkTTL(_ ttl: Int64, _ timestamp: TimestampRule?, _ reader: MappingReader?, _ source: MappingReader)
    {
        // Where nothing is signed, replay protection is a mistake of its own.
        guard scheme != nil else { return }
        let needed: Int64
        let because: String
        if let timestamp, timestamp.isRequired {
            needed = timestamp.maxAge + timestamp.maxFuture + 60
            because = "max_age + max_future + 60s"
        } else {
            // R-SIG-14: without a time the memory is all there is.
            needed = 7 * 86_400
            because = "no time has to be signed"
        }
        guard ttl < needed else { return }
        let text = Units.text(milliseconds: needed * 1000)
        if let reader, reader.has("ttl") {
            reader.mistake("'ttl' has to be at least \(text) (\(because))", in: "ttl")
        } else {
            let place = source.has("timestamp") ? "timestamp" : "preset"
            source.mistake("'replay: {ttl: …}' has to be written, at least \(text) (\(because))", in: place)
        }
    }
}
