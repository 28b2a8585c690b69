internal import AuditLog
internal import GatewayCrypto

/// The log's own Ed25519 key with the name it signs under.
final class AuditSigner {
    private let key: PrivateKey
    /// The public half, as verifiers need it.
    let noteKey: NoteKey

    /// Takes a 32-byte seed.
    init(seed: SecretBytes, origin: String) throws(CryptoFault) {
        key = try PrivateKey(ed25519Seed: seed)
        guard let publicBytes = key.ed25519PublicBytes else { throw .invalidKey("the log key is not Ed25519") }
        noteKey = try NoteKey(name: origin, publicBytes: publicBytes)
    }

    /// Signs a checkpoint.
    func sign(_ checkpoint: Checkpoint) throws(CryptoFault) -> SignedNote {
        try SignedNote(signing: checkpoint, with: key, as: noteKey)
    }

    /// Reads the key file, or makes it with mode 0600 where there is none: 64 hexadecimal digits and a line feed.
    static func load(path: String, origin: String, files: any FileOperations) throws(AuditOpenFault) -> AuditSigner {
        do {
            if var text = try files.readFile(path, limit: 4096) {
                defer { SecretBytes.wipe(&text) }
                try checkMode(path, files)
                guard text.count == 65, text[64] == UInt8(ascii: "\n"),
                    var seed = Hex.decode(text.span.extracting(first: 64))
                else {
                    throw AuditOpenFault.badKey(path: path, cause: "expected 64 hexadecimal digits and a line feed")
                }
                return try AuditSigner(seed: SecretBytes(consuming: &seed), origin: origin)
            }
            let seed = try PrivateKey.makeEd25519Seed()
            var text = seed.withBytes { Array(Hex.encode($0).utf8) } + [UInt8(ascii: "\n")]
            defer { SecretBytes.wipe(&text) }
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            let name = String(path[slash...].drop(while: { $0 == "/" }))
            try files.replaceFile(name, in: String(path[..<slash]), with: text, mode: 0o600)
            return try AuditSigner(seed: seed, origin: origin)
        } catch let fault as AuditOpenFault {
            throw fault
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .crypto("\(error)")
        }
    }

    /// A key that others can read is no proof of anything.
    private static func checkMode(_ path: String, _ files: any FileOperations) throws {
        let descriptor = try files.open(path, .read)
        defer { files.close(descriptor) }
        let mode = try files.mode(descriptor)
        guard mode & 0o077 == 0 else {
            throw AuditOpenFault.badKey(path: path, cause: "mode \(String(mode, radix: 8)), expected 600")
        }
    }
}
