/// One attempt at a line under one limit for its texts.
struct LinePass {
    /// The most bytes of one text.
    let limit: Int
    /// What was cut so far.
    var cut: CutFields = []
    /// Where the member `cut` belongs.
    var cutOffset = 0
    /// Where the digits of the sequence number belong.
    var sequenceOffset = 0

    /// An attempt that has written nothing.
    init(limit: Int) { self.limit = limit }

    /// Whether lists of unknown length are left out, so that the line certainly fits.
    private var isLastResort: Bool { limit < 40 }

    /// Writes all members in the order of their names.
    mutating func write(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        writeBody(entry, to: &output)
        if entry.configDigest != 0 {
            LineSink.put(",\"cfg\":\"", to: &output)
            HexDigits.append(entry.configDigest, digits: 16, to: &output)
            TextRules.put(UInt8(ascii: "\""), to: &output)
        }
        if !entry.checks.isEmpty {
            LineSink.put(",\"checks\":", to: &output)
            _ = LineSink.string(entry.checks.span, limit: RequestEntry.textLimit, to: &output)
        }
        writeClient(entry, to: &output)
        cutOffset = output.count
        writeDecision(entry, to: &output)
        writeEvent(entry, to: &output)
        writeFields(entry, to: &output)
        writeHTTP(entry, to: &output)
        writeKind(entry, to: &output)
        if entry.keyringRevision >= 0 { LineSink.member(",\"kr\":", entry.keyringRevision, to: &output) }
        text(",\"reason\":", entry.reason, .other, entry, to: &output)
        LineSink.put(",\"rid\":\"", to: &output)
        entry.requestID.append(to: &output)
        TextRules.put(UInt8(ascii: "\""), to: &output)
        text(",\"rk\":", entry.replayKey, .replayKey, entry, to: &output)
        if entry.replayMarks != (0, 0) {
            LineSink.put(",\"rm\":\"", to: &output)
            HexDigits.append(entry.replayMarks.body, digits: 16, to: &output)
            HexDigits.append(entry.replayMarks.content, digits: 16, to: &output)
            TextRules.put(UInt8(ascii: "\""), to: &output)
        }
        LineSink.put(",\"seq\":", to: &output)
        sequenceOffset = output.count
        writeSignature(entry, to: &output)
        text(",\"source\":", entry.source, .source, entry, to: &output)
        if entry.status != 0 { LineSink.member(",\"status\":", entry.status, to: &output) }
        text(",\"trace\":", entry.trace, .other, entry, to: &output)
        LineSink.put(",\"ts\":\"", to: &output)
        EntryTime.append(entry.time, to: &output)
        TextRules.put(UInt8(ascii: "\""), to: &output)
        writeUpstream(entry, to: &output)
        writeDurations(entry, to: &output)
        LineSink.put(",\"v\":1", to: &output)
        LineSink.close(0, in: &output)
    }

    /// Appends a member whose value is a text; nothing where it is absent.
    @inline(__always)
    private mutating func text(
        _ key: StaticString,
        _ value: AuditText,
        _ field: CutFields,
        _ entry: borrowing RequestEntry,
        to output: inout OutputSpan<UInt8>
    ) {
        if value.isAbsent { return }
        LineSink.put(key, to: &output)
        string(value, field, entry, to: &output)
    }

    /// Appends a text as a JSON string and notes it where it was changed.
    private mutating func string(
        _ value: AuditText,
        _ field: CutFields,
        _ entry: borrowing RequestEntry,
        to output: inout OutputSpan<UInt8>
    ) {
        switch value {
        case .absent: LineSink.put("\"\"", to: &output)
        case .literal(let word):
            TextRules.put(UInt8(ascii: "\""), to: &output)
            LineSink.put(word, to: &output)
            TextRules.put(UInt8(ascii: "\""), to: &output)
        case .string(let text):
            if LineSink.string(text.utf8Span.span, limit: limit, to: &output) { cut.insert(field) }
        case .kept(let start, let count, let isCut):
            let bounds = Int(start)..<(Int(start) &+ Int(count))
            guard bounds.upperBound <= entry.kept.count else {
                LineSink.put("\"\"", to: &output)
                cut.insert(field)
                return
            }
            let isChanged = LineSink.string(entry.kept.span.extracting(bounds), limit: limit, to: &output)
            if isChanged || isCut { cut.insert(field) }
        }
    }

