package import AuditLog
internal import GatewayCrypto

/// Signs texts that are no checkpoints with the log's key, and names its public half; never makes a key.
package enum AuditNoteSigner {
    /// The note over `text` in the name of the log; throws where the key cannot be read or is none.
    package static func sign(_ text: [UInt8], keys: any AuditKeyStore, origin: String) throws -> [UInt8] {
        let (key, noteKey) = try current(keys, origin)
        // A checkpoint of the log must never come out of here.
        precondition(Checkpoint(text: text) == nil, "only the writer signs checkpoints")
        let signature = try key.sign(.ed25519, message: text.span)
        let line = SignedNote.Signature(name: noteKey.name, keyID: noteKey.id, bytes: signature)
        return SignedNote(text: text, signatures: [line]).bytes
    }

    /// The verifier key of the log, taken from its own signing key.
    package static func verifierKey(_ keys: any AuditKeyStore, origin: String) throws -> NoteKey {
        try current(keys, origin).noteKey
    }

    /// The key that signs now.
    private static func current(
        _ keys: any AuditKeyStore,
        _ origin: String
    ) throws -> (key: PrivateKey, noteKey: NoteKey) {
        guard let seed = try keys.read().first?.seed else {
            throw AuditOpenFault.badKey(path: origin, cause: "there is no signing key")
        }
        let key = try PrivateKey(ed25519Seed: seed)
        guard let publicBytes = key.ed25519PublicBytes else {
            throw AuditOpenFault.badKey(path: origin, cause: "the key is not Ed25519")
        }
        return (key, try NoteKey(name: origin, publicBytes: publicBytes))
    }
}
