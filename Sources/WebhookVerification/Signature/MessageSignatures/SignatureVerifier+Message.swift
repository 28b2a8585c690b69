package import GatewayCrypto

/// HTTP message signatures (RFC 9421) with the body covered by Content-Digest (RFC 9530).
extension SignatureVerifier {
    /// Judges one signature: form, coverage, proof, digest of the body, times; in this order.
    func judgeMessage(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ now: Timestamp
    ) -> Result<SignatureMatch, Denial> {
        guard let rules = scheme.scheme.messageSignature, let algorithm = MessageAlgorithm(name: rules.algorithm) else {
            return .failure(SignatureFault.unsupportedAlgorithm.denial("the scheme has no message signature rules"))
        }
        let message = SignedMessage(head: head, bytes: bytes, publicURL: scheme.scheme.publicURL)
        guard let inputs = fieldDictionary(MessageField.input, head, bytes),
            let signatures = fieldDictionary(MessageField.signature, head, bytes)
        else {
            return .failure(SignatureFault.malformedSignature.denial("Signature-Input or Signature is not well formed"))
        }
        guard inputs.count <= scheme.maximumCandidates else {
            return .failure(SignatureFault.tooManySignatures.denial("more than \(scheme.maximumCandidates) signatures"))
        }
        let chosen: (name: [UInt8], member: StructuredMember)
        switch choose(inputs, rules) {
        case .success(let found): chosen = found
        case .failure(let denial): return .failure(denial)
        }
        guard case .item(let item)? = signatures.first(where: { $0.name == chosen.name })?.member,
            case .bytes(let signature) = item.value
        else { return .failure(SignatureFault.malformedSignature.denial("Signature lacks the label")) }
        let base: SignatureBase
        switch SignatureBase.make(chosen.member, message, nil) {
        case .success(let made): base = made
        case .failure(let fault): return .failure(fault.fault.denial(fault.sentence))
        }
        if let denial = checkParameters(base, rules) { return .failure(denial) }
        let created = SignatureVerifier.time(base.parameters["created"])
        switch keyIndex(base, signature, algorithm, created ?? now, now) {
        case .failure(let denial): return .failure(denial)
        case .success(let index):
            if let denial = checkDigest(base, head, bytes, body) { return .failure(denial) }
            if let denial = checkTimes(base, rules, now) { return .failure(denial) }
            return .success(match(index, base, created, inputs.count))
        }
    }

    private func fieldDictionary(
        _ name: FieldName,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>
    ) -> [(name: [UInt8], member: StructuredMember)]? {
        guard case .one(let range) = head.lookup(name, in: bytes), range.count <= 8192 else { return nil }
        return StructuredFieldParser.dictionary([UInt8](copying: bytes.extracting(range.bounds)))
    }

    /// The signature to judge: that of the configured label or tag, else the only one.
    private func choose(
        _ inputs: [(name: [UInt8], member: StructuredMember)],
        _ rules: SignatureScheme.MessageSignatureRules
    ) -> Result<(name: [UInt8], member: StructuredMember), Denial> {
        var fitting = inputs
        if let label = rules.label { fitting = fitting.filter { $0.name.elementsEqual(label.utf8) } }
        if let tag = rules.tag {
            fitting = fitting.filter { entry in
                if case .innerList(_, let parameters) = entry.member {
                    return parameters["tag"] == .string(Array(tag.utf8))
                }
                return false
            }
        }
        guard let first = fitting.first else {
            return .failure(SignatureFault.malformedSignature.denial("no signature has the label or tag of the scheme"))
        }
        if fitting.count > 1 {
            return .failure(
                SignatureFault.ambiguousComponent.denial("several signatures fit; the scheme has to name a label")
            )
        }
        return .success(first)
    }

    private func checkParameters(_ base: SignatureBase, _ rules: SignatureScheme.MessageSignatureRules) -> Denial? {
        // The algorithm belongs to the key; the message may repeat it but not choose it (RFC 9421 section 3.2).
        if let stated = base.parameters["alg"], stated != .string(Array(rules.algorithm.utf8)) {
            return SignatureFault.unsupportedAlgorithm.denial("the signature names another algorithm")
        }
        for component in rules.requiredComponents where !base.components.contains(component) {
            return SignatureFault.coverageMissing.denial("\(component) is not covered")
        }
        if rules.maxAge != nil, base.parameters["created"] == nil {
            return SignatureFault.missingTimestamp.denial("created is not there")
        }
        if rules.requiresExpires, base.parameters["expires"] == nil {
            return SignatureFault.missingTimestamp.denial("expires is not there")
        }
        if rules.requiresNonce, base.parameters["nonce"] == nil {
            return SignatureFault.malformedSignature.denial("nonce is not there")
        }
        for name in ["created", "expires"] {
            if let value = base.parameters[name], SignatureVerifier.time(value) == nil {
                return SignatureFault.malformedTimestamp.denial("\(name) is not a number of seconds")
            }
        }
        return nil
    }

    private static func time(_ value: StructuredValue?) -> Timestamp? {
        guard case .integer(let seconds)? = value, seconds > 0 else { return nil }
        return Timestamp(seconds: seconds)
    }