    private mutating func writeBody(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        guard entry.bodyBytes >= 0 else { return }
        LineSink.put(",\"body\":", to: &output)
        let start = output.count
        LineSink.member(",\"bytes\":", entry.bodyBytes, to: &output)
        text(",\"mac\":", entry.bodyMAC, .body, entry, to: &output)
        LineSink.close(start, in: &output)
    }

    private mutating func writeClient(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        guard let client = entry.client else { return }
        LineSink.put(",\"client\":", to: &output)
        let start = output.count
        text(",\"cert\":", client.certificate, .clientCertificate, entry, to: &output)
        text(",\"ip\":", client.ip, .clientIP, entry, to: &output)
        text(",\"peer\":", client.peer, .clientPeer, entry, to: &output)
        LineSink.member(",\"port\":", Int(client.port), to: &output)
        switch client.version {
        case .h1: LineSink.put(",\"proto\":\"h1\"", to: &output)
        case .h2: LineSink.put(",\"proto\":\"h2\"", to: &output)
        }
        text(",\"sni\":", client.sni, .clientSNI, entry, to: &output)
        switch client.tls {
        case .clear: LineSink.put(",\"tls\":\"\"", to: &output)
        case .tls12: LineSink.put(",\"tls\":\"1.2\"", to: &output)
        case .tls13: LineSink.put(",\"tls\":\"1.3\"", to: &output)
        }
        if !client.via.isEmpty { writeVia(client.via, entry, to: &output) }
        LineSink.close(start, in: &output)
    }

    private mutating func writeVia(
        _ via: [AuditText],
        _ entry: borrowing RequestEntry,
        to output: inout OutputSpan<UInt8>
    ) {
        if isLastResort {
            cut.insert(.clientVia)
            return
        }
        LineSink.put(",\"via\":", to: &output)
        let start = output.count
        for value in via {
            TextRules.put(UInt8(ascii: ","), to: &output)
            string(value, .clientVia, entry, to: &output)
        }
        if start < output.count { output[start] = UInt8(ascii: "[") }
        TextRules.put(UInt8(ascii: "]"), to: &output)
    }

    private mutating func writeDecision(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        switch entry.decision {
        case .allow: LineSink.put(",\"decision\":\"allow\"", to: &output)
        case .deny: LineSink.put(",\"decision\":\"deny\"", to: &output)
        case .duplicate: LineSink.put(",\"decision\":\"duplicate\"", to: &output)
        case .challenge: LineSink.put(",\"decision\":\"challenge\"", to: &output)
        case nil: break
        }
        if !entry.degraded.isEmpty {
            LineSink.put(",\"deg\":", to: &output)
            let start = output.count
            for word in entry.degraded { LineSink.member(",", word: word, to: &output) }
            if start < output.count { output[start] = UInt8(ascii: "[") }
            TextRules.put(UInt8(ascii: "]"), to: &output)
        }
        text(",\"detail\":", entry.detail, .detail, entry, to: &output)
    }

    private mutating func writeEvent(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        guard let event = entry.event else { return }
        LineSink.put(",\"event\":", to: &output)
        let start = output.count
        if event.attempt > 0 { LineSink.member(",\"attempt\":", event.attempt, to: &output) }
        text(",\"id\":", event.id, .eventID, entry, to: &output)
        if let timestamp = event.timestamp { LineSink.member(",\"ts\":", Int(timestamp), to: &output) }
        text(",\"type\":", event.type, .eventType, entry, to: &output)
        LineSink.close(start, in: &output)
    }

    private mutating func writeFields(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        if entry.fields.isEmpty { return }
        if isLastResort {
            cut.insert(.fields)
            return
        }
        LineSink.put(",\"fields\":", to: &output)
        let start = output.count
        for index in entry.fields.indices {
            if entry.fields[index].value.isAbsent { continue }
            TextRules.put(UInt8(ascii: ","), to: &output)
            // A pointer is a configured name: never cut, or two could become one.
            let pointer = entry.fields[index].pointer
            if LineSink.string(pointer.utf8Span.span, limit: 4096, to: &output) { cut.insert(.fields) }
            TextRules.put(UInt8(ascii: ":"), to: &output)
            string(entry.fields[index].value, .fields, entry, to: &output)
        }
        LineSink.close(start, in: &output)
    }

