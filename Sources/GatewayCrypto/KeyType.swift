internal import COpenSSL

/// What kind of public key a key is; an algorithm works with one kind only.
package enum KeyType: Sendable, Hashable {
    case ed25519
    case ec
    case rsa
    /// An RSA key that says of itself that it is for PSS only.
    case rsaPSS

    /// Whether a key of this kind can be used with `algorithm`.
    package func fits(_ algorithm: SignatureAlgorithm) -> Bool {
        switch (self, algorithm) {
        case (.ed25519, .ed25519), (.ec, .ecdsaDER), (.ec, .ecdsaRaw), (.rsa, .rsaPKCS1), (.rsa, .rsaPSS),
            (.rsaPSS, .rsaPSS):
            true
        case (.ed25519, _), (.ec, _), (.rsa, _), (.rsaPSS, _): false
        }
    }

    /// The kind of an OpenSSL key; `nil` for kinds that are not supported.
    static func of(_ key: OpaquePointer) -> KeyType? {
        switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_ED25519: .ed25519
        case EVP_PKEY_EC: .ec
        case EVP_PKEY_RSA: .rsa
        case EVP_PKEY_RSA_PSS: .rsaPSS
        default: nil
        }
    }
}
