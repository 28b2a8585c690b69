internal import COpenSSL

/// SHA-256 of bytes that are all there (FIPS 180-4).
///
/// For bytes that come in pieces use `DigestContext(.sha256)`, for other functions `DigestContext.digest`.
package enum SHA256 {
    /// The digest of a span.
    package static func hash(_ bytes: Span<UInt8>) -> Digest32 {
        unsafe bytes.withUnsafeBytes { unsafe hash($0) }
    }

    /// The digest of a raw buffer.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest32 {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        // A process without SHA-256 cannot do its job at all; no input leads here.
        guard let table = unsafe DigestAlgorithm.sha256.table else {
            preconditionFailure("OpenSSL's provider does not offer SHA-256")
        }
        unsafe withUnsafeMutableBytes(of: &words) { output in
            let pointer = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            let isDone = unsafe EVP_Digest(bytes.baseAddress, bytes.count, pointer, nil, table, nil)
            precondition(isDone == 1, "OpenSSL could not compute a SHA-256 digest")
        }
        return Digest32(words: words)
    }
}
