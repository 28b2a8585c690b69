package import GatewayCrypto

/// What a signature that holds has proven.
package struct SignatureMatch: Sendable {
    /// The signed event id.
    package enum EventID: Sendable, Equatable {
        /// The scheme signs none, or the body holds it: see `CompiledSignatureScheme.signedEventIDPointers`.
        case none
        /// In the head that was verified.
        case head(ByteRange)
        /// A value that does not stand in the head as such.
        case value([UInt8])
    }

    /// The index of the key among those the verifier was made with.
    package let keyIndex: Int
    /// The key's id.
    package let keyID: KeyID
    /// Which further accepted keys a signature of the request fits, a bit for each index below 64; 0 for none.
    package var otherKeys: UInt64 = 0
    /// How many signatures the request offered.
    package let candidateCount: Int
    /// The signed time, `nil` where the scheme has none; its window is not judged yet.
    package let timestamp: Timestamp?
    /// SHA-256 of the signed content, a secret that is part of it left out; of the body where nothing is signed.
    package let contentDigest: Digest32
    /// Whether the signed content is the body and nothing else, so that `contentDigest` is the body's digest.
    package let contentIsBody: Bool
    /// Whether a change of the body would have been noticed.
    package let coversBody: Bool
    /// The signed event id where it is not in the body.
    package let eventID: EventID
}

/// The state of a verification between head and body.
package struct SignatureAttempt {
    /// Which parse of the verifier's scratch space belongs to it.
    var generation: UInt64
    /// Contexts that take the body as it arrives; `nil` where the body is taken as a whole.
    var stream: SignatureStream?
}

/// Contexts of one request whose body arrives in pieces; owned by the event loop of its verifier.
final class SignatureStream {
    /// One context per key of the verifier, `nil` for keys that cannot match.
    var contexts: [HMACContext?] = []
    let digest: DigestContext

    init(digest: DigestContext) { self.digest = digest }
}
