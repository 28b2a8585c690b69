package import AuditLog
internal import GatewayCrypto
internal import Logging

/// What a command asks of the log besides entries of requests; called by whoever owns the committer.
extension AuditCommitter {
    /// The log's full name.
    package var origin: String { signer.origin }

    /// The tree over what is durable.
    package var durable: CompactRange { durableTree }

    /// Appends an entry and makes it durable; its number, or `nil` where the log takes nothing now.
    package func append(_ entry: ControlEntry, now: AuditInstant) -> UInt64? {
        var batch = RecordBatch()
        batch.append(entry)
        let before = tree.size
        commit(batch, now: now)
        guard retry.isEmpty, durableTree.size > before else { return nil }
        return durableTree.size - 1
    }

    /// Signs everything that is there; the newest note and its size, `nil` where it could not be written.
    package func checkpoint(now: AuditInstant) -> (bytes: [UInt8], size: UInt64)? {
        commit(RecordBatch(), now: now)
        do throws(FileFailure) {
            try sync(now)
        } catch {
            return nil
        }
        if durableTree.size > signedSize || newestNote == nil { writeCheckpoint(now, isBoundary: true) }
        guard let newestNote, newestNote.size == durableTree.size else { return nil }
        return newestNote
    }

    /// Adds the signatures of today's keys to the retained checkpoint of a range; `false` where it cannot be written.
    func sign(_ range: CompactRange, now: AuditInstant) -> Bool {
        let checkpoint = Checkpoint(origin: origin, size: range.size, root: range.root(with: hasher))
        do {
            let note = try signer.sign(checkpoint, time: now.wall)
            let found = try files.readFile(paths.checkpoint(range.size), limit: 64 * 1024)
            let old = found.flatMap(SignedNote.init(bytes:)).map(\.signatures) ?? []
            let others = old.filter { signature in !note.signatures.contains { $0.keyID == signature.keyID } }
            let both = SignedNote(text: note.text, signatures: note.signatures + others)
            let name = AuditPaths.digits(range.size)
            try files.replaceFile(name, in: paths.checkpoints, with: both.bytes, mode: 0o640)
            return true
        } catch {
            logger.error("audit checkpoint not signed again", metadata: ["cause": "\(error)"])
            return false
        }
    }

    /// Closes the open segment, whatever its size; `false` where that failed or there is nothing to close.
    package func closeSegment(now: AuditInstant) -> Bool {
        guard let segment, segment.size > 0 else { return false }
        do throws(FileFailure) {
            try sealSegment(now)
            return true
        } catch {
            logger.error("audit segment not closed", metadata: ["cause": "\(error)"])
            return false
        }
    }

    /// Puts a new signing key in the place of the current one, which goes on signing until `until`; the entry is signed by
    /// both.
    ///
    /// Throws where the key cannot be kept: then nothing has changed.
    package func rotateKey(
        until: Int64,
        actor: [String: AuditValue],
        now: AuditInstant
    ) throws(AuditOpenFault) -> String {
        signer = try signer.rotated(settings.keyStore(files), until: until)
        _ = append(logKeyEntry(signer.noteKey.text, until: until, actor: actor, now), now: now)
        _ = checkpoint(now: now)
        // Whoever has only the new key has to be able to check what stands for pruned entries.
        let stored = try? files.readFile(paths.pruned, limit: 64 * 1024)
        if let range = stored.flatMap(AuditRange.decode) { _ = sign(range, now: now) }
        do throws(FileFailure) {
            let found = try files.readFile(paths.description, limit: 64 * 1024).flatMap(AuditLogFile.init(bytes:))
            var file = found ?? AuditLogFile(created: EntryTime.text(now.wall), origin: origin, verifierKeys: [])
            file.verifierKeys.insert(signer.noteKey.text, at: 0)
            try files.replaceFile("log.json", in: paths.root, with: file.bytes, mode: 0o640)
        } catch {
            // The next start writes it; nothing is proved by that file.
            logger.warning("log.json does not name the new log key yet", metadata: ["cause": "\(error)"])
        }
        return signer.noteKey.text
    }

    /// The entry that announces a signing key.
    func logKeyEntry(
        _ key: String,
        until: Int64?,
        actor: [String: AuditValue],
        _ now: AuditInstant
    ) -> ControlEntry {
        var members: [String: AuditValue] = ["vkey": .string(key)]
        if let old = signer.noteKeys.dropFirst().first { members["previous"] = .string(old.text) }
        if let until { members["until"] = .string(EntryTime.text(until)) }
        var all: [String: AuditValue] = ["log_key": .object(members)]
        if !actor.isEmpty { all["actor"] = .object(actor) }
        return ControlEntry(.auditLogKey, time: now.wall, members: all)
    }
}
