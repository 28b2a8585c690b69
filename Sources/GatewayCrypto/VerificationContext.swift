internal import COpenSSL

/// A public key made ready for one algorithm, used again and again; owned by one thread.
///
/// What does not change from signature to signature (looking up the algorithm, taking the key apart) is done once, in
/// `init`. RSA-PSS is checked by `PublicKey.verify`.
@safe
package final class VerificationContext {
    private let key: PublicKey
    private let algorithm: SignatureAlgorithm
    /// For algorithms over a digest.
    private let context: OpaquePointer?
    private let digest: DigestContext?
    /// For Ed25519, which takes the message as a whole.
    private let whole: OpaquePointer?
    /// SHA-256 of the last message; `nil` where the algorithm has another digest.
    package private(set) var messageDigest: Digest32?

    /// Prepares `key`; throws where key and algorithm do not fit.
    package init(_ key: PublicKey, _ algorithm: SignatureAlgorithm) throws(CryptoFault) {
        guard key.type.fits(algorithm) else { throw .invalidKey("this kind of public key makes other signatures") }
        self.key = key
        self.algorithm = algorithm
        switch algorithm {
        case .ed25519:
            guard let made = unsafe EVP_MD_CTX_new() else { throw .operationFailed("no memory for a context") }
            guard unsafe EVP_DigestVerifyInit_ex(made, nil, nil, nil, nil, key.key, nil) == 1 else {
                unsafe EVP_MD_CTX_free(made)
                clearOpenSSLErrors()
                throw .invalidKey("OpenSSL refuses this key for Ed25519")
            }
            unsafe (context, digest, whole) = unsafe (nil, nil, made)
        case .rsaPSS: unsafe (context, digest, whole) = (nil, nil, nil)
        case .ecdsaDER, .ecdsaRaw, .rsaPKCS1:
            guard let function = algorithm.digest, let table = unsafe function.table else {
                throw .algorithmUnavailable("the digest")
            }
            guard let made = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key.key, nil) else {
                throw .operationFailed("no memory for a context")
            }
            guard unsafe EVP_PKEY_verify_init(made) == 1, unsafe EVP_PKEY_CTX_set_signature_md(made, table) == 1 else {
                unsafe EVP_PKEY_CTX_free(made)
                clearOpenSSLErrors()
                throw .invalidKey("OpenSSL refuses this key for the algorithm")
            }
            unsafe (context, digest, whole) = unsafe (made, try DigestContext(function), nil)
        }
    }

    deinit {
        unsafe EVP_PKEY_CTX_free(context)
        unsafe EVP_MD_CTX_free(whole)
    }

    /// Whether `signature` over `message` holds.
    package func verify(signature: Span<UInt8>, message: Span<UInt8>) -> Bool {
        if let whole = unsafe whole { return unsafe VerificationContext.check(whole, signature, message) }
        guard let context = unsafe context, let digest else {
            return key.verify(algorithm, signature: signature, message: message)
        }
        digest.update(message)
        if digest.algorithm == .sha256 {
            let value = digest.finish32()
            messageDigest = value
            return value.withBytes { bytes in unsafe check(context, signature, digest: bytes) }
        }
        let value = digest.finish()
        return unsafe check(context, signature, digest: value.span)
    }

    private func check(_ context: OpaquePointer, _ signature: Span<UInt8>, digest: Span<UInt8>) -> Bool {
        if case .ecdsaRaw = algorithm {
            guard let der = ECDSASignature.der(fromRaw: signature, fieldByteCount: (key.bitCount + 7) / 8) else {
                return false
            }
            return unsafe run(context, der.span, digest)
        }
        return unsafe run(context, signature, digest)
    }

    private func run(_ context: OpaquePointer, _ signature: Span<UInt8>, _ digest: Span<UInt8>) -> Bool {
        let isValid = unsafe signature.withUnsafeBufferPointer { left in
            unsafe digest.withUnsafeBufferPointer { right in
                unsafe EVP_PKEY_verify(context, left.baseAddress, left.count, right.baseAddress, right.count) == 1
            }
        }
        if !isValid { clearOpenSSLErrors() }
        return isValid
    }

    /// Whether `signature` over `message` holds, with a context that was begun for both.
    static func check(_ context: OpaquePointer, _ signature: Span<UInt8>, _ message: Span<UInt8>) -> Bool {
        let isValid = unsafe signature.withUnsafeBufferPointer { left in
            unsafe message.withUnsafeBufferPointer { right in
                // Ed25519 of an empty message still needs an address.
                var placeholder: UInt8 = 0
                return unsafe withUnsafePointer(to: &placeholder) { empty in
                    unsafe EVP_DigestVerify(
                        context,
                        left.baseAddress ?? empty,
                        left.count,
                        right.baseAddress ?? empty,
                        right.count
                    ) == 1
                }
            }
        }
        if !isValid { clearOpenSSLErrors() }
        return isValid
    }
}
