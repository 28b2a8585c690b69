package import GatewayCrypto
import JSONSchema
import StrictJSON

/// The ordered list of checks.
///
/// Start reading here.
///
/// 1 route → 2 client address → 3 content → 4 signature → 5 timestamp → 6 payload → 7 replay
///
/// `inspect` runs what needs no body, `verify` what needs it; `ReplayCheck` judges the store's answer. A check that
/// refuses ends the list, unless the source has it in shadow. Pure and synchronous: bytes, a time and keys go in, a
/// verdict comes out. One instance per event loop and configuration snapshot; it reuses its memory.
package final class DeliveryVerifier {
    /// The sources, in the order of the configuration.
    package let table: RouteTable
    /// The keyed contexts of each source, `nil` for a source without signatures.
    private let signatures: [SignatureVerifier?]
    private let replayKeys: ReplayKeyMaker
    /// A monotonic clock in nanoseconds, to time schemas with; `nil` where nobody asks.
    private let clock: (@Sendable () -> Int64)?
    private let payload = PayloadCheck(document: JSONDocument(), scratch: SchemaScratch())

    /// Prepares the keyed contexts of every source for one event loop.
    ///
    /// - Throws: where OpenSSL refuses a key or has no such algorithm.
    package init(
        table: RouteTable,
        replaySecret: SecretBytes,
        clock: (@Sendable () -> Int64)? = nil
    ) throws(CryptoFault) {
        self.table = table
        self.clock = clock
        replayKeys = try ReplayKeyMaker(secret: replaySecret)
        var signatures: [SignatureVerifier?] = []
        for source in table.sources {
            switch source.signature {
            case .none: signatures.append(nil)
            case .scheme(let scheme, let keys): signatures.append(try SignatureVerifier(scheme: scheme, keys: keys))
            }
        }
        self.signatures = signatures
    }

    /// Checks 1 to 3 and the shape of the signature: all that can be judged before the body is read.
    ///
    /// `announced` is the Content-Length, `nil` for a chunked body; `body` says whether the whole body is there already or
    /// comes in pieces through `update`. `facts` are filled as far as the checks got, also on refusal.
    package func inspect(
        _ head: DeliveryHead,
        bytes: Span<UInt8>,
        announced: Int?,
        body: SignatureVerifier.BodyState,
        context: borrowing DeliveryContext,
        facts: inout DeliveryFacts
    ) -> Result<InspectedDelivery, Denial> {
        // Who is in no source's list learns nothing of the routes.
        switch ClientAddressCheck.resolve(head, bytes: bytes, context: context) {
        case .failure(let denial): return refuse(denial, .address, &facts)
        case .success(let address): facts.client = address
        }
        if let denial = ClientAddressCheck.evaluate(facts.client, list: table.reachableFrom) {
            return refuse(denial, .address, &facts)
        }

        let index: Int
        switch RouteCheck.evaluate(head, bytes: bytes, table: table, transport: context.transport) {
        case .failure(let denial): return refuse(denial, .route, &facts)
        case .success(let found): index = found
        }
        facts.source = index
        facts.trace[.route] = .passed
        let source = table.sources[index]

        if let denial = enforce(
            ClientAddressCheck.evaluate(facts.client, list: source.allow),
            .address,
            source,
            &facts
        ) {
            return .failure(denial)
        }
        if let denial = enforce(
            ContentCheck.evaluate(head, bytes: bytes, rules: source.content),
            .content,
            source,
            &facts
        ) {
            return .failure(denial)
        }
        if let denial = ContentCheck.size(announced, rules: source.content) { return refuse(denial, .content, &facts) }
        switch SignatureCheck.begin(signatures[index], head: head, bytes: bytes, body: body, now: context.now) {
        case .success(let attempt): return .success(InspectedDelivery(source: index, attempt: attempt))
        case .failure(let denial):
            if let denial = enforce(denial, DeliveryVerifier.check(of: denial), source, &facts) {
                return .failure(denial)
            }
            return .success(InspectedDelivery(source: index, attempt: nil))
        }
    }

    /// Feeds body bytes to the MAC while they arrive; every byte of the body exactly once, in order.
    package func update(_ inspected: inout InspectedDelivery, with chunk: Span<UInt8>) {
        guard let verifier = signatures[inspected.source] else { return }
        guard var attempt = inspected.attempt else { return }
        verifier.update(&attempt, chunk)
        inspected.attempt = attempt
    }

    /// Checks 4 to 6 on the complete body, and the question to the replay store.
    package func verify(
        _ delivery: Delivery,
        head: DeliveryHead,
        headBytes: Span<UInt8>,
        now: Timestamp,
        facts: inout DeliveryFacts
    ) -> Result<ValidDelivery, Denial> {
        var result = Result<ValidDelivery, Denial>.failure(Denial(.signatureMissing, "the body was not read"))
        delivery.body.withBytes { bytes in
            result = judge(delivery, bytes, head: head, headBytes: headBytes, now: now, facts: &facts)
        }
        return result
    }

    private func judge(
        _ delivery: Delivery,
        _ bytes: Span<UInt8>,
        head: DeliveryHead,
        headBytes: Span<UInt8>,
        now: Timestamp,
        facts: inout DeliveryFacts
    ) -> Result<ValidDelivery, Denial> {
        let source = table.sources[delivery.inspected.source]

        let authentic: AuthenticDelivery
        switch SignatureCheck.evaluate(
            delivery,
            verifier: signatures[source.index],
            head: head,
            headBytes: headBytes,
            bodyBytes: bytes,
            now: now
        ) {
        case .success(let passed): authentic = passed
        case .failure(let denial):
            if let denial = enforce(denial, DeliveryVerifier.check(of: denial), source, &facts) {
                return .failure(denial)
            }
            authentic = SignatureCheck.pass(delivery)
        }
        facts.signature = authentic.match
        if source.payload.eventID == nil {
            facts.noteEventID(authentic.match, source.payload.eventIDHeader, head: head, headBytes: headBytes)
        }
        let isChecked = signatures[source.index] != nil
        facts.trace[.signature] = isChecked ? .passed : .notConfigured

        // With the signature in shadow and none that holds there is no signed time to judge.
        let isJudgeable = authentic.match != nil || !isChecked
        if isJudgeable, let denial = judgeHeaderTimestamp(authentic.match?.timestamp, source, now, &facts) {
            return .failure(denial)
        }
        switch judgePayload(source, bytes, head: head, headBytes: headBytes, now: now, facts: &facts) {
        case .failure(let denial): return .failure(denial)
        case .success(let upstream):
            switch replayRequest(source, authentic.match, headBytes, bytes) {
            case .failure(let denial): return refuse(denial, .replay, &facts)
            case .success(let request): return .success(payload.pass(authentic, upstream: upstream, replay: request))
            }
        }
    }

    private func judgeHeaderTimestamp(
        _ timestamp: Timestamp?,
        _ source: Source,
        _ now: Timestamp,
        _ facts: inout DeliveryFacts
    ) -> Denial? {
        guard let rule = source.timestamp else {
            facts.trace[.timestamp] = .notConfigured
            return nil
        }
        guard case .scheme = rule.place else { return nil }
        facts.timestamp = timestamp
        return enforce(TimestampCheck.evaluate(timestamp, rule: rule, now: now), .timestamp, source, &facts)
    }

    /// Strict JSON, the timestamp in the body where there is one, schema, upstream, event allow-list.
    private func judgePayload(
        _ source: Source,
        _ bytes: Span<UInt8>,
        head: DeliveryHead,
        headBytes: Span<UInt8>,
        now: Timestamp,
        facts: inout DeliveryFacts
    ) -> Result<Int, Denial> {
        let rules = source.payload
        let fault = payload.parse(bytes, rules: rules)
        if let denial = enforce(fault, .payload, source, &facts) { return .failure(denial) }
        let isParsed = if case .json = rules.form { fault == nil } else { false }
        if isParsed {
            if let denial = judgeBodyTimestamp(source, bytes, now, &facts) { return .failure(denial) }
            payload.describe(rules, head: head, headBytes: headBytes, bytes: bytes, into: &facts)
            record(source.audit, bytes, &facts)
            if case .compiled(let schema) = rules.schema,
                let denial = enforce(judgeSchema(schema, bytes, now, &facts), .payload, source, &facts)
            {
                return .failure(denial)
            }
        }
        let choice: ForwardChoice
        switch payload.route(source.forward, bytes: bytes, isParsed: isParsed) {
        case .failure(let denial): return refuse(denial, .payload, &facts)
        case .success(let found): choice = found
        }
        if isParsed, let schema = choice.schema,
            let denial = enforce(judgeSchema(schema, bytes, now, &facts), .payload, source, &facts)
        {
            return .failure(denial)
        }
        if !rules.allowedEvents.isEmpty {
            let isAllowed = rules.allowedEvents.contains { $0.matches(facts.eventType) }
            let denial = isAllowed ? nil : Denial(.payloadEventNotAllowed, "the event is not in the allow list")
            if let denial = enforce(denial, .payload, source, &facts) { return .failure(denial) }
        }
        if case .opaque = rules.form, rules.allowedEvents.isEmpty { facts.trace[.payload] = .notConfigured }
        return .success(choice.upstream)
    }

    /// Holds the payload against a schema and counts what comes of it.
    ///
    /// The deliveries of one microsecond in sixteen are timed: reading the clock twice costs a tenth of a small
    /// validation.
    private func judgeSchema(
        _ schema: CompiledSchema,
        _ bytes: Span<UInt8>,
        _ now: Timestamp,
        _ facts: inout DeliveryFacts
    ) -> Denial? {
        let timer = now.microseconds & 15 == 0 ? clock : nil
        let start = timer.map { $0() }
        let denial = payload.evaluate(schema, bytes: bytes)
        if let timer, let start { facts.schema.nanoseconds &+= max(1, UInt32(clamping: timer() &- start)) }
        if denial != nil { facts.schema.refusals &+= 1 }
        return denial
    }

    private func judgeBodyTimestamp(
        _ source: Source,
        _ bytes: Span<UInt8>,
        _ now: Timestamp,
        _ facts: inout DeliveryFacts
    ) -> Denial? {
        guard let rule = source.timestamp, case .body(let pointer, let unit) = rule.place else { return nil }
        var denial: Denial?
        if let node = payload.document.find(pointer, in: bytes) {
            var text: [UInt8] = []
            payload.document.appendScalar(node, in: bytes, to: &text)
            if let timestamp = TimestampText.parse(text.span, unit: unit) {
                facts.timestamp = timestamp
                denial = TimestampCheck.evaluate(timestamp, rule: rule, now: now)
            } else {
                denial = Denial(.timestampMalformed, "the body's timestamp is not of the configured form")
            }
        } else {
            denial = TimestampCheck.evaluate(nil, rule: rule, now: now)
        }
        return enforce(denial, .timestamp, source, &facts)
    }

    private func record(_ rules: AuditFieldRules, _ bytes: Span<UInt8>, _ facts: inout DeliveryFacts) {
        for (index, field) in rules.fields.enumerated() {
            guard let node = payload.document.find(field.pointer, in: bytes) else { continue }
            // A list or an object has no value that a MAC could stand for.
            if field.form != .plain, !payload.document.isScalar(node) { continue }
            var value: [UInt8] = []
            payload.document.appendScalar(node, in: bytes, to: &value)
            facts.fields.append((index, value))
        }
    }

    /// The question to the replay store, from signed material only.
    private func replayRequest(
        _ source: Source,
        _ match: SignatureMatch?,
        _ headBytes: Span<UInt8>,
        _ bytes: Span<UInt8>
    ) -> Result<ReplayRequest?, Denial> {
        guard case .on(let rule) = source.replay else { return .success(nil) }
        var id: [UInt8] = []
        switch rule.key {
        case .content: break
        case .signedID:
            switch match?.eventID {
            case .head(let range): for index in range.bounds { id.append(headBytes[index]) }
            case .value(let value): id = value
            case .some(.none), nil: break
            }
        case .body(let pointer):
            if let node = payload.document.find(pointer, in: bytes) {
                payload.document.appendScalar(node, in: bytes, to: &id)
            }
        }
        let content = match?.contentDigest ?? SHA256.hash(bytes)
        // A source whose deliveries should carry an id and one that does not: its content names it as well.
        var request: ReplayRequest? =
            if id.isEmpty {
                replayKeys.contentRequest(source: source.name, content: content, ttl: rule.ttl)
            } else {
                replayKeys.idRequest(
                    source: source.name,
                    id: id.span,
                    body: match?.contentIsBody == true ? content : SHA256.hash(bytes),
                    content: content,
                    ttl: rule.ttl
                )
            }
        request?.holdsUnknown = rule.holdsUnknown
        guard let request else { return .failure(Denial(.replayStoreUnavailable, "the replay key cannot be made")) }
        return .success(request)
    }

    /// Applies a check's answer: passes, refuses, or in shadow notes the refusal and passes.
    private func enforce(
        _ denial: Denial?,
        _ check: CheckID,
        _ source: Source,
        _ facts: inout DeliveryFacts
    ) -> Denial? {
        guard let denial else {
            if facts.trace[check] == .absent { facts.trace[check] = .passed }
            return nil
        }
        if source.shadow.contains(check) {
            facts.trace[check] = .passed
            facts.trace.markShadowed(check)
            facts.shadowed.append(denial)
            return nil
        }
        facts.trace[check] = .failed
        return denial
    }

    private func refuse<Value>(
        _ denial: Denial,
        _ check: CheckID,
        _ facts: inout DeliveryFacts
    ) -> Result<Value, Denial> {
        facts.trace[check] = .failed
        return .failure(denial)
    }

    /// The signature engine also reads timestamps: their refusals belong to the timestamp check.
    private static func check(of denial: Denial) -> CheckID {
        switch denial.reason {
        case .timestampMissing, .timestampMalformed, .timestampStale, .timestampFuture: .timestamp
        default: .signature
        }
    }
}
