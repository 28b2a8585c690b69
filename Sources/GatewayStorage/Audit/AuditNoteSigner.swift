internal import AuditLog
internal import GatewayCrypto

/// Signs texts that are no checkpoints with the log's key; reads the key file and never makes one.
package enum AuditNoteSigner {
    /// The note over `text` in the name of the log; throws where the key cannot be read or is none.
    package static func sign(_ text: [UInt8], keyPath: String, origin: String) throws -> [UInt8] {
        let files = SystemFileOperations()
        guard var bytes = try files.readFile(keyPath, limit: 4096) else {
            throw FileFailure(call: "open", path: keyPath, code: 2)
        }
        defer { SecretBytes.wipe(&bytes) }
        // The first line is the key that signs now.
        guard bytes.count > 64, var seed = Hex.decode(bytes.span.extracting(first: 64)) else {
            throw AuditOpenFault.badKey(path: keyPath, cause: "expected 64 hexadecimal digits")
        }
        let key = try PrivateKey(ed25519Seed: SecretBytes(consuming: &seed))
        guard let publicBytes = key.ed25519PublicBytes else {
            throw AuditOpenFault.badKey(path: keyPath, cause: "the log key is not Ed25519")
        }
        // A checkpoint of the log must never come out of here.
        precondition(Checkpoint(text: text) == nil, "only the writer signs checkpoints")
        let noteKey = try NoteKey(name: origin, publicBytes: publicBytes)
        let signature = try key.sign(.ed25519, message: text.span)
        let line = SignedNote.Signature(name: noteKey.name, keyID: noteKey.id, bytes: signature)
        return SignedNote(text: text, signatures: [line]).bytes
    }
}
