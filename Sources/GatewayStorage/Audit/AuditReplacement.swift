package import AuditLog
internal import GatewayCrypto
package import Logging

/// Begins a new log where the old one is not what was signed and the loss is accepted: `audit recover`.
///
/// The old log is moved aside whole, never changed or deleted. The new one has another name (its first part with `.2`,
/// `.3`, … behind it), and its first entry says which log it took the place of, what was signed of that one, and why.
package struct AuditReplacement: Sendable {
    /// Why nothing was replaced.
    package enum Fault: Error, Sendable, Equatable {
        /// The log opens: there is no loss to accept.
        case notNeeded
        /// It does not open for a reason that a new log would not cure.
        case open(AuditOpenFault)
        /// A file could not be moved or written.
        case file(FileFailure)
    }

    /// What was done.
    package struct Outcome: Sendable, Equatable {
        /// The name of the new log.
        package let origin: String
        /// The verifier key of the new log.
        package let verifierKey: String
        /// Where the old log is now.
        package let moved: String
        /// Why the old one did not open.
        package let cause: AuditOpenFault
    }

    /// What the directory of a log that is being prepared has behind its name.
    static let suffix = ".recover"

    /// Replaces the log of `settings`; `reason` and `actor` (texts and numbers by name) go on record.
    package static func run(
        settings given: AuditSettings,
        reason: String,
        actor: [String: AuditValue],
        files: any FileOperations = SystemFileOperations(),
        now: AuditInstant,
        logger: Logger
    ) throws(Fault) -> Outcome {
        var settings = given
        settings.opening = .auditOpen
        guard let cause = refusal(settings, files: files, now: now, logger: logger) else { throw .notNeeded }
        guard cause.isIntegrityFault else { throw .open(cause) }
        let moved: String
        do throws(FileFailure) {
            moved = try move(settings, cause: cause, reason: reason, actor: actor, files: files, now: now)
        } catch {
            throw .file(error)
        }
        do throws(AuditOpenFault) {
            // What a witness keeps of the old log does not bind the new one; its name is another.
            let committer = try AuditCommitter.open(settings: settings, files: files, now: now, logger: logger)
            defer {
                committer.close(now: now)
                committer.publishToWitnesses()
            }
            return Outcome(
                origin: committer.origin,
                verifierKey: committer.verifierKey,
                moved: moved,
                cause: cause
            )
        } catch {
            throw .open(error)
        }
    }

    /// Why the log does not open; `nil` where it does.
    private static func refusal(
        _ settings: AuditSettings,
        files: any FileOperations,
        now: AuditInstant,
        logger: Logger
    ) -> AuditOpenFault? {
        do throws(AuditOpenFault) {
            try AuditCommitter.open(settings: settings, files: files, now: now, logger: logger).close(now: now)
            return nil
        } catch {
            return error
        }
    }

    private static func move(
        _ settings: AuditSettings,
        cause: AuditOpenFault,
        reason: String,
        actor: [String: AuditValue],
        files: any FileOperations,
        now: AuditInstant
    ) throws(FileFailure) -> String {
        let old = AuditPaths(root: settings.path)
        let lock = try files.open(old.lock, .lock)
        defer {
            files.unlock(lock)
            files.close(lock)
        }
        guard try files.lock(lock) else { throw FileFailure(call: "flock", path: old.lock, code: 11) }
        let stamp = EntryTime.text(now.wall).filter { $0.isNumber || $0 == "T" }.prefix(15)
        let moved = "\(settings.path).lost-\(stamp)"
        let found = try files.readFile(old.description, limit: 64 * 1024).flatMap(AuditLogFile.init(bytes:))
        let origin = found?.origin ?? settings.logOrigin
        var previous = actor
        previous["origin"] = .string(origin)
        previous["reason"] = .string(reason)
        previous["moved"] = .string(String(moved.split(separator: "/").last ?? ""))
        previous["cause"] = .string("\(cause)")
        if let note = try files.readFile(old.checkpoint, limit: 64 * 1024).flatMap(SignedNote.init(bytes:)),
            let checkpoint = Checkpoint(text: note.text)
        {
            previous["signed"] = .integer(Int(clamping: checkpoint.size))
            previous["root"] = .string(Base64.encode(checkpoint.root.bytes.span))
        }
        if case .behind(let records, _) = cause { previous["records"] = .integer(Int(clamping: records)) }
        let prepared = AuditPaths(root: settings.path + suffix)
        try files.makeDirectory(prepared.root)
        let description = AuditLogFile(
            created: EntryTime.text(now.wall),
            origin: AuditLogFile.successor(of: origin, base: settings.logOrigin),
            verifierKeys: [],
            previous: previous
        )
        try files.replaceFile("log.json", in: prepared.root, with: description.bytes, mode: 0o640)
        try files.rename(old.root, moved)
        try files.rename(prepared.root, old.root)
        try files.syncDirectory(settings.directory)
        return moved
    }
}
