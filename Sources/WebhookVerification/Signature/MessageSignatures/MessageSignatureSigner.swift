import GatewayCrypto

/// Makes RFC 9421 signatures, for tools and tests.
struct MessageSignatureSigner {
    let scheme: CompiledSignatureScheme
    let key: SignatureSigner.Key

    /// Adds Content-Digest, Signature-Input and Signature for the required components.
    func sign(_ request: inout ComposedRequest, now: Timestamp, nonce: String) throws(SignatureSchemeMistake) {
        guard let rules = scheme.scheme.messageSignature, let algorithm = MessageAlgorithm(name: rules.algorithm) else {
            throw SignatureSchemeMistake("message_signature", "the rules of the signature are needed")
        }
        if let name = FieldName("content-digest"), !request.hasField(name) {
            request.fields.append(("Content-Digest", ContentDigest.make(for: request.body.span)))
        }
        let components =
            rules.requiredComponents.isEmpty
            ? ["\"@method\"", "\"@path\"", "\"content-digest\""] : rules.requiredComponents
        let label = rules.label ?? "sig1"
        var input =
            "\(label)=(\(components.joined(separator: " ")));created=\(now.seconds);expires=\(now.seconds + 300)"
        input += ";nonce=\"\(nonce)\""
        if let tag = rules.tag { input += ";tag=\"\(tag)\"" }
        let (bytes, head) = request.makeHead()
        let message = SignedMessage(head: head, bytes: bytes.span, publicURL: scheme.scheme.publicURL)
        guard case .success(let base) = SignatureBase.make(input: Array(input.utf8), label: label, message: message)
        else {
            throw SignatureSchemeMistake("message_signature.components", "a component is not in the request")
        }
        var value = Array("\(label)=".utf8)
        StructuredValue.bytes(try proof(algorithm, base.bytes)).append(to: &value)
        request.fields.append(("Signature-Input", Array(input.utf8)))
        request.fields.append(("Signature", value))
    }

    private func proof(_ algorithm: MessageAlgorithm, _ base: [UInt8]) throws(SignatureSchemeMistake) -> [UInt8] {
        do {
            switch (algorithm, key) {
            case (.hmac, .secret(let secret)):
                return try secret.withBytes { (bytes) throws(CryptoFault) -> [UInt8] in
                    try HMACContext.mac(.sha256, key: bytes, message: base.span)
                }
            case (.signature(let algorithm), .privateKey(let key)): return try key.sign(algorithm, message: base.span)
            case (.hmac, .privateKey), (.signature, .secret): throw CryptoFault.invalidKey("")
            }
        } catch {
            throw SignatureSchemeMistake("key", "key and algorithm do not fit")
        }
    }
}
