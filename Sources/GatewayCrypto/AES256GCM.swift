internal import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D): 32-byte key, 12-byte nonce, 16-byte tag at the end.
///
/// A nonce must never be used twice with one key.
package enum AES256GCM {
    /// The length of a nonce.
    package static let nonceByteCount = 12
    /// The length of the tag that is appended.
    package static let tagByteCount = 16

    /// Encrypts `plaintext` and binds it to `additional`; gives the ciphertext followed by the tag.
    package static func seal(
        _ plaintext: Span<UInt8>,
        key: SecretBytes,
        nonce: Span<UInt8>,
        additional: Span<UInt8>
    ) throws(CryptoFault) -> [UInt8] {
        let cipher = try Cipher(key: key, nonce: nonce, direction: 1)
        var output = [UInt8](repeating: 0, count: plaintext.count + tagByteCount)
        guard cipher.authenticate(additional), cipher.transform(plaintext, into: &output), cipher.finish() else {
            throw .operationFailed("AES-256-GCM could not seal")
        }
        let isTagged = unsafe output.withUnsafeMutableBytes { buffer in
            let tag = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[plaintext.count...])
            return unsafe cipher.control(EVP_CTRL_GCM_GET_TAG, tag.baseAddress)
        }
        guard isTagged else { throw .operationFailed("AES-256-GCM gave no tag") }
        return output
    }

    /// Decrypts what `seal` gave; throws `notAuthentic` where key, nonce, additional data or a byte is another.
    package static func open(
        _ sealed: Span<UInt8>,
        key: SecretBytes,
        nonce: Span<UInt8>,
        additional: Span<UInt8>
    ) throws(CryptoFault) -> SecretBytes {
        guard sealed.count >= tagByteCount else { throw .notAuthentic }
        let cipher = try Cipher(key: key, nonce: nonce, direction: 0)
        let count = sealed.count - tagByteCount
        var output = [UInt8](repeating: 0, count: count)
        defer { SecretBytes.wipe(&output) }
        var tag = [UInt8](repeating: 0, count: tagByteCount)
        for index in 0..<tagByteCount { tag[index] = sealed[count + index] }
        let isRead = cipher.authenticate(additional) && cipher.transform(sealed.extracting(0..<count), into: &output)
        let isTagged = unsafe tag.withUnsafeMutableBytes { unsafe cipher.control(EVP_CTRL_GCM_SET_TAG, $0.baseAddress) }
        guard isRead, isTagged, cipher.finish() else {
            clearOpenSSLErrors()
            throw .notAuthentic
        }
        return SecretBytes(output.span)
    }
}

/// One run of the cipher over one message.
@safe
private final class Cipher {
    private let context: OpaquePointer

    init(key: SecretBytes, nonce: Span<UInt8>, direction: Int32) throws(CryptoFault) {
        guard key.count == 32 else { throw .invalidKey("AES-256-GCM needs a key of 32 bytes") }
        guard nonce.count == AES256GCM.nonceByteCount else {
            throw .invalidKey("AES-256-GCM needs a nonce of 12 bytes")
        }
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .operationFailed("no memory for a cipher") }
        let isReady = key.withBytes { keyBytes in
            unsafe keyBytes.withUnsafeBufferPointer { keyBuffer in
                unsafe nonce.withUnsafeBufferPointer { nonceBuffer in
                    unsafe EVP_CipherInit_ex(
                        context,
                        EVP_aes_256_gcm(),
                        nil,
                        keyBuffer.baseAddress,
                        nonceBuffer.baseAddress,
                        direction
                    ) == 1
                }
            }
        }
        guard isReady else {
            unsafe EVP_CIPHER_CTX_free(context)
            throw .algorithmUnavailable("AES-256-GCM")
        }
        unsafe self.context = unsafe context
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    /// Binds the message to data that stays in the clear.
    func authenticate(_ additional: Span<UInt8>) -> Bool {
        if additional.isEmpty { return true }
        var written: Int32 = 0
        guard let count = Int32(exactly: additional.count) else { return false }
        return unsafe additional.withUnsafeBufferPointer { buffer in
            unsafe EVP_CipherUpdate(context, nil, &written, buffer.baseAddress, count) == 1
        }
    }

    /// Encrypts or decrypts `input` to the start of `output`, which is at least as long.
    func transform(_ input: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        if input.isEmpty { return true }
        var written: Int32 = 0
        guard let count = Int32(exactly: input.count), output.count >= input.count else { return false }
        let isDone = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe EVP_CipherUpdate(context, target.baseAddress, &written, source.baseAddress, count) == 1
            }
        }
        return isDone && written == count
    }

    /// Ends the message; for decryption this is where the tag is compared.
    func finish() -> Bool {
        var block: (UInt64, UInt64) = (0, 0)
        var written: Int32 = 0
        return unsafe withUnsafeMutableBytes(of: &block) { buffer in
            unsafe EVP_CipherFinal_ex(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &written) == 1
        }
    }

    /// Reads or sets the 16-byte tag.
    func control(_ command: Int32, _ tag: UnsafeMutableRawPointer?) -> Bool {
        unsafe EVP_CIPHER_CTX_ctrl(context, command, Int32(AES256GCM.tagByteCount), tag) == 1
    }
}
