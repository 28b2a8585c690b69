internal import COpenSSL

/// Whether two byte strings are equal, in time that depends on their lengths only.
///
/// Runs on `CRYPTO_memcmp`. Different lengths are unequal at once: lengths of MACs and tokens are not secret.
package func constantTimeEquals(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    if left.isEmpty { return true }
    return unsafe left.withUnsafeBytes { leftBytes in
        unsafe right.withUnsafeBytes { rightBytes in
            unsafe CRYPTO_memcmp(leftBytes.baseAddress, rightBytes.baseAddress, leftBytes.count) == 0
        }
    }
}
