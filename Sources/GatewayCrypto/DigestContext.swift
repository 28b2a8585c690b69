internal import COpenSSL

/// A running digest over bytes that come in pieces; reusable, owned by one thread.
@safe
package final class DigestContext {
    /// The hash function.
    package let algorithm: DigestAlgorithm
    private let context: OpaquePointer
    private let table: OpaquePointer

    /// Makes a context ready for the first byte; throws where the provider does not offer the function.
    package init(_ algorithm: DigestAlgorithm) throws(CryptoFault) {
        guard let table = unsafe algorithm.table else { throw .algorithmUnavailable(algorithm.name) }
        guard let context = unsafe EVP_MD_CTX_new() else { throw .operationFailed("no memory for a digest context") }
        guard unsafe EVP_DigestInit_ex2(context, table, nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            throw .operationFailed("a digest could not be started")
        }
        self.algorithm = algorithm
        unsafe self.context = unsafe context
        unsafe self.table = unsafe table
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Forgets what was fed, without giving the memory back.
    package func reset() { _ = unsafe EVP_DigestInit_ex2(context, table, nil) }

    /// Adds bytes.
    package func update(_ bytes: Span<UInt8>) {
        if bytes.isEmpty { return }
        unsafe bytes.withUnsafeBytes { _ = unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    /// Writes the digest to the start of `output`, resets, and returns its length; 0 where `output` is too short.
    package func finish(into output: inout MutableSpan<UInt8>) -> Int {
        let count = algorithm.byteCount
        guard output.count >= count else { return 0 }
        let isDone = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1
        }
        reset()
        return isDone ? count : 0
    }

    /// The digest as an array, and a reset; for code off the wire path.
    package func finish() -> [UInt8] {
        var output = [UInt8](repeating: 0, count: algorithm.byteCount)
        var span = output.mutableSpan
        return finish(into: &span) == algorithm.byteCount ? output : []
    }

    /// The digest of a 32-byte function as a value, and a reset; for other functions the first 32 bytes, zero-filled.
    package func finish32() -> Digest32 {
        var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &words) { buffer in
            _ = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        reset()
        return Digest32(words: (words.0, words.1, words.2, words.3))
    }

    /// The digest of bytes that are all there; throws where the provider does not offer the function.
    package static func digest(_ algorithm: DigestAlgorithm, of bytes: Span<UInt8>) throws(CryptoFault) -> [UInt8] {
        let context = try DigestContext(algorithm)
        context.update(bytes)
        return context.finish()
    }
}
