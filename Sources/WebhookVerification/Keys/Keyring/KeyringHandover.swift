import GatewayCrypto

/// How a running gateway finds the master key that took the place of the one it has.
///
/// `keys rewrap` writes the reference of the new master key into the file, and beside it a MAC that only the holder of the
/// old one can make. Without it the reference would be anybody's who can write the file, and `exec:` names a program.
/// Source: `docs/keys.md`, master key.
package enum KeyringHandover {
    /// What the MAC is over: the keyring, the salt and the check of the new master key, and its reference.
    static func text(id: String, salt: [UInt8], check: String, reference: String) -> [UInt8] {
        Array("postern/keyring/v1/handover\n\(id)\n\(Base64.encode(salt.span))\n\(check)\n\(reference)\n".utf8)
    }

    /// The reference of the master key of the keyring in `file`, where the keyring `known`, opened before, vouches for it.
    ///
    /// `nil` where the file has none, or somebody else wrote it.
    package static func reference(in file: [UInt8], known: Keyring) throws(KeyringFault) -> String? {
        let document = try KeyringDocument(file)
        guard document.id == known.id, let reference = document.masterReference, let mac = document.handover else {
            return nil
        }
        let text = text(id: document.id, salt: document.salt, check: document.check, reference: reference)
        let expected = try known.secrets.vouch(text)
        return constantTimeEquals(mac.span, expected.span) ? reference : nil
    }
}