    private func keyIndex(
        _ base: SignatureBase,
        _ signature: [UInt8],
        _ algorithm: MessageAlgorithm,
        _ time: Timestamp,
        _ now: Timestamp
    ) -> Result<Int, Denial> {
        var name: [UInt8]?
        if case .string(let text)? = base.parameters["keyid"] { name = text }
        var isKnown = false
        var live: Int?
        var other: Int?
        // Every key of the name is tried, whatever became of the one before.
        for (index, key) in keys.enumerated() where key.hasName(name) {
            isKnown = true
            guard algorithm.holds(signature, over: base.bytes, key) else { continue }
            if key.key.isAccepted(at: time, now: now) { live = live ?? index } else { other = other ?? index }
        }
        if let live { return .success(live) }
        if let other { return .failure(keys[other].key.refusal(now: now)) }
        return .failure(
            isKnown
                ? SignatureFault.signatureMismatch.denial("no key fits the signature")
                : SignatureFault.unknownKey.denial("the signature names a key that the source does not have")
        )
    }

    /// A covered digest says nothing of the body until it is computed again.
    private func checkDigest(
        _ base: SignatureBase,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>
    ) -> Denial? {
        guard base.components.contains("\"content-digest\"") else { return nil }
        guard case .one(let range) = head.lookup(MessageField.digest, in: bytes) else {
            return SignatureFault.duplicateHeader.denial("header content-digest is there more than once")
        }
        return ContentDigest.matches([UInt8](copying: bytes.extracting(range.bounds)), body: body)
            ? nil : SignatureFault.digestMismatch.denial("the digest is not that of the body")
    }

    private func checkTimes(
        _ base: SignatureBase,
        _ rules: SignatureScheme.MessageSignatureRules,
        _ now: Timestamp
    ) -> Denial? {
        if let expires = SignatureVerifier.time(base.parameters["expires"]), now.seconds > expires.seconds {
            return SignatureFault.timestampTooOld.denial("the signature has expired")
        }
        guard let maxAge = rules.maxAge, let created = SignatureVerifier.time(base.parameters["created"]) else {
            return nil
        }
        if now.seconds - created.seconds > maxAge {
            return SignatureFault.timestampTooOld.denial("the signature is too old")
        }
        if created.seconds - now.seconds > 60 {
            return SignatureFault.timestampInFuture.denial("the signature is from the future")
        }
        return nil
    }

    private func match(_ index: Int, _ base: SignatureBase, _ created: Timestamp?, _ count: Int) -> SignatureMatch {
        var eventID = SignatureMatch.EventID.none
        if case .string(let nonce)? = base.parameters["nonce"], !nonce.isEmpty { eventID = .value(nonce) }
        return SignatureMatch(
            keyIndex: index,
            keyID: keys[index].key.id,
            candidateCount: count,
            timestamp: created,
            contentDigest: SHA256.hash(base.bytes.span),
            contentIsBody: false,
            coversBody: base.components.contains("\"content-digest\""),
            eventID: eventID
        )
    }
}

/// The fields of a message signature.
private enum MessageField {
    static let input = FieldName(literal: "signature-input")
    static let signature = FieldName(literal: "signature")
    static let digest = FieldName(literal: "content-digest")
}

/// An algorithm of RFC 9421 section 6.2.2.
package enum MessageAlgorithm: Equatable {
    case hmac
    case signature(SignatureAlgorithm)

    /// The registered name; `nil` for others.
    package init?(name: String) {
        switch name {
        case "hmac-sha256": self = .hmac
        case "ed25519": self = .signature(.ed25519)
        case "ecdsa-p256-sha256": self = .signature(.ecdsaRaw(.sha256))
        case "rsa-pss-sha512": self = .signature(.rsaPSS(.sha512))
        case "rsa-v1_5-sha256": self = .signature(.rsaPKCS1(.sha256))
        default: return nil
        }
    }

    /// The names, for messages.
    static let allNames = ["hmac-sha256", "ed25519", "ecdsa-p256-sha256", "rsa-pss-sha512", "rsa-v1_5-sha256"]

    /// Whether the signature over the base holds under the key; a key of another kind never fits.
    ///
    /// For tools; a verifier has its keys ready.
    package func holds(_ signature: [UInt8], over base: [UInt8], _ material: SigningKey.Material) -> Bool {
        guard let id = KeyID("key"),
            let key = try? VerifierKey(SigningKey(id: id, material: material), .httpMessageSignatures)
        else { return false }
        return holds(signature, over: base, key)
    }

    /// Whether the signature over the base holds under a key of a verifier.
    func holds(_ signature: [UInt8], over base: [UInt8], _ key: VerifierKey) -> Bool {
        switch (self, key.key.material) {
        case (.hmac, .secret): key.holds(.sha256, signature.span, over: base.span)
        case (.signature(let algorithm), .publicKey(let key)):
            key.verify(algorithm, signature: signature.span, message: base.span)
        case (.hmac, .publicKey), (.signature, .secret): false
        }
    }
}
