/// The public-key signatures that can be checked, each with its hash and its form of signature.
package enum SignatureAlgorithm: Sendable, Hashable {
    /// Ed25519 (RFC 8032), 64 bytes.
    case ed25519
    /// ECDSA with the signature as an ASN.1 sequence of r and s.
    case ecdsaDER(DigestAlgorithm)
    /// ECDSA with the signature as r and s side by side, each as long as the curve's field (RFC 7518 section 3.4).
    case ecdsaRaw(DigestAlgorithm)
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    case rsaPKCS1(DigestAlgorithm)
    /// RSASSA-PSS (RFC 8017 section 8.1) with MGF1 of the same hash and a salt as long as the hash.
    case rsaPSS(DigestAlgorithm)

    /// The hash of the message; `nil` for Ed25519, which hashes inside.
    var digest: DigestAlgorithm? {
        switch self {
        case .ed25519: nil
        case .ecdsaDER(let digest), .ecdsaRaw(let digest), .rsaPKCS1(let digest), .rsaPSS(let digest): digest
        }
    }
}
