import AuditLog
package import GatewayCrypto
import Glibc
package import WebhookVerification

/// Reads and changes one keyring file so that at any moment the old or the new one is there, whole.
///
/// A change takes the lock, reads anew, acts on what it read, and replaces the file: temporary file with O_EXCL and mode
/// 0600 in the same directory, fsync, rename, fsync of the directory. No copy is kept: it would bring destroyed keys back.
/// Source: `docs/keys.md`, files.
package struct KeyringFile: Sendable {
    /// A keyring as it was on the disk.
    package struct Opened: Sendable {
        /// The keyring.
        package let keyring: Keyring
        /// SHA-256 of the file, 64 hexadecimal digits.
        package let digest: String
    }

    /// Where the files are.
    package let paths: KeyringPaths
    private let files: any FileOperations
    /// How long a change waits for the lock, in milliseconds.
    private let patience: Int

    /// A keyring at `paths`.
    package init(_ paths: KeyringPaths, files: any FileOperations = SystemFileOperations(), patience: Int = 10_000) {
        self.paths = paths
        self.files = files
        self.patience = patience
    }

    // MARK: reading

    /// Opens the keyring; throws where it is not there, is not authentic, or is older than what was loaded before.
    package func read(master: SecretBytes) throws(KeyringFileFault) -> Opened {
        guard let opened = try readAny(master: master) else { throw .missing(paths.file) }
        try refuseRollback(opened)
        return opened
    }

    /// Opens the keyring whatever its revision; `nil` where there is none.
    package func readAny(master: SecretBytes) throws(KeyringFileFault) -> Opened? {
        let found = try system { () throws(FileFailure) -> (bytes: [UInt8], mode: UInt32)? in
            guard let bytes = try files.readFile(paths.file, limit: Keyring.fileBytesMax + 1) else { return nil }
            let descriptor = try files.open(paths.file, .read)
            defer { files.close(descriptor) }
            return (bytes, try files.mode(descriptor))
        }
        guard let (bytes, mode) = found else { return nil }
        guard mode & 0o077 == 0 else { throw .mode(paths.file, mode) }
        do throws(KeyringFault) {
            let keyring = try Keyring(opening: bytes, master: master)
            return Opened(keyring: keyring, digest: SHA256.hash(bytes.span).hex)
        } catch {
            throw .keyring(error, paths.file)
        }
    }

    /// The reference of the master key that the file is under now, where the keyring `known` vouches for it.
    package func successor(of known: Keyring) throws(KeyringFileFault) -> String? {
        let bytes = try system { () throws(FileFailure) in
            try files.readFile(paths.file, limit: Keyring.fileBytesMax + 1)
        }
        guard let bytes else { throw .missing(paths.file) }
        do throws(KeyringFault) {
            return try KeyringHandover.reference(in: bytes, known: known)
        } catch {
            throw .keyring(error, paths.file)
        }
    }

    private func refuseRollback(_ opened: Opened) throws(KeyringFileFault) {
        guard let mark = try mark() else { return }
        let found = opened.keyring.revision
        if found < mark.revision || (found == mark.revision && opened.digest != mark.digest) {
            throw .rollback(paths.file, found: found, known: mark.revision)
        }
    }

    /// The newest revision that was loaded and the digest of its file; `nil` where none was.
    package func mark() throws(KeyringFileFault) -> (revision: Int64, digest: String)? {
        guard let path = paths.mark else { return nil }
        let text = try system { () throws(FileFailure) in try files.readFile(path, limit: 256) }
        guard let text else { return nil }
        let words = String(decoding: text, as: UTF8.self).split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard words.count == 2, let revision = Int64(words[0]), revision > 0, words[1].utf8.count == 64 else {
            throw .keyring(.malformed("this is no mark of a revision"), path)
        }
        return (revision, String(words[1]))
    }

    /// Notes that this revision was loaded, so that no older one is taken from now on.
    ///
    /// A mark that cannot be written is no reason to refuse the keyring; the caller may say so.
    package func note(_ opened: Opened) throws(KeyringFileFault) {
        guard let path = paths.mark, let slash = path.lastIndex(of: "/") else { return }
        if let known = try mark(), known == (opened.keyring.revision, opened.digest) { return }
        try system { () throws(FileFailure) in
            try files.replaceFile(
                String(path[path.index(after: slash)...]),
                in: String(path[..<slash]),
                with: Array("\(opened.keyring.revision) \(opened.digest)\n".utf8),
                mode: 0o640
            )
        }
    }

    // MARK: changing

    /// Changes the keyring under its lock and leaves the acts for the audit log; gives what is there then.
    ///
    /// `change` gets the keyring as it is at that moment, or a new one where there is none and `makes` says under which
    /// reference. It returns the acts that it did; where there are none, nothing is written.
    package func update(
        master: SecretBytes,
        makes reference: String? = nil,
        now: Timestamp,
        _ change: (inout Keyring) throws(KeyringFault) -> [KeyringAct]
    ) throws(KeyringFileFault) -> Opened {
        try locked { () throws(KeyringFileFault) in
            let old = try readAny(master: master)
            if let old { try refuseRollback(old) }
            var keyring: Keyring
            if let old {
                keyring = old.keyring
            } else {
                guard let reference else { throw .missing(paths.file) }
                if let mark = try mark() { throw .rollback(paths.file, found: 0, known: mark.revision) }
                do throws(KeyringFault) {
                    keyring = try Keyring(master: master, reference: reference, now: now)
                } catch {
                    throw .keyring(error, "")
                }
            }
            let acts: [KeyringAct]
            let bytes: [UInt8]
            do throws(KeyringFault) {
                acts = try change(&keyring)
                if acts.isEmpty, let old { return old }
                keyring.advance(now: now)
                bytes = try keyring.encoded()
            } catch {
                throw .keyring(error, "")
            }
            let new = Opened(keyring: keyring, digest: SHA256.hash(bytes.span).hex)
            try write(bytes, new: new, acts: acts, old: old)
            return new
        }
    }

    /// Leaves an act that does not change the keyring, for example that a secret was exported.
    package func leave(_ act: KeyringAct, at opened: Opened) throws(KeyringFileFault) {
        try locked { () throws(KeyringFileFault) in
            let act = act.described(before: opened.keyring, after: opened.keyring)
            try appendActs([act], digest: opened.digest, current: opened.digest)
        }
    }

    private func write(
        _ bytes: [UInt8],
        new: Opened,
        acts: [KeyringAct],
        old: Opened?
    ) throws(KeyringFileFault) {
        let revision = AuditValue.integer(Int(new.keyring.revision))
        let named = acts.map { act in
            var act = act.described(before: old?.keyring, after: new.keyring)
            act.members["rev"] = revision
            return act
        }
        try appendActs(named, digest: new.digest, current: old?.digest ?? "")
        let temporary = "\(paths.directory)/.\(paths.name).tmp"
        let there = try system { () throws(FileFailure) in
            // What a command that was killed left behind; nobody else is here, we have the lock.
            try files.unlink(temporary)
            let descriptor = try files.open(temporary, .createNew(mode: 0o600))
            do throws(FileFailure) {
                try files.writeAll(descriptor, bytes.span)
                try files.fdatasync(descriptor)
            } catch {
                files.close(descriptor)
                try? files.unlink(temporary)
                throw error
            }
            files.close(descriptor)
            return try files.readFile(paths.file, limit: Keyring.fileBytesMax + 1)
        }
        guard there.map({ SHA256.hash($0.span).hex }) == old?.digest else {
            try? files.unlink(temporary)
            throw .changed(paths.file)
        }
        try system { () throws(FileFailure) in
            try files.rename(temporary, paths.file)
            try files.syncDirectory(paths.directory)
        }
    }

    /// Runs calls of the system.
    private func system<Result>(_ body: () throws(FileFailure) -> Result) throws(KeyringFileFault) -> Result {
        do throws(FileFailure) { return try body() } catch { throw .file(error) }
    }

    // MARK: acts

    /// Adds acts that lead from the file `current` to the file `digest`; an act that never came to pass is dropped first.
    private func appendActs(_ acts: [KeyringAct], digest: String, current: String) throws(KeyringFileFault) {
        do throws(FileFailure) {
            var kept = try actLines()
            while let last = kept.last.flatMap(KeyringAct.parse), last.digest != current { kept.removeLast() }
            var bytes: [UInt8] = []
            for line in kept { bytes += line + [0x0A] }
            for act in acts { bytes += act.line(digest: digest) }
            let path = paths.acts
            let name = String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
            try files.replaceFile(name, in: paths.directory, with: bytes, mode: 0o600)
        } catch {
            throw .file(error)
        }
    }

    private func actLines() throws(FileFailure) -> [[UInt8]] {
        let bytes = try files.readFile(paths.acts, limit: 16 << 20) ?? []
        return bytes.split(separator: 0x0A).map(Array.init)
    }

    /// Hands out the acts that came to pass and are not recorded yet, and forgets them once `record` says they are.
    package func drainActs(
        current: String,
        _ record: ([KeyringAct]) -> Bool
    ) throws(KeyringFileFault) {
        try locked { () throws(KeyringFileFault) in
            do throws(FileFailure) {
                var lines = try actLines().compactMap(KeyringAct.parse)
                while let last = lines.last, last.digest != current { lines.removeLast() }
                guard !lines.isEmpty else { return }
                if record(lines.map(\.act)) { try files.unlink(paths.acts) }
            } catch {
                throw .file(error)
            }
        }
    }

    private func locked<Result>(
        _ body: () throws(KeyringFileFault) -> Result
    ) throws(KeyringFileFault) -> Result {
        let descriptor = try system { () throws(FileFailure) in try files.open(paths.lock, .lock) }
        defer { files.close(descriptor) }
        var waited = 0
        while !(try system { () throws(FileFailure) in try files.lock(descriptor) }) {
            guard waited < patience else { throw .locked(paths.lock) }
            usleep(5_000)
            waited += 5
        }
        defer { files.unlock(descriptor) }
        return try body()
    }
}
