internal import COpenSSL

/// What can go wrong on our side when OpenSSL is asked to do something; never caused by a wrong signature.
///
/// A signature that does not hold is a `false`, not a fault. No fault carries key material.
package enum CryptoFault: Error, Sendable, Equatable {
    /// The provider in use does not offer the algorithm, for example MD5 under a FIPS provider.
    case algorithmUnavailable(String)
    /// A key is not of the form or size that the operation needs; the text says which form is expected.
    case invalidKey(String)
    /// OpenSSL refused an operation that cannot fail for its input, for example for want of memory.
    case operationFailed(String)
    /// A sealed text was not made with this key, nonce and additional data.
    case notAuthentic
}

/// Drops the errors OpenSSL queued for this thread, so that a refused key leaves nothing for the next reader.
func clearOpenSSLErrors() { ERR_clear_error() }
