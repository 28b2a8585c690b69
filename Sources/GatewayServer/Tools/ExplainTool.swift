package import GatewayConfig
import GatewayCrypto
import HTTPCodec
import NIOCore
package import WebhookVerification

/// Judges a captured request as the gateway would, check after check, and says of each what is wrong and what to do.
///
/// Unlike the gateway it does not stop at the first refusal. The replay check needs the memory of a running gateway; what
/// the audit log says of the same event is looked up instead.
package struct ExplainTool {
    private let configuration: GatewayConfiguration
    private let now: Timestamp
    private let peer: IPAddress?
    private let sources: [Source]

    /// Explains by `configuration`, as of `now`; `peer` is who sent the request, `nil` where that is not known.
    ///
    /// Throws where the keyring cannot be read.
    package init(_ configuration: GatewayConfiguration, now: Timestamp, peer: IPAddress?) throws(DeliveryFault) {
        self.configuration = configuration
        sources = try ConfiguredSources.load(configuration)
        self.now = now
        self.peer = peer
    }

    /// Explains one request; `raw` are the bytes of the capture, `nil` where there are none (a curl command).
    ///
    /// `forced` judges by the source of this name whatever the path is.
    package func explain(
        _ request: ComposedRequest,
        raw: [UInt8]?,
        as forced: String? = nil
    ) throws(DeliveryFault) -> Explanation {
        var explanation = Explanation()
        explanation.stages.append(framing(raw))
        let judged = try judge(request, as: forced)
        if let denial = judged.refusals.first(where: { $0.reason.rawValue.hasPrefix("route.") }) {
            explanation.stages.append(stage("route", .refused(denial), lines: routeLines(request)))
            explanation.finish(nil)
            return explanation
        }
        guard let index = judged.facts.source else { throw DeliveryFault("the request cannot be judged") }
        let source = sources[index]
        explanation.source = source.name
        let path = String(decoding: source.route.path, as: UTF8.self)
        explanation.stages.append(
            stage("route", .passed, lines: ["source '\(source.name)', path \(path)"])
        )
        explanation.stages.append(addressStage(judged, source))
        let handshake = HandshakeExplainer(source, request, now: now)
        let refusal = judged.refusals.first { acted($0, source) && !$0.reason.rawValue.hasPrefix("address.") }
        if let stage = handshake.stage(refusal, hasSignature: judged.facts.signature != nil) {
            explanation.stages.append(stage)
            if stage.mark != .notJudged {
                let status = handshake.status(refusal, hasSignature: judged.facts.signature != nil)
                explanation.finishHandshake(source, refusedWith: status)
                return explanation
            }
        }
        explanation.stages.append(plainStage("content", judged, source))
        explanation.stages += signatureStages(request, judged, source)
        explanation.stages.append(plainStage("payload", judged, source))
        explanation.stages.append(replayStage(judged, source))
        explanation.finish(source)
        return explanation
    }

    /// Explains the signature of a request alone, by a scheme and the texts of its secrets.
    package static func explain(
        _ request: ComposedRequest,
        _ choice: SchemeChoice,
        secrets: [[UInt8]],
        now: Timestamp
    ) throws(SchemeChoice.Fault) -> Explanation {
        let keys = try VerifyTool.keys(choice, secrets: secrets)
        let source = DiagnosedSource(name: choice.scheme.scheme.name, scheme: choice.scheme, keys: keys)
        let result = SignatureDiagnosis(source, window: DiagnosisWindow(choice.scheme.scheme)).run(request, now: now)
        var signature = Explanation.Stage(
            name: "signature",
            mark: .passed,
            lines: Explanation.content(request, choice.scheme)
        )
        var time = Explanation.Stage(name: "timestamp", mark: .passed, lines: [])
        if let match = result.match { signature.lines.insert("key '\(match.keyID)' fits", at: 0) }
        if let signed = result.match?.timestamp {
            time.lines = ["signed at \(signed.seconds), judged at \(now.seconds)"]
        }
        if let denial = result.denial {
            let isTime = denial.reason.rawValue.hasPrefix("timestamp.")
            if isTime {
                time.mark = .refused(denial)
                time.findings = result.findings
            } else {
                signature.mark = .refused(denial)
                signature.findings = result.findings
                time.mark = .notJudged
            }
        }
        var explanation = Explanation()
        explanation.stages = [signature, time]
        explanation.finish(nil)
        return explanation
    }

    // MARK: - Judging

    /// What all checks said, none of them having stopped the others.
    private struct Judged {
        var facts = DeliveryFacts()
        var refusals: [Denial] = []
        var replayKey: ReplayKey?
        var isComplete = false

        func refusal(_ prefixes: [String]) -> Denial? {
            refusals.first { denial in prefixes.contains { denial.reason.rawValue.hasPrefix($0) } }
        }
    }

    private func judge(_ request: ComposedRequest, as forced: String?) throws(DeliveryFault) -> Judged {
        let verifier: DeliveryVerifier
        do {
            let sources = sources.map { $0.watching(path: $0.name == forced ? path(of: request) : nil) }
            let table = RouteTable(sources: sources, reachableFrom: .any)
            verifier = try DeliveryVerifier(table: table, replaySecret: try replaySecret())
        } catch {
            throw DeliveryFault("a key of the configuration cannot be used: \(error)")
        }
        let (bytes, head) = request.makeHead()
        var judged = Judged()
        let inspected: InspectedDelivery
        switch verifier.inspect(
            head,
            bytes: bytes.span,
            announced: request.body.count,
            body: .complete,
            context: context,
            facts: &judged.facts
        ) {
        case .failure(let denial):
            judged.refusals = judged.facts.shadowed + [denial]
            return judged
        case .success(let passed): inspected = passed
        }
        let body = ReceivedBody(buffer: ByteBuffer(bytes: request.body))
        let result = verifier.verify(
            Delivery(body: body, inspected: inspected),
            head: head,
            headBytes: bytes.span,
            now: now,
            facts: &judged.facts
        )
        judged.refusals = judged.facts.shadowed
        switch result {
        case .failure(let denial): judged.refusals.append(denial)
        case .success(let valid):
            judged.isComplete = true
            judged.replayKey = valid.replay?.key
        }
        return judged
    }

    private func path(of request: ComposedRequest) -> [UInt8] {
        Array(request.target.utf8.prefix { $0 != UInt8(ascii: "?") })
    }

    private var context: DeliveryContext {
        let listener = configuration.listeners.first
        return DeliveryContext(
            peer: peer,
            resolver: ClientAddressResolver(
                trustedProxies: listener?.trustedProxies ?? IPNetworkSet.union([]),
                elementsMax: configuration.limits.forwardedElements,
                bytesMax: configuration.limits.forwardedBytes
            ),
            transport: listener?.tls == nil ? .clear : .tls,
            now: now
        )
    }

    /// The secret of the replay keys where it can be read: with it the log's entries of the same event are found.
    private func replaySecret() throws -> SecretBytes {
        if let secret = OwnKeys.existingReplaySecret(configuration) { return secret }
        if let secret = StateFiles.existingReplaySecret(in: configuration.audit.directory) { return secret }
        return try RandomBytes.makeSecret(32)
    }

    // MARK: - Stages

    private func stage(_ name: String, _ mark: Explanation.Mark, lines: [String] = []) -> Explanation.Stage {
        Explanation.Stage(name: name, mark: mark, lines: lines)
    }

    private func framing(_ raw: [UInt8]?) -> Explanation.Stage {
        guard let raw else { return stage("framing", .passed, lines: ["made by curl"]) }
        var lines: [String] = []
        var bytes = raw
        if let end = CapturedRequest.headEnd(raw), !raw[..<end].contains(0x0D) {
            lines.append("lines end in LF, as an editor leaves them: judged as if CR and LF stood there")
            bytes = raw[..<end].flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } + raw[end...]
        }
        var parser = RequestHeadParser(limits: ConnectionLimits(configuration.limits).http)
        var buffer = ByteBuffer(bytes: bytes)
        var head = RequestHead()
        switch parser.parse(&buffer, into: &head) {
        case .refused(let refusal)
        where refusal == .lengthRequired && CapturedRequest.headEnd(raw).map({ $0 < raw.count }) == true:
            // Without a length there is no body on the wire: the capture lost it.
            return stage(
                "framing",
                .passed,
                lines: lines + ["the capture has a body and no Content-Length: taken as sent"]
            )
        case .refused(let refusal):
            return stage(
                "framing",
                .refused(Denial(DenialReason(codec: refusal.reason), "\(refusal.detail)")),
                lines: lines
            )
        case .needMoreBytes, .head: return stage("framing", .passed, lines: lines)
        }
    }

    private func routeLines(_ request: ComposedRequest) -> [String] {
        let path = String(decoding: path(of: request), as: UTF8.self)
        var lines: [String] = []
        for source in sources {
            let own = String(decoding: source.route.path, as: UTF8.self)
            if own + "/" == path || own == path + "/" {
                lines.append("source '\(source.name)' differs only in the last slash")
            }
            if own != path, own.lowercased() == path.lowercased() {
                lines.append("source '\(source.name)' differs only in capitals")
            }
        }
        let paths = sources.prefix(8).map { String(decoding: $0.route.path, as: UTF8.self) }
        return lines + ["configured are " + paths.joined(separator: ", ")]
    }

    private func addressStage(_ judged: Judged, _ source: Source) -> Explanation.Stage {
        if peer == nil {
            if case .any = source.allow { return stage("address", .passed, lines: ["any address may deliver"]) }
            return stage("address", .notJudged, lines: ["the sender's address is not known: --from ADDRESS judges it"])
        }
        let words = judged.facts.client.map { ["client \($0.text)"] } ?? []
        return plainStage("address", judged, source, lines: words)
    }

    private func plainStage(
        _ name: String,
        _ judged: Judged,
        _ source: Source,
        lines: [String] = []
    ) -> Explanation.Stage {
        let prefixes = name == "content" ? ["content.", "size."] : [name + "."]
        guard let denial = judged.refusal(prefixes) else {
            let isReached = name != "payload" || judged.isComplete
            return stage(name, isReached ? .passed : .notJudged, lines: lines)
        }
        return stage(name, mark(denial, source), lines: lines)
    }

    private func mark(_ denial: Denial, _ source: Source) -> Explanation.Mark {
        acted(denial, source) ? .refused(denial) : .watched(denial)
    }

    /// Whether the source acts on a refusal, which it does not in shadow.
    private func acted(_ denial: Denial, _ source: Source) -> Bool {
        let name = denial.reason.rawValue.prefix { $0 != "." }
        return !source.shadow.contains { $0.name.description == name }
    }

    private func signatureStages(
        _ request: ComposedRequest,
        _ judged: Judged,
        _ source: Source
    ) -> [Explanation.Stage] {
        guard let own = DiagnosedSource(source) else {
            return [stage("signature", .passed, lines: ["nothing is signed, by configuration"])]
        }
        let others = sources.filter { $0.index != source.index }.compactMap { DiagnosedSource($0) }
        let result = SignatureDiagnosis(own, others: others, window: DiagnosisWindow(source)).run(request, now: now)
        var signature = stage("signature", .passed, lines: Explanation.content(request, own.scheme))
        var time = stage("timestamp", .passed)
        let timeDenial = judged.refusal(["timestamp."])
        if let denial = judged.refusal(["signature."]) {
            signature.mark = mark(denial, source)
            signature.findings = result.findings
            time.mark = .notJudged
        } else if let denial = timeDenial {
            time.mark = mark(denial, source)
            time.findings = result.findings
            if let rule = source.timestamp, case .body = rule.place {
                time.findings = BodyTimeDiagnosis.findings(request.body, rule: rule, now: now)
            }
            if judged.facts.signature == nil { signature.mark = .notJudged }
        } else if source.timestamp == nil {
            time.lines.append("no time is signed")
        }
        if let match = judged.facts.signature { signature.lines.insert("key '\(match.keyID)' fits", at: 0) }
        if let signed = judged.facts.timestamp {
            time.lines.append("signed at \(signed.seconds), judged at \(now.seconds)")
        }
        return [signature, time]
    }

    private func replayStage(_ judged: Judged, _ source: Source) -> Explanation.Stage {
        guard case .on(let rule) = source.replay else {
            return stage("replay", .passed, lines: ["off, by configuration"])
        }
        guard let key = judged.replayKey, judged.refusals.isEmpty else { return stage("replay", .notJudged) }
        var text: [UInt8] = []
        key.appendText(to: &text)
        let lookup = AuditLookup(directory: configuration.audit.directory, node: configuration.audit.node)
        guard let entries = try? lookup.entries("rk", String(decoding: text, as: UTF8.self)) else {
            return stage("replay", .notJudged, lines: ["the audit log cannot be read here"])
        }
        guard let done = entries.last(where: { $0.text("up.state") == "done" }) else {
            return stage("replay", .passed, lines: ["the audit log has no finished delivery of this event"])
        }
        let words = "delivered before: request \(done.text("rid") ?? "") at \(done.text("ts") ?? "")"
        let reason: DenialReason = rule.retryForm == .identical ? .replayDuplicate : .replayExact
        return stage(
            "replay",
            mark(Denial(reason, "a finished delivery of this event is in the audit log"), source),
            lines: [words]
        )
    }
}

extension Source {
    /// The same source with every check in shadow, at another path where one is given.
    fileprivate func watching(path: [UInt8]?) -> Source {
        Source(
            name: name,
            index: index,
            route: path.map { Route(host: nil, path: $0) } ?? route,
            allow: allow,
            content: content,
            signature: signature,
            timestamp: timestamp,
            replay: replay,
            payload: payload,
            forward: forward,
            audit: audit,
            responses: responses,
            statusOverrides: statusOverrides,
            shadow: Set(CheckID.allCases),
            rate: rate,
            challenge: challenge
        )
    }
}
