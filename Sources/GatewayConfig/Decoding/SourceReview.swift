internal import StrictJSON
internal import WebhookVerification

/// Judges a decoded source as a whole: settings that contradict each other, and choices worth a warning.
struct SourceReview {
    let log: MistakeLog
    let reader: MappingReader

    /// Puts what it finds into the log.
    func review(_ source: Source) {
        checkOpaque(source)
        checkCoding(source)
        checkFreshness(source)
        checkUnsigned(source)
    }

    /// A body that is not parsed has no members.
    private func checkOpaque(_ source: Source) {
        guard case .opaque = source.payload.form else { return }
        func refuse(_ setting: String, _ what: String) {
            reader.mistake("\(what) needs 'payload: {form: json}'", in: reader.has(setting) ? setting : "payload")
        }
        if case .compiled = source.payload.schema { refuse("schema", "a schema") }
        if source.payload.eventID != nil || source.payload.eventType?.readsBody == true {
            refuse("event", "a name or id from the body")
        }
        if case .body? = source.timestamp?.place { refuse("timestamp", "a time from the body") }
        if case .on(let protection) = source.replay, case .body = protection.key {
            refuse("replay", "a key from the body")
        }
        if !source.forward.rules.isEmpty { refuse("forward", "'rules'") }
        if !source.audit.fields.isEmpty { refuse("audit", "'fields'") }
    }

    private func checkCoding(_ source: Source) {
        guard source.content.coding == .forward else { return }
        guard case .opaque = source.payload.form else {
            reader.mistake(
                "'coding: forward' needs 'payload: {form: opaque}' and 'schema: none': a coded body cannot be parsed",
                in: "coding"
            )
            return
        }
    }

    /// Without a time that must be there, only the memory for replays bounds how long a captured delivery can be used.
    private func checkFreshness(_ source: Source) {
        guard case .scheme = source.signature, case .any = source.allow, source.timestamp?.isRequired != true else {
            return
        }
        log.warning(
            "source '\(source.name)' has neither a required timestamp nor an allow-list: a captured delivery can be sent again once it is forgotten",
            at: reader.position(of: "allow")
        )
    }

    private func checkUnsigned(_ source: Source) {
        guard case .none = source.signature else { return }
        if case .on = source.replay {
            reader.mistake("'replay' has to be {off: \"reason\"} where nothing is signed", in: "replay")
        }
        if source.timestamp != nil {
            reader.mistake("'timestamp' has to be none where nothing is signed", in: "timestamp")
        }
        if case .any = source.allow {
            log.warning(
                "everybody can deliver to source '\(source.name)': no signature and 'ips: any'",
                at: reader.position(of: "allow")
            )
        }
    }
}

extension EventTemplate {
    /// Whether a part of the name comes from the body.
    var readsBody: Bool {
        parts.contains { part in
            if case .body = part { return true }
            return false
        }
    }
}
