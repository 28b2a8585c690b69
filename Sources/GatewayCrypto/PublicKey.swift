internal import COpenSSL

/// A public key that checks signatures; immutable and shared between threads.
@safe
package final class PublicKey: @unchecked Sendable {
    // `@unchecked`: no lock, because OpenSSL's key object is not changed after `init` and its uses are read-only.
    let key: OpaquePointer
    /// The kind of key.
    package let type: KeyType
    /// The length of the number that sizes a signature: bits of the modulus, or of the curve's field.
    package let bitCount: Int

    private init(adopting key: OpaquePointer) throws(CryptoFault) {
        guard let type = unsafe KeyType.of(key) else {
            unsafe EVP_PKEY_free(key)
            throw .invalidKey("only RSA, EC and Ed25519 keys are supported")
        }
        let bits = unsafe Int(EVP_PKEY_get_bits(key))
        unsafe self.key = unsafe key
        self.type = type
        bitCount = bits
        // NIST SP 800-131A revision 2, table 2: RSA below 2048 bits is disallowed except for old signatures.
        if type == .rsa || type == .rsaPSS, !(1024...16384).contains(bits) {
            throw .invalidKey("RSA keys of 1024 to 16384 bits are supported, this one has \(bits)")
        }
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Reads PEM text: a public key (SPKI), an RSA public key (PKCS #1) or an X.509 certificate.
    package convenience init(pem text: Span<UInt8>) throws(CryptoFault) {
        let block = try PEMBlock(text)
        switch block.label {
        case "PUBLIC KEY": try self.init(spki: block.content.span)
        case "RSA PUBLIC KEY": try self.init(rsaPKCS1: block.content.span)
        case "CERTIFICATE": try self.init(certificate: block.content.span)
        default: throw .invalidKey("a PEM block PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE is expected")
        }
    }

    /// Reads a SubjectPublicKeyInfo (RFC 5280 section 4.1).
    package convenience init(spki der: Span<UInt8>) throws(CryptoFault) {
        let key = unsafe PublicKey.parse(der) { unsafe d2i_PUBKEY(nil, &$0, $1) }
        guard let key = unsafe key else { throw .invalidKey("this is not a SubjectPublicKeyInfo") }
        try unsafe self.init(adopting: key)
    }

    /// Reads an RSAPublicKey (RFC 8017 appendix A.1.1).
    package convenience init(rsaPKCS1 der: Span<UInt8>) throws(CryptoFault) {
        let key = unsafe PublicKey.parse(der) { unsafe d2i_PublicKey(EVP_PKEY_RSA, nil, &$0, $1) }
        guard let key = unsafe key else { throw .invalidKey("this is not an RSA public key") }
        try unsafe self.init(adopting: key)
    }

    /// Takes the key out of an X.509 certificate; nothing of the certificate's validity is judged.
    package convenience init(certificate der: Span<UInt8>) throws(CryptoFault) {
        let key: OpaquePointer? = unsafe PublicKey.parse(der) { (pointer, count) -> OpaquePointer? in
            guard let certificate = unsafe d2i_X509(nil, &pointer, count) else { return nil }
            defer { unsafe X509_free(certificate) }
            return unsafe X509_get_pubkey(certificate)
        }
        guard let key = unsafe key else { throw .invalidKey("this is not an X.509 certificate") }
        try unsafe self.init(adopting: key)
    }

    /// Takes the 32 bytes of an Ed25519 public key (RFC 8032 section 5.1.5).
    package convenience init(ed25519 bytes: Span<UInt8>) throws(CryptoFault) {
        guard bytes.count == 32 else { throw .invalidKey("an Ed25519 public key has 32 bytes") }
        let key = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, buffer.baseAddress, buffer.count)
        }
        guard let key = unsafe key else { throw .invalidKey("OpenSSL refuses this Ed25519 public key") }
        try unsafe self.init(adopting: key)
    }

    /// Whether `signature` over `message` holds; `false` also where key and algorithm do not fit.
    package func verify(_ algorithm: SignatureAlgorithm, signature: Span<UInt8>, message: Span<UInt8>) -> Bool {
        guard type.fits(algorithm) else { return false }
        if case .ecdsaRaw = algorithm {
            guard let der = ECDSASignature.der(fromRaw: signature, fieldByteCount: (bitCount + 7) / 8) else {
                return false
            }
            return check(algorithm, der.span, message)
        }
        return check(algorithm, signature, message)
    }

    private func check(_ algorithm: SignatureAlgorithm, _ signature: Span<UInt8>, _ message: Span<UInt8>) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        let name = algorithm.digest?.name
        guard unsafe EVP_DigestVerifyInit_ex(context, &keyContext, name, nil, nil, key, nil) == 1 else {
            clearOpenSSLErrors()
            return false
        }
        guard unsafe PublicKey.configure(keyContext, algorithm) else { return false }
        return unsafe VerificationContext.check(context, signature, message)
    }

    /// Sets what an algorithm adds to the defaults: padding and salt of PSS.
    static func configure(_ context: OpaquePointer?, _ algorithm: SignatureAlgorithm) -> Bool {
        guard case .rsaPSS = algorithm else { return true }
        return unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
    }

    /// Runs one of OpenSSL's DER readers and insists that it used every byte.
    static func parse(
        _ der: Span<UInt8>,
        _ read: (inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?
    ) -> OpaquePointer? {
        let result: OpaquePointer? = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            guard var pointer = unsafe Optional(buffer.baseAddress) else { return nil }
            guard let key = unsafe read(&pointer, buffer.count) else { return nil }
            let used = unsafe buffer.baseAddress.flatMap { start in unsafe pointer.map { unsafe $0 - start } }
            if used == buffer.count { return unsafe key }
            unsafe EVP_PKEY_free(key)
            return nil
        }
        clearOpenSSLErrors()
        return unsafe result
    }
}