    private mutating func writeHTTP(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        guard let http = entry.http else { return }
        LineSink.put(",\"http\":", to: &output)
        let start = output.count
        text(",\"host\":", http.host, .httpHost, entry, to: &output)
        if http.length >= 0 { LineSink.member(",\"len\":", http.length, to: &output) }
        text(",\"method\":", http.method, .httpMethod, entry, to: &output)
        text(",\"path\":", http.path, .httpPath, entry, to: &output)
        text(",\"query\":", http.query, .httpQuery, entry, to: &output)
        text(",\"ua\":", http.userAgent, .httpUserAgent, entry, to: &output)
        LineSink.close(start, in: &output)
    }

    private func writeKind(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        switch entry.kind {
        case .admit: LineSink.put(",\"kind\":\"request.admit\"", to: &output)
        case .outcome: LineSink.put(",\"kind\":\"request.outcome\"", to: &output)
        case .deny: LineSink.put(",\"kind\":\"request.deny\"", to: &output)
        case .duplicate: LineSink.put(",\"kind\":\"request.duplicate\"", to: &output)
        case .challenge: LineSink.put(",\"kind\":\"request.challenge\"", to: &output)
        }
    }

    private mutating func writeSignature(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        guard let signature = entry.signature else { return }
        LineSink.put(",\"sig\":", to: &output)
        let start = output.count
        text(",\"alg\":", signature.algorithm, .signatureAlgorithm, entry, to: &output)
        if !signature.also.isEmpty { also(signature.also, entry, to: &output) }
        text(",\"key\":", signature.key, .signatureKey, entry, to: &output)
        if signature.presented >= 0 { LineSink.member(",\"n\":", signature.presented, to: &output) }
        text(",\"scheme\":", signature.scheme, .signatureScheme, entry, to: &output)
        if signature.isRetiring { LineSink.put(",\"state\":\"retiring\"", to: &output) }
        LineSink.close(start, in: &output)
    }

    /// Appends the further keys that fitted; left out where the line has to be short.
    private mutating func also(
        _ names: [String],
        _ entry: borrowing RequestEntry,
        to output: inout OutputSpan<UInt8>
    ) {
        if isLastResort {
            cut.insert(.signatureKey)
            return
        }
        LineSink.put(",\"also\":", to: &output)
        let start = output.count
        for name in names {
            TextRules.put(UInt8(ascii: ","), to: &output)
            string(.string(name), .signatureKey, entry, to: &output)
        }
        if start < output.count { output[start] = UInt8(ascii: "[") }
        TextRules.put(UInt8(ascii: "]"), to: &output)
    }

    private mutating func writeUpstream(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        guard let upstream = entry.upstream else { return }
        LineSink.put(",\"up\":", to: &output)
        let start = output.count
        text(",\"addr\":", upstream.address, .upstreamAddress, entry, to: &output)
        text(",\"err\":", upstream.error, .upstreamError, entry, to: &output)
        if upstream.milliseconds >= 0 { LineSink.member(",\"ms\":", upstream.milliseconds, to: &output) }
        text(",\"name\":", upstream.name, .upstreamName, entry, to: &output)
        switch upstream.state {
        case .done: LineSink.put(",\"state\":\"done\"", to: &output)
        case .failed: LineSink.put(",\"state\":\"failed\"", to: &output)
        case .unknown: LineSink.put(",\"state\":\"unknown\"", to: &output)
        }
        if upstream.status != 0 { LineSink.member(",\"status\":", upstream.status, to: &output) }
        LineSink.member(",\"try\":", upstream.attempt, to: &output)
        LineSink.close(start, in: &output)
    }

    private func writeDurations(_ entry: borrowing RequestEntry, to output: inout OutputSpan<UInt8>) {
        guard let durations = entry.durations else { return }
        LineSink.put(",\"us\":", to: &output)
        let start = output.count
        if durations.audit >= 0 { LineSink.member(",\"audit\":", durations.audit, to: &output) }
        if durations.claim >= 0 { LineSink.member(",\"claim\":", durations.claim, to: &output) }
        if durations.read >= 0 { LineSink.member(",\"read\":", durations.read, to: &output) }
        if durations.schema >= 0 { LineSink.member(",\"schema\":", durations.schema, to: &output) }
        if durations.total >= 0 { LineSink.member(",\"total\":", durations.total, to: &output) }
        if durations.verify >= 0 { LineSink.member(",\"verify\":", durations.verify, to: &output) }
        LineSink.close(start, in: &output)
    }
}
