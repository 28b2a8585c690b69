package import GatewayCrypto
import StrictJSON

/// Makes valid requests of a scheme: for `postern sign`, the demo, benchmarks and tests.
///
/// Works for every scheme whose signature stands in a header, in the query or in a body of JSON or a form. What the scheme
/// signs and the request does not have yet (timestamp, id, fixed headers, members of the body) is added.
package struct SignatureSigner: Sendable {
    /// What signs.
    package enum Key: Sendable {
        case secret(SecretBytes)
        case privateKey(PrivateKey)
    }

    private let scheme: CompiledSignatureScheme
    private let key: Key

    /// A signer for one scheme and key.
    package init(scheme: CompiledSignatureScheme, key: Key) {
        self.scheme = scheme
        self.key = key
    }

    /// Adds to `request` what makes it valid at `now`; `eventID` goes where the scheme signs an id.
    ///
    /// Throws where the body cannot take what has to stand in it, or where key and algorithm do not fit.
    package func sign(
        _ request: inout ComposedRequest,
        now: Timestamp,
        eventID: String = "evt_1"
    ) throws(SignatureSchemeMistake) {
        switch scheme.algorithm {
        case .token, .basic: try addCredentials(to: &request)
        case .hmac, .digest, .signature: try addSignature(to: &request, now: now, eventID: eventID)
        case .jwt: try TokenSigner(scheme: scheme, key: key).sign(&request, now: now, eventID: eventID)
        case .httpMessageSignatures:
            try MessageSignatureSigner(scheme: scheme, key: key).sign(&request, now: now, nonce: eventID)
        case .detachedJWS, .snsMessage:
            try OwnFormSigner(scheme: scheme, key: key).sign(&request, now: now, eventID: eventID)
        }
    }

    private func addCredentials(to request: inout ComposedRequest) throws(SignatureSchemeMistake) {
        guard case .secret(let secret) = key else { throw SignatureSchemeMistake("key", "a secret is expected") }
        var value = SignatureSigner.prefix(scheme.grammar)
        secret.withBytes { bytes in
            if scheme.algorithm == .basic { Base64.append(bytes, to: &value) } else { value.appendBytes(bytes) }
        }
        try place(value, in: &request)
    }

    private func addSignature(
        to request: inout ComposedRequest,
        now: Timestamp,
        eventID: String
    ) throws(SignatureSchemeMistake) {
        try addHeaders(to: &request, now: now, eventID: eventID)
        try addBodyValues(to: &request, now: now, eventID: eventID)
        var trial = request
        let blank = [UInt8](repeating: 0, count: 32)
        try place(signatureText(blank, now: now, eventID: eventID), in: &trial)
        let content = try content(of: trial)
        try place(signatureText(proof(content), now: now, eventID: eventID), in: &request)
        try addSignaturesOfItems(to: &request, now: now, eventID: eventID)
    }

    /// The signatures of the items behind the first, for bodies in which every item has its own.
    private func addSignaturesOfItems(
        to request: inout ComposedRequest,
        now: Timestamp,
        eventID: String
    ) throws(SignatureSchemeMistake) {
        guard let each = scheme.each, case .json(let first)? = scheme.places.first else { return }
        var counter = RequestReader()
        let count = counter.itemCount(each, request.body.span)
        guard count > 1 else { return }
        for item in 1..<count {
            let place = first.moved(to: item, of: each)
            let blank = signatureText([UInt8](repeating: 0, count: 32), now: now, eventID: eventID)
            var trial = request
            trial.body = BodyEditor.set(place, to: blank, in: request.body) ?? request.body
            let text = try signatureText(proof(content(of: trial, item: item)), now: now, eventID: eventID)
            guard let body = BodyEditor.set(place, to: text, in: request.body) else {
                throw SignatureSchemeMistake("signature.from", "the body is not JSON that \(place) can be added to")
            }
            request.body = body
        }
    }

    // MARK: - What stands around the signature

    private func addHeaders(
        to request: inout ComposedRequest,
        now: Timestamp,
        eventID: String
    ) throws(SignatureSchemeMistake) {
        if case .header(let name) = scheme.timestamp?.source, !request.hasField(name) {
            request.fields.append((name.text, timestampText(now)))
        }
        try addRequired(to: &request)
        for part in scheme.parts where !part.isOptional && part.condition == nil {
            guard case .value(.header(let name)) = part.origin, !request.hasField(name) else { continue }
            request.fields.append((name.text, Array(eventID.utf8)))
        }
        if let rule = scheme.signedHeaders, case .header(let list) = rule.list, !request.hasField(list) {
            var names = [list.text]
            if case .header(let name) = scheme.timestamp?.source { names.append(name.text) }
            let separator = String(decoding: [rule.separator], as: UTF8.self)
            request.fields.append((list.text, Array(names.joined(separator: separator).utf8)))
        }
    }

    /// Values that the scheme fixes, for example a version in a header or the body's hash in the query.
    private func addRequired(to request: inout ComposedRequest) throws(SignatureSchemeMistake) {
        for requirement in scheme.requirements {
            guard case .value(let source) = requirement.left.first?.origin, requirement.left.count == 1 else {
                continue
            }
            let value: [UInt8]
            switch request.content(requirement.right, scheme) {
            case .success(let bytes): value = bytes
            case .failure(let denial): throw mistake(denial)
            }
            switch source {
            case .header(let name) where !request.hasField(name): request.fields.append((name.text, value))
            case .query(let name) where !SignatureSigner.hasParameter(name, SignatureSigner.query(request)):
                addParameter(name, value, to: &request)
            case .header, .query, .numberedHeader, .form, .json, .signatureField, .config, .claim: continue
            }
        }
    }

    private static func query(_ request: ComposedRequest) -> [UInt8] {
        Array(request.target.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst())
    }

    private func addParameter(_ name: [UInt8], _ value: [UInt8], to request: inout ComposedRequest) {
        let separator = request.target.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        let pair = String(decoding: name, as: UTF8.self) + "=" + SignatureSigner.escaped(value)
        request.target += separator + pair
    }

    /// Members and parameters of the body, and parameters of the query, that the scheme signs and nobody has set.
    private func addBodyValues(
        to request: inout ComposedRequest,
        now: Timestamp,
        eventID: String
    ) throws(SignatureSchemeMistake) {
        var sources: [ValueSource] = scheme.timestamp.map { [$0.source] } ?? []
        for part in scheme.parts where !part.isOptional && part.condition == nil {
            if case .value(let source) = part.origin, !sources.contains(source) { sources.append(source) }
        }
        for source in sources {
            let value = source == scheme.timestamp?.source ? timestampText(now) : Array(eventID.utf8)
            switch source {
            case .json(let pointer) where !BodyEditor.has(pointer, in: request.body):
                guard let body = BodyEditor.set(pointer, to: value, in: request.body) else {
                    throw SignatureSchemeMistake("content", "the body is not JSON that \(pointer) can be added to")
                }
                request.body = body
            case .form(let name) where !SignatureSigner.hasParameter(name, request.body):
                BodyEditor.addParameter(name, value, to: &request.body)
            case .json, .form, .header, .numberedHeader, .query, .signatureField, .config, .claim: continue
            }
        }
    }

    private static func hasParameter(_ name: [UInt8], _ form: [UInt8]) -> Bool {
        var value: [UInt8] = []
        return FormReader.find(name, in: form.span, appendingTo: &value) != .absent
    }

    private func timestampText(_ now: Timestamp) -> [UInt8] {
        switch scheme.timestamp?.grammar {
        case .milliseconds: Array(String(now.microseconds / 1000).utf8)
        case .rfc3339, .rfc3339UTC: DateText.format(seconds: now.seconds)
        case .seconds, .auto, nil: Array(String(now.seconds).utf8)
        }
    }

    /// The value of the signature's header around `proof`.
    private func signatureText(_ proof: [UInt8], now: Timestamp, eventID: String) -> [UInt8] {
        var text: [UInt8] = []
        switch scheme.grammar {
        case .whole: text = SignatureSigner.prefix(scheme.grammar)
        case .list: break
        case .positional(let separator, _): text = timestampText(now) + [separator]
        case .pairs(let item, let pair, let field):
            for name in fieldNames {
                let isTime = scheme.timestamp?.source == .signatureField(name)
                let value = isTime ? timestampText(now) : Array(fieldValue(name, eventID).utf8)
                text += name + [pair] + value + [item]
            }
            text += field + [pair]
        case .base64JSON: break
        }
        scheme.encoding.append(proof.span, to: &text)
        if case .base64JSON(let pointer) = scheme.grammar {
            let member = pointer.tokens.last.map { String(decoding: $0.name, as: UTF8.self) } ?? "signature"
            let json = "{\"kid\":\"\(eventID)\",\"\(member)\":\"" + String(decoding: text, as: UTF8.self) + "\"}"
            text = Array(Base64.encode(Array(json.utf8).span).utf8)
        }
        return text
    }

    /// The names of the fields that stand beside the signature, each once.
    private var fieldNames: [[UInt8]] {
        var names: [[UInt8]] = []
        let sources = scheme.parts.map(\.origin) + [scheme.timestamp.map { .value($0.source) } ?? .body]
        for origin in sources {
            if case .value(.signatureField(let name)) = origin, !names.contains(name) { names.append(name) }
        }
        if case .signatureField(let name) = scheme.signedHeaders?.list, !names.contains(name) { names.append(name) }
        return names
    }

    private func fieldValue(_ name: [UInt8], _ eventID: String) -> String {
        scheme.signedHeaders?.list == .signatureField(name) ? "" : eventID
    }

    private static func prefix(_ grammar: SignatureGrammar) -> [UInt8] {
        if case .whole(let prefixes) = grammar { return prefixes.first ?? [] }
        return []
    }

    private func place(_ value: [UInt8], in request: inout ComposedRequest) throws(SignatureSchemeMistake) {
        switch scheme.places.first {
        case .header(let name): request.fields.append((name.text, value))
        case .numberedHeader(let prefix, _): request.fields.append((prefix.text + "1", value))
        case .query(let name): addParameter(name, value, to: &request)
        case .form(let name): BodyEditor.addParameter(name, value, to: &request.body)
        case .json(let pointer):
            guard let body = BodyEditor.set(pointer, to: value, in: request.body) else {
                throw SignatureSchemeMistake("signature.from", "the body is not JSON that \(pointer) can be added to")
            }
            request.body = body
        case .signatureField, .config, .claim, nil:
            throw SignatureSchemeMistake("signature.from", "there is no place for a signature")
        }
    }

    /// Percent-encoding of everything but unreserved characters (RFC 3986 section 2.3).
    private static func escaped(_ value: [UInt8]) -> String {
        value.map { byte in
            let isPlain =
                FieldName.isTokenByte(byte)
                && ![0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2A, 0x2B, 0x5E, 0x60, 0x7C].contains(byte)
            return isPlain ? String(decoding: [byte], as: UTF8.self) : "%" + Hex.encode([byte].span).uppercased()
        }.joined()
    }

    // MARK: - The signature

    private func content(of request: ComposedRequest, item: Int = 0) throws(SignatureSchemeMistake) -> [UInt8] {
        var reader = RequestReader()
        let (bytes, head) = request.makeHead()
        if let denial = reader.readHead(head, bytes.span, scheme) { throw mistake(denial) }
        let body = request.body.span
        let denial =
            item == 0
            ? reader.readBody(head, bytes.span, body, scheme) : reader.readItem(item, head, bytes.span, body, scheme)
        if let denial { throw mistake(denial) }
        var content: [UInt8] = []
        for piece in reader.pieces {
            switch piece.kind {
            case .text: content += reader.content[piece.range]
            case .body: content += request.body
            case .key: if case .secret(let secret) = key { secret.withBytes { content.appendBytes($0) } }
            }
        }
        return content
    }

    private func mistake(_ denial: Denial) -> SignatureSchemeMistake {
        SignatureSchemeMistake("content", "the request cannot be signed: \(denial.detail)")
    }

    private func proof(_ content: [UInt8]) throws(SignatureSchemeMistake) -> [UInt8] {
        do {
            switch (scheme.algorithm, key) {
            case (.hmac(let digest), .secret(let secret)):
                return try secret.withBytes { (bytes) throws(CryptoFault) -> [UInt8] in
                    try HMACContext.mac(digest, key: bytes, message: content.span)
                }
            case (.digest(let digest), .secret): return try DigestContext.digest(digest, of: content.span)
            case (.signature(let algorithm), .privateKey(let key)):
                return try key.sign(algorithm, message: content.span)
            default: throw CryptoFault.invalidKey("key and algorithm do not fit")
            }
        } catch {
            throw SignatureSchemeMistake("key", "key and algorithm do not fit")
        }
    }
}
