/// One key of a keyring: everything that is known of it, its secret only sealed.
///
/// Source: `docs/keys.md`, keyring file.
package struct KeyringKey: Sendable, Equatable {
    /// What a key is for.
    package enum Purpose: String, Sendable, CaseIterable {
        /// Senders sign with it.
        case verify
        /// The gateway signs with it for a handler.
        case sign
        /// The gateway's own.
        case `internal`
    }

    /// Where in its life a key is (NIST SP 800-57 part 1 revision 5, section 7).
    package enum State: String, Sendable, CaseIterable {
        /// Not accepted before `notBefore`; without a date not before it is activated.
        case pending
        case active
        case suspended
        /// Accepted for deliveries signed up to `notAfter`.
        case retiring
        case retired
        /// May be in wrong hands.
        case revoked
        /// The secret is gone, what was known of the key stays.
        case destroyed
    }

    /// How the text of the secret becomes the bytes of the key.
    package enum Encoding: String, Sendable, CaseIterable {
        /// As the scheme of the source reads a secret.
        case utf8
        case base64
        case hex
        /// Base64 behind `whsec_` (Standard Webhooks).
        case whsec
    }

    /// Where the secret comes from.
    package enum Origin: String, Sendable {
        case generated
        case imported
    }

    /// A text sealed with AES-256-GCM: 12 bytes of nonce, and the ciphertext with its tag.
    package struct Sealed: Sendable, Equatable {
        let nonce: [UInt8]
        let ciphertext: [UInt8]
    }

    /// A rotation that waits for the first delivery signed with this key.
    package struct Rotation: Sendable, Equatable {
        /// How long the replaced key stays accepted after that, in seconds.
        package let overlap: Int64
        /// The key that is replaced.
        package let replaces: KeyID
    }

    /// The name in audit entries and metrics.
    package let id: KeyID
    /// A word for people, for example `2026-08`.
    package var label: String
    /// What the key is for.
    package let purpose: Purpose
    /// The algorithm of the source's scheme, for example `hmac-sha256`.
    package let algorithm: String
    /// How the text becomes a key.
    package let encoding: Encoding
    /// Where in its life it is.
    package internal(set) var state: State
    /// When it came into the keyring.
    package let created: Timestamp
    /// From when on it is accepted; `nil` for at once.
    package internal(set) var notBefore: Timestamp?
    /// Until which signed time it is accepted; `nil` for no end.
    package internal(set) var notAfter: Timestamp?
    /// When it should be replaced; nothing is refused for it.
    package internal(set) var expires: Timestamp?
    /// Where the secret comes from.
    package let origin: Origin
    /// Sixteen hexadecimal digits that tell secrets apart, keyed by the master key.
    package internal(set) var fingerprint: String
    /// The rotation this key stands for, until it is its source's primary.
    package internal(set) var rotation: Rotation?
    /// The secret; `nil` once it is destroyed.
    package internal(set) var sealed: Sealed?

    /// Whether its secret is there.
    package var hasSecret: Bool { sealed != nil }

    /// Whether deliveries may be signed with it now or from a date on.
    package var isAccepting: Bool {
        switch state {
        case .active, .retiring: true
        case .pending: notBefore != nil
        case .suspended, .retired, .revoked, .destroyed: false
        }
    }
}
