internal import COpenSSL

/// Bytes nobody can predict, from OpenSSL's generator (`RAND_bytes`, SP 800-90A).
package enum RandomBytes {
    /// `count` random bytes; throws where the generator cannot be seeded.
    package static func make(_ count: Int) throws(CryptoFault) -> [UInt8] {
        guard count > 0, count <= 1 << 20 else { return [] }
        var output = [UInt8](repeating: 0, count: count)
        let isDone = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe RAND_bytes(buffer.baseAddress, Int32(truncatingIfNeeded: buffer.count)) == 1
        }
        guard isDone else { throw .operationFailed("the random generator has no entropy") }
        return output
    }

    /// A new key of `count` random bytes.
    package static func makeSecret(_ count: Int) throws(CryptoFault) -> SecretBytes {
        var bytes = try make(count)
        return SecretBytes(consuming: &bytes)
    }
}
