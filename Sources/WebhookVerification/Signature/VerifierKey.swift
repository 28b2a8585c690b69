import GatewayCrypto

/// A key of a verifier with its MAC context, keyed once; owned by the verifier's event loop.
///
/// A class, so that looking at the keys of a source copies none of them.
final class VerifierKey {
    let key: SigningKey
    /// The keyed context, for HMAC schemes.
    let mac: HMACContext?
    /// The keyed contexts of other schemes whose signatures may be HMACs, one for each function.
    private let macs: [HMACContext]
    /// Room for a MAC.
    private var output = [UInt8](repeating: 0, count: DigestAlgorithm.maximumByteCount)
    /// The prepared public key, for public-key schemes.
    let verification: VerificationContext?

    init(_ key: SigningKey, _ algorithm: SchemeAlgorithm) throws(CryptoFault) {
        self.key = key
        macs = try VerifierKey.contexts(key.material, algorithm)
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

    private static func contexts(
        _ material: SigningKey.Material,
        _ algorithm: SchemeAlgorithm
    ) throws(CryptoFault) -> [HMACContext] {
        guard case .secret(let secret) = material else { return [] }
        let digests: [DigestAlgorithm]
        switch algorithm {
        case .jwt: digests = [.sha256, .sha384, .sha512]
        case .httpMessageSignatures: digests = [.sha256]
        case .hmac, .signature, .digest, .token, .basic, .detachedJWS, .snsMessage: digests = []
        }
        var contexts: [HMACContext] = []
        for digest in digests { contexts.append(try HMACContext(digest, key: secret)) }
        return contexts
    }

    /// Whether `signature` is the HMAC of `message` under the key; compared in constant time.
    func holds(_ digest: DigestAlgorithm, _ signature: Span<UInt8>, over message: Span<UInt8>) -> Bool {
        guard let context = macs.first(where: { $0.algorithm == digest }) else { return false }
        context.reset()
        context.update(message)
        var span = output.mutableSpan
        let count = context.finish(into: &span)
        let expected = output
        return count > 0 && constantTimeEquals(expected.span.extracting(0..<count), signature)
    }

    /// Whether the key may be the one that a request names; a key without a name may be any.
    func hasName(_ name: [UInt8]?) -> Bool {
        guard let name, let own = key.senderKeyID else { return true }
        return own.utf8.elementsEqual(name)
    }
}
