import GatewayCrypto

/// A key of a verifier with its MAC context, keyed once; owned by the verifier's event loop.
///
/// A class, so that looking at the keys of a source copies none of them.
final class VerifierKey {
    let key: SigningKey
    /// The keyed context, for HMAC schemes.
    let mac: HMACContext?
    /// The prepared public key, for public-key schemes.
    let verification: VerificationContext?

    init(_ key: SigningKey, _ algorithm: SchemeAlgorithm) throws(CryptoFault) {
        self.key = key
        switch (algorithm, key.material) {
        case (.hmac(let digest), .secret(let secret)):
            (mac, verification) = (try HMACContext(digest, key: secret), nil)
        case (.signature(let algorithm), .publicKey(let publicKey)):
            (mac, verification) = (nil, try VerificationContext(publicKey, algorithm))
        case (.hmac, .publicKey), (.digest, .publicKey), (.token, .publicKey), (.basic, .publicKey):
            throw .invalidKey("a secret is expected")
        case (.signature, .secret): throw .invalidKey("a public key is expected")
        case (.digest, .secret), (.token, .secret), (.basic, .secret), (.jwt, _), (.httpMessageSignatures, _),
            (.detachedJWS, _), (.snsMessage, _):
            (mac, verification) = (nil, nil)
        }
    }
}
