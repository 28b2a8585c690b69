internal import COpenSSL

/// Key agreement on Curve25519 (RFC 7748): two sides get one secret out of their own key and the other's public half.
package enum X25519 {
    /// The 32 bytes of the public half of a private key of 32 bytes.
    package static func publicKey(of secret: SecretBytes) throws(CryptoFault) -> [UInt8] {
        let key = try unsafe privateKey(secret)
        defer { unsafe EVP_PKEY_free(key) }
        var output = [UInt8](repeating: 0, count: 32)
        var count = 32
        let isDone = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe EVP_PKEY_get_raw_public_key(key, buffer.baseAddress, &count) == 1
        }
        guard isDone, count == 32 else { throw .operationFailed("X25519") }
        return output
    }

    /// The shared secret of 32 bytes; throws for a public half of small order, with which it would be no secret
    /// (RFC 7748 section 6.1).
    package static func agree(_ secret: SecretBytes, with other: Span<UInt8>) throws(CryptoFault) -> SecretBytes {
        guard other.count == 32 else { throw .invalidKey("a public X25519 key has 32 bytes") }
        let own = try unsafe privateKey(secret)
        defer { unsafe EVP_PKEY_free(own) }
        let peer = unsafe other.withUnsafeBufferPointer { buffer in
            unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nil, buffer.baseAddress, buffer.count)
        }
        guard let peer = unsafe peer else { throw .invalidKey("OpenSSL refuses this public X25519 key") }
        defer { unsafe EVP_PKEY_free(peer) }
        guard let context = unsafe EVP_PKEY_CTX_new(own, nil) else { throw .operationFailed("X25519") }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: 32)
        defer { SecretBytes.wipe(&output) }
        var count = 32
        let isDone = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, peer) == 1
                && EVP_PKEY_derive(context, buffer.baseAddress, &count) == 1
        }
        guard isDone, count == 32, output.contains(where: { $0 != 0 }) else {
            clearOpenSSLErrors()
            throw .invalidKey("this public X25519 key gives no secret")
        }
        return SecretBytes(output.span)
    }

    private static func privateKey(_ secret: SecretBytes) throws(CryptoFault) -> OpaquePointer {
        guard secret.count == 32 else { throw .invalidKey("a private X25519 key has 32 bytes") }
        let key = unsafe secret.withBytes { bytes in
            unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, buffer.baseAddress, buffer.count)
            }
        }
        guard let key = unsafe key else { throw .invalidKey("OpenSSL refuses this X25519 key") }
        return unsafe key
    }
}
