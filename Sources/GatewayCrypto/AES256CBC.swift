internal import COpenSSL

/// AES-256 in Cipher Block Chaining mode (NIST SP 800-38A section 6.2): 32-byte key, 16-byte initialisation vector.
///
/// Deciphers only, for senders that demand it: the mode proves nothing about what it deciphers.
package enum AES256CBC {
    /// The length of a block, and of the initialisation vector.
    package static let blockByteCount = 16

    /// Deciphers whole blocks; the padding at the end is left on.
    ///
    /// So that the time taken does not tell whether a padding was right: a caller that answers differently for it would
    /// decipher everybody's messages. Throws where a length is wrong.
    package static func decipher(
        _ ciphertext: Span<UInt8>,
        key: Span<UInt8>,
        vector: Span<UInt8>
    ) throws(CryptoFault) -> [UInt8] {
        guard key.count == 32, vector.count == blockByteCount else {
            throw .invalidKey("AES-256-CBC needs a key of 32 bytes and a vector of 16")
        }
        guard !ciphertext.isEmpty, ciphertext.count.isMultiple(of: blockByteCount),
            let count = Int32(exactly: ciphertext.count)
        else { throw .operationFailed("AES-256-CBC deciphers whole blocks of 16 bytes") }
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .operationFailed("no memory for a cipher") }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let isReady = unsafe key.withUnsafeBufferPointer { keyBuffer in
            unsafe vector.withUnsafeBufferPointer { vectorBuffer in
                unsafe EVP_CipherInit_ex(
                    context,
                    EVP_aes_256_cbc(),
                    nil,
                    keyBuffer.baseAddress,
                    vectorBuffer.baseAddress,
                    0
                ) == 1
            }
        }
        guard isReady, unsafe EVP_CIPHER_CTX_set_padding(context, 0) == 1 else {
            throw .algorithmUnavailable("AES-256-CBC")
        }
        var output = [UInt8](repeating: 0, count: ciphertext.count + blockByteCount)
        var written: Int32 = 0
        let isDone = unsafe ciphertext.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe EVP_CipherUpdate(context, target.baseAddress, &written, source.baseAddress, count) == 1
            }
        }
        guard isDone, written == count else { throw .operationFailed("AES-256-CBC could not decipher") }
        output.removeLast(blockByteCount)
        return output
    }
}
