import GatewayCrypto

/// An algorithm of JSON Web Tokens (RFC 7518 section 3.1, RFC 8037 section 3.1).
enum TokenAlgorithm: Equatable {
    case hmac(DigestAlgorithm)
    case signature(SignatureAlgorithm, bits: Int?)

    /// The algorithm of a name; `none` is not among them.
    init?(name: String) {
        guard let found = TokenAlgorithm.all.first(where: { $0.0 == name }) else { return nil }
        self = found.1
    }

    /// The names that a scheme may accept.
    static var allNames: [String] { all.map(\.0) }

    /// Whether `signature` over `message` holds under the key; a key of another kind never fits.
    func holds(_ signature: Span<UInt8>, over message: Span<UInt8>, _ key: VerifierKey) -> Bool {
        switch (self, key.key.material) {
        case (.hmac(let digest), .secret): return key.holds(digest, signature, over: message)
        case (.signature(let algorithm, let bits), .publicKey(let key)):
            // A curve belongs to each ECDSA name (RFC 7518 section 3.4).
            if let bits, key.bitCount != bits { return false }
            return key.verify(algorithm, signature: signature, message: message)
        case (.hmac, .publicKey), (.signature, .secret): return false
        }
    }

    private static let all: [(String, TokenAlgorithm)] = [
        ("HS256", .hmac(.sha256)),
        ("HS384", .hmac(.sha384)),
        ("HS512", .hmac(.sha512)),
        ("RS256", .signature(.rsaPKCS1(.sha256), bits: nil)),
        ("RS384", .signature(.rsaPKCS1(.sha384), bits: nil)),
        ("RS512", .signature(.rsaPKCS1(.sha512), bits: nil)),
        ("PS256", .signature(.rsaPSS(.sha256), bits: nil)),
        ("PS512", .signature(.rsaPSS(.sha512), bits: nil)),
        ("ES256", .signature(.ecdsaRaw(.sha256), bits: 256)),
        ("ES384", .signature(.ecdsaRaw(.sha384), bits: 384)),
        ("ES512", .signature(.ecdsaRaw(.sha512), bits: 521)),
        ("EdDSA", .signature(.ed25519, bits: nil)),
    ]
}
