internal import COpenSSL

/// A keyed HMAC (RFC 2104) that is used again and again without being keyed again; owned by one thread.
///
/// The key is scheduled once, in `init`. Each message costs one re-initialisation, its bytes, and one finish. For
/// bodies that arrive in pieces while other messages are under way, `duplicate()` gives a context of its own.
@safe
package final class HMACContext {
    /// The hash function under the MAC.
    package let algorithm: DigestAlgorithm
    private let context: OpaquePointer

    /// Schedules `key`; throws where the provider does not offer HMAC or the function, or refuses the key.
    package init(_ algorithm: DigestAlgorithm, key: Span<UInt8>) throws(CryptoFault) {
        self.algorithm = algorithm
        unsafe context = unsafe try HMACContext.makeContext(algorithm, key)
    }

    /// Schedules a key kept in a `SecretBytes`, without another copy of it in our memory.
    package init(_ algorithm: DigestAlgorithm, key: SecretBytes) throws(CryptoFault) {
        self.algorithm = algorithm
        unsafe context = unsafe try key.withBytes { (bytes) throws(CryptoFault) -> OpaquePointer in
            unsafe try HMACContext.makeContext(algorithm, bytes)
        }
    }

    private init(adopting context: OpaquePointer, _ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        unsafe self.context = unsafe context
    }

    deinit { unsafe EVP_MAC_CTX_free(context) }

    /// Starts the next message with the same key; whatever was fed before is forgotten.
    package func reset() { _ = unsafe EVP_MAC_init(context, nil, 0, nil) }

    /// Adds bytes of the message.
    package func update(_ bytes: Span<UInt8>) {
        if bytes.isEmpty { return }
        unsafe bytes.withUnsafeBufferPointer { _ = unsafe EVP_MAC_update(context, $0.baseAddress, $0.count) }
    }

    /// Writes the MAC to the start of `output`; returns its length, 0 where `output` is too short or OpenSSL failed.
    ///
    /// The context has to be `reset()` before the next message.
    package func finish(into output: inout MutableSpan<UInt8>) -> Int {
        let count = algorithm.byteCount
        guard output.count >= count else { return 0 }
        var written = 0
        let isDone = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe EVP_MAC_final(context, buffer.baseAddress, &written, buffer.count) == 1
        }
        return isDone && written == count ? count : 0
    }

    /// A context of its own with the same key and everything fed so far; `nil` where memory for keys is used up.
    package func duplicate() -> HMACContext? {
        guard let copy = unsafe EVP_MAC_CTX_dup(context) else { return nil }
        return unsafe HMACContext(adopting: copy, algorithm)
    }

    /// The MAC of one message under one key, for code off the wire path.
    package static func mac(
        _ algorithm: DigestAlgorithm,
        key: Span<UInt8>,
        message: Span<UInt8>
    ) throws(CryptoFault) -> [UInt8] {
        let context = try HMACContext(algorithm, key: key)
        context.update(message)
        var output = [UInt8](repeating: 0, count: algorithm.byteCount)
        var span = output.mutableSpan
        guard context.finish(into: &span) == algorithm.byteCount else { throw .operationFailed("HMAC") }
        return output
    }

    private static func makeContext(
        _ algorithm: DigestAlgorithm,
        _ key: Span<UInt8>
    ) throws(CryptoFault) -> OpaquePointer {
        guard let table = unsafe HMACContext.table, unsafe algorithm.table != nil else {
            throw .algorithmUnavailable("HMAC-\(algorithm.name)")
        }
        guard let context = unsafe EVP_MAC_CTX_new(table) else { throw .operationFailed("no memory for a MAC context") }
        guard unsafe schedule(context, algorithm, key) else {
            unsafe EVP_MAC_CTX_free(context)
            clearOpenSSLErrors()
            throw .invalidKey("OpenSSL refuses this key for HMAC-\(algorithm.name)")
        }
        return unsafe context
    }

    private static func schedule(_ context: OpaquePointer, _ algorithm: DigestAlgorithm, _ key: Span<UInt8>) -> Bool {
        var name = Array(algorithm.name.utf8CString)
        return unsafe name.withUnsafeMutableBufferPointer { digest in
            // A parameter keeps the address of its name: a `String` passed here would be gone before it is read.
            unsafe OSSL_MAC_PARAM_DIGEST.withCString { parameter in
                let parameters = unsafe [
                    OSSL_PARAM_construct_utf8_string(parameter, digest.baseAddress, 0),
                    OSSL_PARAM_construct_end(),
                ]
                return unsafe key.withUnsafeBufferPointer { bytes in
                    // A null pointer would mean "keep the key", so an empty key needs an address as well.
                    var placeholder: UInt8 = 0
                    return unsafe withUnsafePointer(to: &placeholder) { empty in
                        unsafe EVP_MAC_init(context, bytes.baseAddress ?? empty, bytes.count, parameters) == 1
                    }
                }
            }
        }
    }

    private nonisolated(unsafe) static let table = unsafe EVP_MAC_fetch(nil, "HMAC", nil)
}
