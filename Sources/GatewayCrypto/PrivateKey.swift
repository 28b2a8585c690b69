internal import COpenSSL

/// A private key that signs: the audit log's Ed25519 key, and test events of senders with public-key signatures.
@safe
package final class PrivateKey: @unchecked Sendable {
    // `@unchecked`: no lock, because OpenSSL's key object is not changed after `init` and its uses are read-only.
    private let key: OpaquePointer
    /// The kind of key.
    package let type: KeyType

    private init(adopting key: OpaquePointer) throws(CryptoFault) {
        guard let type = unsafe KeyType.of(key) else {
            unsafe EVP_PKEY_free(key)
            throw .invalidKey("only RSA, EC and Ed25519 keys are supported")
        }
        unsafe self.key = unsafe key
        self.type = type
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Takes the 32-byte seed of an Ed25519 key (RFC 8032 section 5.1.5).
    package convenience init(ed25519Seed seed: SecretBytes) throws(CryptoFault) {
        guard seed.count == 32 else { throw .invalidKey("an Ed25519 seed has 32 bytes") }
        let key = unsafe seed.withBytes { bytes in
            unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, buffer.baseAddress, buffer.count)
            }
        }
        guard let key = unsafe key else { throw .invalidKey("OpenSSL refuses this Ed25519 seed") }
        try unsafe self.init(adopting: key)
    }

    /// Reads PEM text: PKCS #8, or the older RSA and EC forms; encrypted keys are refused.
    package convenience init(pem text: Span<UInt8>) throws(CryptoFault) {
        var block = try PEMBlock(text)
        defer { SecretBytes.wipe(&block.content) }
        guard ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"].contains(block.label) else {
            throw .invalidKey("a PEM block PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY is expected")
        }
        let key = unsafe PublicKey.parse(block.content.span) { unsafe d2i_AutoPrivateKey(nil, &$0, $1) }
        guard let key = unsafe key else { throw .invalidKey("this is not a private key") }
        try unsafe self.init(adopting: key)
    }

    /// A new Ed25519 seed from the random generator.
    package static func makeEd25519Seed() throws(CryptoFault) -> SecretBytes { try RandomBytes.makeSecret(32) }

    /// The public half.
    package func publicKey() throws(CryptoFault) -> PublicKey {
        var pointer: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_PUBKEY(key, &pointer)
        guard count > 0, let pointer = unsafe pointer else {
            throw .operationFailed("a public key could not be written")
        }
        defer { unsafe CRYPTO_free(pointer, nil, 0) }
        return try unsafe PublicKey(spki: Span(_unsafeStart: pointer, count: Int(count)))
    }

    /// The 32 bytes of the public half of an Ed25519 key; `nil` for other kinds.
    package var ed25519PublicBytes: [UInt8]? {
        guard type == .ed25519 else { return nil }
        var output = [UInt8](repeating: 0, count: 32)
        var count = 32
        let isDone = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe EVP_PKEY_get_raw_public_key(key, buffer.baseAddress, &count) == 1
        }
        return isDone && count == 32 ? output : nil
    }

    /// Signs `message`; throws where key and algorithm do not fit.
    package func sign(_ algorithm: SignatureAlgorithm, message: Span<UInt8>) throws(CryptoFault) -> [UInt8] {
        guard type.fits(algorithm) else { throw .invalidKey("this kind of key does not make such signatures") }
        guard let context = unsafe EVP_MD_CTX_new() else { throw .operationFailed("no memory for a signature") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        guard unsafe EVP_DigestSignInit_ex(context, &keyContext, algorithm.digest?.name, nil, nil, key, nil) == 1,
            unsafe PublicKey.configure(keyContext, algorithm)
        else {
            clearOpenSSLErrors()
            throw .algorithmUnavailable("this signature algorithm")
        }
        var output = [UInt8](repeating: 0, count: max(Int(unsafe EVP_PKEY_get_size(key)), 64))
        var count = output.count
        let isDone = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe message.withUnsafeBufferPointer { source in
                var placeholder: UInt8 = 0
                return unsafe withUnsafePointer(to: &placeholder) { empty in
                    unsafe EVP_DigestSign(
                        context,
                        buffer.baseAddress,
                        &count,
                        source.baseAddress ?? empty,
                        source.count
                    ) == 1
                }
            }
        }
        guard isDone, count <= output.count else { throw .operationFailed("a signature could not be made") }
        output.removeLast(output.count - count)
        guard case .ecdsaRaw = algorithm else { return output }
        let fieldByteCount = (Int(unsafe EVP_PKEY_get_bits(key)) + 7) / 8
        guard let raw = ECDSASignature.raw(fromDER: output, fieldByteCount: fieldByteCount) else {
            throw .operationFailed("a signature could not be written as two numbers")
        }
        return raw
    }
}
