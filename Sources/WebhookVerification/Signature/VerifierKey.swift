import GatewayCrypto

/// A key of a verifier with its MAC context, keyed once; owned by the verifier's event loop.
///
/// A class, so that looking at the keys of a source copies none of them.
final class VerifierKey {
    let key: SigningKey
    /// The keyed context, for HMAC schemes.
    let mac: HMACContext?

    init(_ key: SigningKey, _ algorithm: SchemeAlgorithm) throws(CryptoFault) {
        self.key = key
        switch (algorithm, key.material) {
        case (.hmac(let digest), .secret(let secret)): mac = try HMACContext(digest, key: secret)
        case (.hmac, .publicKey): throw .invalidKey("a secret is expected")
        case (.signature(let algorithm), .publicKey(let publicKey)):
            guard publicKey.type.fits(algorithm) else {
                throw .invalidKey("this kind of public key makes other signatures")
            }
            mac = nil
        case (.signature, .secret): throw .invalidKey("a public key is expected")
        case (.digest, .secret), (.token, .secret), (.basic, .secret): mac = nil
        case (.digest, .publicKey), (.token, .publicKey), (.basic, .publicKey):
            throw .invalidKey("a secret is expected")
        case (.jwt, _), (.httpMessageSignatures, _), (.detachedJWS, _), (.snsMessage, _): mac = nil
        }
    }
}
