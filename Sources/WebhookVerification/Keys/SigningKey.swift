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
        /// Accepted.
        case live
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
    /// The name that the sender gives the key, for schemes that name it in the request; `nil` fits any name.
    package let senderKeyID: String?

    /// A key that is accepted always, unless state or dates say otherwise.
    package init(
        id: KeyID,
        material: Material,
        state: State = .live,
        notBefore: Timestamp? = nil,
        notAfter: Timestamp? = nil,
        senderKeyID: String? = nil
    ) {
        self.id = id
        self.material = material
        self.state = state
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.senderKeyID = senderKeyID
    }

    /// Whether the key is accepted at `time`: the signed time of the attempt where the scheme has one, else now.
    package func isAccepted(at time: Timestamp) -> Bool {
        switch state {
        case .live, .retiring:
            if let notBefore, time < notBefore { return false }
            if let notAfter, time > notAfter { return false }
            return true
        case .retired, .revoked:
            return false
        }
    }
}
