package import GatewayCrypto

/// Who a secret is sealed for: the public X25519 key of another keyring, as text that shows a typing error.
///
/// `postern-x25519:` and 72 hexadecimal digits: the key's 32 bytes, and the first 4 of SHA-256 of the text before them.
/// Source: `docs/keys.md`, export.
package struct KeyRecipient: Sendable, Equatable, CustomStringConvertible {
    private static let prefix = "postern-x25519:"
    /// The public key, 32 bytes.
    let publicKey: [UInt8]

    /// The recipient whose private key is `secret`.
    package init(of secret: SecretBytes) throws(CryptoFault) { publicKey = try X25519.publicKey(of: secret) }

    /// Reads the text; `nil` where it is none.
    package init?(_ text: String) {
        guard text.hasPrefix(KeyRecipient.prefix), text.utf8.count == KeyRecipient.prefix.utf8.count + 72,
            let bytes = Hex.decode(String(text.dropFirst(KeyRecipient.prefix.utf8.count)))
        else { return nil }
        publicKey = Array(bytes.prefix(32))
        guard description == text else { return nil }
    }

    /// The text, in small letters.
    package var description: String {
        let text = KeyRecipient.prefix + Hex.encode(publicKey.span)
        return text + String(SHA256.hash(Array(text.utf8).span).hex.prefix(8))
    }
}
