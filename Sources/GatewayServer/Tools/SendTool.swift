import GatewayCrypto
import JSONSchema
import StrictJSON
package import WebhookVerification

/// Makes the requests of `postern send`: honest ones, and such that have to be refused for one chosen reason.
package struct SendTool {
    /// What is wrong with the request on purpose.
    package enum Fault: String, Sendable, CaseIterable {
        /// Signed with a key that nobody has.
        case sig
        /// Signed, but long ago.
        case time
        /// Signed, but not what the source's schema wants.
        case schema
        /// Sent twice.
        case replay
        /// Changed after it was signed.
        case body
        /// Sent from, or in the name of, an address that is not in the list.
        case address
    }

    private let choice: SchemeChoice
    private let key: SignatureSigner.Key
    private let source: Source?

    /// Signs with the scheme and the text of a secret, or a private key in PEM.
    package init(_ choice: SchemeChoice, secret: [UInt8]) throws(SchemeChoice.Fault) {
        self.choice = choice
        key = try SignTool.key(choice, secret: secret)
        source = nil
    }

    /// Signs as the sender of a configured source does, with the key `keyID` or the first one that is accepted.
    ///
    /// Sources that know only the sender's public key need `privateKey`, in PEM.
    package init(
        _ source: Source,
        keyID: String?,
        privateKey: [UInt8]?,
        now: Timestamp
    ) throws(SchemeChoice.Fault) {
        guard case .scheme(let scheme, let keys) = source.signature else {
            throw SchemeChoice.Fault("source '\(source.name)' takes unsigned deliveries")
        }
        choice = SchemeChoice(compiled: scheme)
        self.source = source
        if let privateKey {
            key = try SignTool.key(choice, secret: privateKey)
            return
        }
        let found =
            keyID.map { id in keys.first { $0.id.text == id } } ?? keys.first { $0.isAccepted(at: now, now: now) }
        guard let found else {
            throw SchemeChoice.Fault(
                "source '\(source.name)' has no \(keyID.map { "key '\($0)'" } ?? "key that is accepted now")"
            )
        }
        guard case .secret(let secret) = found.material else {
            throw SchemeChoice.Fault(
                "source '\(source.name)' has public keys: the private key is needed, --secret-file"
            )
        }
        key = .secret(secret)
    }

    /// Signs `request` as of `now`, with `fault` in it.
    package func prepare(
        _ request: inout ComposedRequest,
        fault: Fault?,
        now: Timestamp,
        eventID: String
    ) throws(SchemeChoice.Fault) {
        var time = now
        var signingKey = key
        switch fault {
        case .sig:
            guard case .secret = key else { return try takeOtherSignature(&request, now, eventID) }
            signingKey = try strangersKey()
        case .time: time = try longAgo(now, &request)
        case .schema: request.body = try foreignBody()
        case .body where !choice.scheme.covers.contains(.body):
            throw SchemeChoice.Fault("the signature of \(choice.scheme.scheme.name) does not cover the body")
        case .body, .replay, .address, nil: break
        }
        try sign(&request, with: signingKey, now: time, eventID)
        if fault == .body { request.body.append(UInt8(ascii: " ")) }
    }

    /// The request as it may be shown: for schemes whose proof is the secret itself, without it.
    package func withoutCredentials(_ request: ComposedRequest) -> ComposedRequest {
        switch choice.scheme.algorithm {
        case .token, .basic: break
        default: return request
        }
        var shown = request
        let names = choice.scheme.scheme.signature.from.map { String($0.drop { $0 != ":" }.dropFirst()).lowercased() }
        for index in shown.fields.indices
        where names.contains(shown.fields[index].name.lowercased())
            || shown.fields[index].name.lowercased() == "authorization"
        {
            shown.fields[index].value = Array("<secret>".utf8)
        }
        return shown
    }

    private func sign(
        _ request: inout ComposedRequest,
        with key: SignatureSigner.Key,
        now: Timestamp,
        _ eventID: String
    ) throws(SchemeChoice.Fault) {
        do throws(SignatureSchemeMistake) {
            try SignatureSigner(scheme: choice.scheme, key: key).sign(&request, now: now, eventID: eventID)
        } catch {
            throw SchemeChoice.Fault("\(error.field): \(error.text)")
        }
    }

    /// The signature of another body: what a stranger without the private key can have.
    private func takeOtherSignature(
        _ request: inout ComposedRequest,
        _ now: Timestamp,
        _ eventID: String
    ) throws(SchemeChoice.Fault) {
        let body = request.body
        request.body.append(UInt8(ascii: " "))
        try sign(&request, with: key, now: now, eventID)
        request.body = body
    }

    /// A secret that the receiver does not have; printable, because tokens stand in a header as they are.
    private func strangersKey() throws(SchemeChoice.Fault) -> SignatureSigner.Key {
        guard let random = try? RandomBytes.make(16) else { throw SchemeChoice.Fault("no random bytes to be had") }
        var text = Array((choice.scheme.algorithm == .basic ? "stranger:" : "").utf8)
        Hex.append(random.span, to: &text)
        return .secret(SecretBytes(consuming: &text))
    }

    /// A time before any window; put into the body where the source reads it there.
    private func longAgo(_ now: Timestamp, _ request: inout ComposedRequest) throws(SchemeChoice.Fault) -> Timestamp {
        let age = (source?.timestamp?.maxAge ?? choice.scheme.scheme.timestamp?.tolerance ?? 300) + 3600
        guard let time = Timestamp(seconds: now.seconds - age) else {
            throw SchemeChoice.Fault("the time is out of range")
        }
        if let rule = source?.timestamp, case .body(let pointer, let unit) = rule.place {
            guard let body = BodyEditor.set(pointer, to: SendTool.text(time, unit), in: request.body) else {
                throw SchemeChoice.Fault("the body is not JSON that \(pointer) can be added to")
            }
            request.body = body
            return now
        }
        let scheme = choice.scheme.scheme
        if scheme.timestamp == nil, scheme.jwt == nil, scheme.messageSignature == nil {
            throw SchemeChoice.Fault("\(scheme.name) signs no time")
        }
        return time
    }

    private static func text(_ time: Timestamp, _ unit: TimestampRule.Unit) -> [UInt8] {
        switch unit {
        case .seconds: Array(String(time.seconds).utf8)
        case .milliseconds: Array(String(time.microseconds / 1000).utf8)
        case .rfc3339: DateText.format(seconds: time.seconds)
        }
    }

    /// JSON that the source's schema refuses.
    private func foreignBody() throws(SchemeChoice.Fault) -> [UInt8] {
        guard let source else { throw SchemeChoice.Fault("a payload against the schema needs --source") }
        guard case .compiled(let schema) = source.payload.schema else {
            throw SchemeChoice.Fault("source '\(source.name)' has no schema")
        }
        for text in ["[]", "{}", "0", "\"text\"", "null", "{\"postern\":[{}]}"] {
            let bytes = Array(text.utf8)
            let document = JSONDocument()
            guard document.parse(bytes.span) == nil else { continue }
            if schema.validate(document, bytes.span, SchemaScratch()) == .invalid { return bytes }
        }
        throw SchemeChoice.Fault("the schema of source '\(source.name)' accepts everything that was tried")
    }
}
