internal import AuditLog
internal import GatewayCrypto

/// The log's own Ed25519 keys with the name they sign under: the current one, and while they overlap the one before.
///
/// Source: `docs/audit-log-format.md`, log key.
final class AuditSigner {
    /// One key.
    private struct Entry {
        let seed: SecretBytes
        let key: PrivateKey
        let noteKey: NoteKey
        /// Until when it signs, microseconds since 1970; `nil` for the current one.
        let until: Int64?
    }

    private let entries: [Entry]

    /// Takes the keys, the current one first.
    private init(_ entries: [Entry]) { self.entries = entries }

    /// The name under which the keys sign: the log's origin.
    var origin: String { noteKey.name }

    /// The public half of the current key, as verifiers need it.
    var noteKey: NoteKey { entries[0].noteKey }

    /// The public halves of all keys that are kept, the current one first.
    var noteKeys: [NoteKey] { entries.map(\.noteKey) }

    /// Signs a checkpoint with every key that signs at `time`.
    func sign(_ checkpoint: Checkpoint, time: Int64) throws(CryptoFault) -> SignedNote {
        let text = checkpoint.text
        var signatures: [SignedNote.Signature] = []
        for entry in entries where entry.until.map({ time < $0 }) ?? true {
            let bytes = try entry.key.sign(.ed25519, message: text.span)
            signatures.append(
                SignedNote.Signature(name: entry.noteKey.name, keyID: entry.noteKey.id, bytes: bytes)
            )
        }
        return SignedNote(text: text, signatures: signatures)
    }

    /// Takes the keys that are kept, or makes the first one where there are none.
    static func load(_ store: any AuditKeyStore, origin: String) throws(AuditOpenFault) -> AuditSigner {
        let known = try store.read()
        if !known.isEmpty { return try signer(known, origin) }
        let made = [AuditLogKey(seed: try seed(), until: nil)]
        let signer = try signer(made, origin)
        try store.write(made)
        return signer
    }

    /// A signer with a new current key, which is kept; the key that was current signs until `until`.
    func rotated(_ store: any AuditKeyStore, until: Int64) throws(AuditOpenFault) -> AuditSigner {
        let keys = [
            AuditLogKey(seed: try AuditSigner.seed(), until: nil), AuditLogKey(seed: entries[0].seed, until: until),
        ]
        let signer = try AuditSigner.signer(keys, origin)
        try store.write(keys)
        return signer
    }

    private static func seed() throws(AuditOpenFault) -> SecretBytes {
        do throws(CryptoFault) { return try PrivateKey.makeEd25519Seed() } catch { throw .crypto("\(error)") }
    }

    private static func signer(_ keys: [AuditLogKey], _ origin: String) throws(AuditOpenFault) -> AuditSigner {
        do throws(CryptoFault) {
            var entries: [Entry] = []
            for kept in keys {
                let key = try PrivateKey(ed25519Seed: kept.seed)
                guard let publicBytes = key.ed25519PublicBytes else {
                    throw CryptoFault.invalidKey("the log key is not Ed25519")
                }
                let noteKey = try NoteKey(name: origin, publicBytes: publicBytes)
                entries.append(Entry(seed: kept.seed, key: key, noteKey: noteKey, until: kept.until))
            }
            return AuditSigner(entries)
        } catch {
            throw .crypto("\(error)")
        }
    }
}
