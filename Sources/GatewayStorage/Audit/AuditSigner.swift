internal import AuditLog
internal import GatewayCrypto

/// The log's own Ed25519 keys with the name they sign under: the current one, and while they overlap the one before.
///
/// The key file has one line for each: 64 hexadecimal digits of the seed, and behind a space, for a key that was replaced,
/// the microsecond until which it still signs. Source: `docs/audit-log-format.md`, log key.
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

    /// The public halves of all keys in the file, the current one first.
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

    /// Reads the key file, or makes it with mode 0600 where there is none.
    static func load(path: String, origin: String, files: any FileOperations) throws(AuditOpenFault) -> AuditSigner {
        do {
            if var text = try files.readFile(path, limit: 4096) {
                defer { SecretBytes.wipe(&text) }
                try checkMode(path, files)
                var entries: [Entry] = []
                for line in lines(text) {
                    guard let line, let entry = try entry(line, origin: origin, isFirst: entries.isEmpty) else {
                        throw AuditOpenFault.badKey(
                            path: path,
                            cause: "expected 64 hexadecimal digits and a line feed"
                        )
                    }
                    entries.append(entry)
                }
                return AuditSigner(entries)
            }
            let seed = try PrivateKey.makeEd25519Seed()
            let signer = AuditSigner([try entry(seed, origin: origin, until: nil)])
            try signer.store(path: path, files: files)
            return signer
        } catch let fault as AuditOpenFault {
            throw fault
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .crypto("\(error)")
        }
    }

    /// A signer with a new current key, stored in the key file; the key that was current signs until `until`.
    func rotated(path: String, until: Int64, files: any FileOperations) throws(AuditOpenFault) -> AuditSigner {
        do {
            let old = entries[0]
            let signer = AuditSigner([
                try AuditSigner.entry(try PrivateKey.makeEd25519Seed(), origin: origin, until: nil),
                try AuditSigner.entry(old.seed, origin: origin, until: until),
            ])
            try signer.store(path: path, files: files)
            return signer
        } catch let fault as AuditOpenFault {
            throw fault
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .crypto("\(error)")
        }
    }

    private func store(path: String, files: any FileOperations) throws {
        var text: [UInt8] = []
        defer { SecretBytes.wipe(&text) }
        for entry in entries {
            entry.seed.withBytes { text += Array(Hex.encode($0).utf8) }
            if let until = entry.until { text += Array(" \(until)".utf8) }
            text.append(UInt8(ascii: "\n"))
        }
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let name = String(path[slash...].drop(while: { $0 == "/" }))
        try files.replaceFile(name, in: String(path[..<slash]), with: text, mode: 0o600)
    }

    /// The lines of a key file, each without its line feed; `nil` for one that does not end.
    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>?] {
        guard text.last == UInt8(ascii: "\n") else { return [nil] }
        return text.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { $0 }
    }

    private static func entry(_ line: ArraySlice<UInt8>, origin: String, isFirst: Bool) throws -> Entry? {
        guard line.count >= 64, var seed = Hex.decode(Array(line.prefix(64)).span) else { return nil }
        let secret = SecretBytes(consuming: &seed)
        let rest = line.dropFirst(64)
        if isFirst { return rest.isEmpty ? try entry(secret, origin: origin, until: nil) : nil }
        guard rest.first == UInt8(ascii: " "), let until = Int64(String(decoding: rest.dropFirst(), as: UTF8.self))
        else {
            return nil
        }
        return try entry(secret, origin: origin, until: until)
    }

    private static func entry(_ seed: SecretBytes, origin: String, until: Int64?) throws(CryptoFault) -> Entry {
        let key = try PrivateKey(ed25519Seed: seed)
        guard let publicBytes = key.ed25519PublicBytes else { throw .invalidKey("the log key is not Ed25519") }
        let noteKey = try NoteKey(name: origin, publicBytes: publicBytes)
        return Entry(seed: seed, key: key, noteKey: noteKey, until: until)
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
