package import GatewayCrypto

/// Why a keyring cannot be used, or an act on it cannot be done; nothing has changed.
package enum KeyringFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file is not of the form that `docs/keys.md` gives; the text says where.
    case malformed(String)
    /// The keyring was made with another master key.
    case wrongMaster
    /// The file was changed by somebody who does not have the master key, or is damaged.
    case notAuthentic
    /// There is no entry of this name; `known` are the names there are.
    case unknownSource(String, known: [String])
    /// No entry has a key of this id.
    case unknownKey(String)
    /// A key in this state cannot become what was asked for.
    case illegalTransition(KeyID, from: KeyringKey.State, act: String)
    /// The secret is not strong enough, or not of the form of its scheme.
    case unusableSecret(String)
    /// The same secret is there already.
    case duplicateSecret(source: String, key: KeyID)
    /// A number is beyond what is allowed, or an act would leave nothing that works; the text says what would be right.
    case refused(String)
    /// OpenSSL refused.
    case crypto(CryptoFault)

    /// The operation's fault in one sentence; never a secret.
    package var description: String {
        switch self {
        case .malformed(let what): "the keyring is malformed: \(what)"
        case .wrongMaster: "the master key is not the one that the keyring was made with"
        case .notAuthentic: "the keyring was changed without its master key, or is damaged"
        case .unknownSource(let name, let known):
            "the keyring has no source '\(name)'"
                + (known.isEmpty ? "; it is empty" : "; it has \(known.prefix(8).joined(separator: ", "))")
        case .unknownKey(let id): "the keyring has no key '\(id)'"
        case .illegalTransition(let id, let state, let act): "key \(id) is \(state.rawValue) and cannot be \(act)"
        case .unusableSecret(let text): "the secret cannot be used: \(text)"
        case .duplicateSecret(let source, let key): "the same secret is in the keyring already: \(source), key \(key)"
        case .refused(let text): text
        case .crypto(let fault): "cryptography failed: \(fault)"
        }
    }
}
