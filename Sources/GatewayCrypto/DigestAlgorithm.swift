internal import COpenSSL

/// The hash functions that signature schemes use; MD5 and SHA-1 only because some senders still do.
package enum DigestAlgorithm: UInt8, Sendable, CaseIterable {
    case md5
    case sha1
    case sha256
    case sha384
    case sha512

    /// The largest `byteCount` of all of them.
    package static let maximumByteCount = 64

    /// How many bytes a digest has.
    package var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// How many bytes one round of the function takes; HMAC keys beyond it are hashed first (RFC 2104 section 2).
    package var blockByteCount: Int {
        switch self {
        case .md5, .sha1, .sha256: 64
        case .sha384, .sha512: 128
        }
    }

    /// Whether the function is too weak to be chosen for anything new.
    package var isWeak: Bool {
        switch self {
        case .md5, .sha1: true
        case .sha256, .sha384, .sha512: false
        }
    }

    /// The name by which OpenSSL knows it.
    package var name: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha384: "SHA384"
        case .sha512: "SHA512"
        }
    }

    /// OpenSSL's function table, fetched once; `nil` where the provider does not offer the function.
    var table: OpaquePointer? {
        switch self {
        case .md5: unsafe DigestAlgorithm.md5Table
        case .sha1: unsafe DigestAlgorithm.sha1Table
        case .sha256: unsafe DigestAlgorithm.sha256Table
        case .sha384: unsafe DigestAlgorithm.sha384Table
        case .sha512: unsafe DigestAlgorithm.sha512Table
        }
    }

    // Fetched tables are reference-counted by OpenSSL, never changed and never freed here.
    private nonisolated(unsafe) static let md5Table = unsafe EVP_MD_fetch(nil, "MD5", nil)
    private nonisolated(unsafe) static let sha1Table = unsafe EVP_MD_fetch(nil, "SHA1", nil)
    private nonisolated(unsafe) static let sha256Table = unsafe EVP_MD_fetch(nil, "SHA256", nil)
    private nonisolated(unsafe) static let sha384Table = unsafe EVP_MD_fetch(nil, "SHA384", nil)
    private nonisolated(unsafe) static let sha512Table = unsafe EVP_MD_fetch(nil, "SHA512", nil)
}
