package import GatewayCrypto

/// A key that deliveries of a source may be signed with, and the time in which they may.
///
/// Source of the states: `docs/keys.md` (NIST SP 800-57 part 1 revision 5, section 7).
package struct SigningKey: Sendable {
    /// What the key is made of.
    package enum Material: Sendable {
        /// A secret that both sides have.
        case secret(SecretBytes)
        /// The sender's public key.
        case publicKey(PublicKey)
    }

    /// What a key in this state is good for.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Not accepted yet, without a date from which it would be.
        case pending
        /// Accepted.
        case live
        /// Not accepted for the time being.
        case suspended
        /// Accepted until `notAfter`; the next key is already there.
        case retiring
        /// Refused as `signature.key_retired`, so that a sender that was not updated is recognised.
        case retired
        /// Refused as `signature.key_revoked`: the key may be in wrong hands.
        case revoked
    }

    /// The name in audit entries and metrics.
    package let id: KeyID
    /// What the key is made of.
    package let material: Material
    /// What the key is good for.
    package let state: State
    /// The first moment at which the key is accepted; `nil` for always.
    package let notBefore: Timestamp?
    /// The last moment at which the key is accepted; `nil` for no end.
    package let notAfter: Timestamp?
    /// How far the sender's clock may be from ours when `notBefore` is judged, in microseconds.
    package let skew: Int64
    /// How long after `notAfter` a delivery that was signed before it may still arrive, in microseconds.
    package let grace: Int64
    /// The name that the sender gives the key, for schemes that name it in the request; `nil` fits any name.
    package let senderKeyID: String?

    /// A key that is accepted always, unless state or dates say otherwise.
    package init(
        id: KeyID,
        material: Material,
        state: State = .live,
        notBefore: Timestamp? = nil,
        notAfter: Timestamp? = nil,
        skew: Int64 = 0,
        grace: Int64 = 0,
        senderKeyID: String? = nil
    ) {
        self.id = id
        self.material = material
        self.state = state
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.skew = skew
        self.grace = grace
        self.senderKeyID = senderKeyID
    }

    /// Whether the key is accepted for a delivery signed at `time` that arrived at `now`.
    ///
    /// `time` is the signed time of the attempt where the scheme has one, else `now`. A delivery signed one second before
    /// the cut and delayed on its way is accepted, one signed after it is not. Source: `docs/keys.md`, states.
    package func isAccepted(at time: Timestamp, now: Timestamp) -> Bool {
        switch state {
        case .live, .retiring:
            if let notBefore, now.microseconds < notBefore.microseconds &- skew { return false }
            if let notAfter, time > notAfter || now.microseconds > notAfter.microseconds &+ grace { return false }
            return true
        case .pending, .suspended, .retired, .revoked:
            return false
        }
    }

    /// Why the key is not accepted at `now`, as the denial of a delivery that it signed.
    func refusal(now: Timestamp) -> Denial {
        switch state {
        case .revoked: return SignatureFault.keyRevoked.denial("made with key \(id)")
        case .suspended: return SignatureFault.signatureMismatch.denial("made with key \(id), suspended")
        case .pending: return SignatureFault.signatureMismatch.denial("made with key \(id), not valid yet")
        case .live, .retiring, .retired:
            if let notBefore, now.microseconds < notBefore.microseconds &- skew {
                return SignatureFault.signatureMismatch.denial("made with key \(id), not valid yet")
            }
            return SignatureFault.keyRetired.denial("made with key \(id)")
        }
    }
}
