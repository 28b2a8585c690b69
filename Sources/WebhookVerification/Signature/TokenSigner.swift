import GatewayCrypto
import StrictJSON

/// Makes JSON Web Tokens that a scheme accepts, for tools and tests.
struct TokenSigner {
    let scheme: CompiledSignatureScheme
    let key: SignatureSigner.Key

    /// Adds the token's header for the request as it is.
    func sign(
        _ request: inout ComposedRequest,
        now: Timestamp,
        eventID: String
    ) throws(SignatureSchemeMistake) {
        guard let rules = scheme.scheme.jwt, case .header(let name) = scheme.token?.source else {
            throw SignatureSchemeMistake("jwt", "the scheme has no token in a header")
        }
        guard let chosen = rules.algorithms.first(where: fits), let algorithm = TokenAlgorithm(name: chosen) else {
            throw SignatureSchemeMistake("jwt.algorithms", "no algorithm fits the key")
        }
        var header = JSONWriter()
        header.beginObject()
        header.name("alg")
        header.string(chosen)
        header.name("typ")
        header.string("JWT")
        header.endObject()
        let claims = try claims(rules, request, now, eventID)
        var input = Array(Base64.encode(header.bytes.span, alphabet: .url, padding: .none).utf8)
        input.append(UInt8(ascii: "."))
        Base64.append(claims.span, alphabet: .url, padding: .none, to: &input)
        let signature = try proof(algorithm, input)
        var value = Array((rules.prefix ?? "").utf8) + input + [UInt8(ascii: ".")]
        Base64.append(signature.span, alphabet: .url, padding: .none, to: &value)
        request.fields.append((name.text, value))
    }

    private func fits(_ name: String) -> Bool {
        switch (TokenAlgorithm(name: name), key) {
        case (.hmac, .secret): true
        case (.signature(let algorithm, _), .privateKey(let key)): key.type.fits(algorithm)
        case (.hmac, .privateKey), (.signature, .secret), (nil, _): false
        }
    }

    private func claims(
        _ rules: SignatureScheme.TokenRules,
        _ request: ComposedRequest,
        _ now: Timestamp,
        _ eventID: String
    ) throws(SignatureSchemeMistake) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in rules.claims.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            writer.string(value)
        }
        writer.name("iat")
        writer.integer(now.seconds)
        writer.name("exp")
        writer.integer(now.seconds + 300)
        writer.name("jti")
        writer.string(eventID)
        for bind in scheme.token?.bindings ?? [] where !(bind.onlyWithBody && request.body.isEmpty) {
            let value: [UInt8]
            switch request.content(bind.parts, scheme) {
            case .success(let bytes): value = bytes
            case .failure(let denial): throw SignatureSchemeMistake("jwt.bind", denial.detail)
            }
            writer.name(bind.claim)
            writer.string(value)
        }
        writer.endObject()
        return writer.bytes
    }

    private func proof(_ algorithm: TokenAlgorithm, _ input: [UInt8]) throws(SignatureSchemeMistake) -> [UInt8] {
        do {
            switch (algorithm, key) {
            case (.hmac(let digest), .secret(let secret)):
                return try secret.withBytes { (bytes) throws(CryptoFault) -> [UInt8] in
                    try HMACContext.mac(digest, key: bytes, message: input.span)
                }
            case (.signature(let algorithm, _), .privateKey(let key)):
                return try key.sign(algorithm, message: input.span)
            case (.hmac, .privateKey), (.signature, .secret): throw CryptoFault.invalidKey("")
            }
        } catch {
            throw SignatureSchemeMistake("key", "key and algorithm do not fit")
        }
    }
}
