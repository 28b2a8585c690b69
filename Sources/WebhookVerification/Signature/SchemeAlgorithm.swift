package import GatewayCrypto

/// What proves that a delivery is genuine.
package enum SchemeAlgorithm: Sendable, Hashable {
    /// A MAC over the content.
    case hmac(DigestAlgorithm)
    /// A plain hash over content that holds the secret; weaker than a MAC.
    case digest(DigestAlgorithm)
    /// A public-key signature over the content.
    case signature(SignatureAlgorithm)
    /// A secret in a header; nothing of the delivery is covered.
    case token
    /// HTTP Basic credentials; nothing of the delivery is covered.
    case basic
    /// A JSON Web Token with claims that cover the delivery.
    case jwt
    /// RFC 9421.
    case httpMessageSignatures
    /// A detached JWS over method, path, headers and body, as TrueLayer makes it.
    case detachedJWS
    /// Amazon SNS: selected members of the JSON body.
    case snsMessage

    /// The algorithm of a name; `nil` for a name that no scheme has.
    package init?(name: String) {
        guard let found = SchemeAlgorithm.names.first(where: { $0.0 == name }) else { return nil }
        self = found.1
    }

    /// The name in configurations and audit entries.
    package var name: String { SchemeAlgorithm.names.first { $0.1 == self }?.0 ?? "" }

    /// Whether it is too weak for anything new: configurations name it explicitly, audit entries say so.
    package var isWeak: Bool {
        switch self {
        case .hmac(let digest): digest.isWeak
        case .digest, .token, .basic: true
        case .signature(.rsaPKCS1(.sha1)), .signature(.ecdsaDER(.sha1)): true
        case .signature, .jwt, .httpMessageSignatures, .detachedJWS, .snsMessage: false
        }
    }

    /// Whether sender and receiver share one secret.
    package var isSymmetric: Bool {
        switch self {
        case .hmac, .digest, .token, .basic: true
        case .signature, .jwt, .httpMessageSignatures, .detachedJWS, .snsMessage: false
        }
    }

    /// Every name, for messages.
    package static var allNames: [String] { names.map(\.0) }

    private static let names: [(String, SchemeAlgorithm)] = [
        ("hmac-sha256", .hmac(.sha256)),
        ("hmac-sha384", .hmac(.sha384)),
        ("hmac-sha512", .hmac(.sha512)),
        ("hmac-sha1", .hmac(.sha1)),
        ("hmac-md5", .hmac(.md5)),
        ("digest-sha256", .digest(.sha256)),
        ("digest-sha1", .digest(.sha1)),
        ("ed25519", .signature(.ed25519)),
        ("ecdsa-p256-sha256-der", .signature(.ecdsaDER(.sha256))),
        ("ecdsa-p256-sha256-raw", .signature(.ecdsaRaw(.sha256))),
        ("ecdsa-p256-sha1-der", .signature(.ecdsaDER(.sha1))),
        ("rsa-pkcs1-sha1", .signature(.rsaPKCS1(.sha1))),
        ("rsa-pkcs1-sha256", .signature(.rsaPKCS1(.sha256))),
        ("rsa-pkcs1-sha512", .signature(.rsaPKCS1(.sha512))),
        ("token", .token),
        ("basic", .basic),
        ("jwt", .jwt),
        ("http-message-signatures", .httpMessageSignatures),
        ("jws-es512-detached", .detachedJWS),
        ("aws-sns", .snsMessage),
    ]
}
