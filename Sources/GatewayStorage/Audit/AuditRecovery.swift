internal import AuditLog
internal import GatewayCrypto
internal import Logging

/// Opens a log: takes the lock, compares the entries with what was signed, and cuts what a crash left half-written.
///
/// Refuses to go on where entries are missing below the newest checkpoint or do not have its root; nothing is changed
/// then. Source: `docs/audit-log-format.md`, start.
struct AuditRecovery {
    /// A log that is ready to be written.
    struct Opened {
        var hasher: TreeHasher
        var signer: AuditSigner
        var lock: Int32
        var tree = CompactRange()
        var segment: AuditSegment?
        var signedSize: UInt64 = 0
        /// What was cut: bytes, and their SHA-256.
        var cut: [(bytes: Int, hash: String)] = []
        /// What is known of the log that this one took the place of.
        var previous: [String: AuditValue] = [:]
        /// The verifier key that `log.json` did not name yet.
        var unannouncedKey: String?
    }

    private let settings: AuditSettings
    private let files: any FileOperations
    private let paths: AuditPaths
    private let now: AuditInstant

    private init(settings: AuditSettings, files: any FileOperations, now: AuditInstant) {
        self.settings = settings
        self.files = SegmentFiles(files)
        self.now = now
        paths = AuditPaths(root: settings.path)
    }

    /// Opens or creates the log of `settings`.
    static func open(
        settings: AuditSettings,
        files: any FileOperations,
        now: AuditInstant
    ) throws(AuditOpenFault) -> Opened {
        let recovery = AuditRecovery(settings: settings, files: files, now: now)
        do {
            return try recovery.run()
        } catch let fault as AuditOpenFault {
            throw fault
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .crypto("\(error)")
        }
    }

    private func run() throws -> Opened {
        try finishReplacement()
        for directory in [paths.root, paths.segments, paths.checkpoints, paths.quarantine] {
            try files.makeDirectory(directory)
        }
        let lock = try files.open(paths.lock, .lock)
        do {
            guard try files.lock(lock) else { throw AuditOpenFault.locked(path: paths.lock) }
        } catch {
            files.close(lock)
            throw error
        }
        do {
            let description = try readDescription()
            let origin = description?.origin ?? settings.logOrigin
            let signer = try AuditSigner.load(settings.keyStore(files), origin: origin)
            var opened = Opened(hasher: try TreeHasher(), signer: signer, lock: lock)
            opened.previous = description?.previous ?? [:]
            if description == nil { try writeDescription(signer, created: EntryTime.text(now.wall), known: []) }
            try readEntries(&opened)
            if let description, !description.verifierKeys.contains(signer.noteKey.text) {
                if opened.tree.size > 0 { opened.unannouncedKey = signer.noteKey.text }
                try writeDescription(
                    signer,
                    created: description.created,
                    known: description.verifierKeys,
                    previous: description.previous
                )
            }
            return opened
        } catch {
            files.unlock(lock)
            files.close(lock)
            throw error
        }
    }

    /// Ends a replacement of this log (`audit recover`) that a crash left half-way: the new directory takes its name.
    private func finishReplacement() throws {
        let prepared = AuditPaths(root: settings.path + AuditReplacement.suffix)
        guard try files.readFile(paths.description, limit: 64 * 1024) == nil,
            try files.readFile(prepared.description, limit: 64 * 1024) != nil
        else { return }
        try files.rename(prepared.root, paths.root)
        try files.syncDirectory(settings.directory)
    }

    /// Reads `log.json` and compares it with this log's name; `nil` for a new log.
    private func readDescription() throws -> AuditLogFile? {
        guard let found = try files.readFile(paths.description, limit: 64 * 1024) else {
            guard try files.list(paths.segments).isEmpty else {
                throw AuditOpenFault.foreign(path: paths.description, found: "")
            }
            return nil
        }
        guard let description = AuditLogFile(bytes: found), description.isOf(base: settings.logOrigin) else {
            throw AuditOpenFault.foreign(path: paths.description, found: String(decoding: found, as: UTF8.self))
        }
        return description
    }

    private func writeDescription(
        _ signer: AuditSigner,
        created: String,
        known: [String],
        previous: [String: AuditValue] = [:]
    ) throws {
        let keys = signer.noteKeys.map(\.text)
        let file = AuditLogFile(
            created: created,
            origin: signer.origin,
            verifierKeys: keys + known.filter { !keys.contains($0) },
            previous: previous
        )
        try files.replaceFile("log.json", in: paths.root, with: file.bytes, mode: 0o640)
    }

    private func readEntries(_ opened: inout Opened) throws {
        let notes = try readNotes(opened.signer)
        let newest = notes.max { $0.size < $1.size }
        opened.signedSize = newest?.size ?? 0
        let roots = Dictionary(notes.map { ($0.size, $0.root) }) { first, _ in first }
        opened.tree = try startingRange(roots, opened.hasher)
        let names = try files.list(paths.segments).compactMap { AuditPaths.number($0, suffix: ".jsonl") }
        let firsts = names.filter { $0 >= opened.tree.size }
        guard
            opened.tree.size == 0 || firsts.first == opened.tree.size
                || firsts.isEmpty && (opened.tree.size == opened.signedSize || !names.isEmpty)
        else { throw AuditOpenFault.damaged(segment: "", sequence: opened.tree.size, cause: "segment missing") }
        for (index, first) in firsts.enumerated() {
            let next = index + 1 < firsts.count ? firsts[index + 1] : nil
            try readSegment(first, next: next, roots: roots, &opened)
        }
        if opened.tree.size < opened.signedSize {
            throw AuditOpenFault.behind(records: opened.tree.size, signed: opened.signedSize)
        }
    }

    /// The notes this log's key signed; a newest checkpoint by another key is refused.
    private func readNotes(_ signer: AuditSigner) throws -> [Checkpoint] {
        var found: [Checkpoint] = []
        let names = try files.list(paths.checkpoints).filter { AuditPaths.number($0, suffix: "") != nil }
        for witness in settings.witnesses { found += try witness.notes(of: signer, files: files) }
        // Retained notes are many; those at and after the stored boundary are what the start compares.
        let recent = names.suffix(4096).map { "\(paths.checkpoints)/\($0)" }
        for path in recent + [paths.checkpoint] {
            guard let bytes = try files.readFile(path, limit: 64 * 1024) else { continue }
            guard let note = SignedNote(bytes: bytes), let checkpoint = Checkpoint(text: note.text),
                checkpoint.origin == signer.origin, case .signed = note.verify(with: signer.noteKeys)
            else {
                // A retained note that a crash left empty is no proof of anything; the newest one is always whole.
                if path == paths.checkpoint { throw AuditOpenFault.unknownKey(path: path) }
                continue
            }
            found.append(checkpoint)
        }
        return found
    }

    /// Where reading starts: the stored boundary if its root was signed, else what was pruned, else nothing.
    private func startingRange(_ roots: [UInt64: Digest32], _ hasher: TreeHasher) throws -> CompactRange {
        for path in [paths.boundary, paths.pruned] {
            guard let bytes = try files.readFile(path, limit: 64 * 1024), let range = AuditRange.decode(bytes) else {
                continue
            }
            if roots[range.size] == range.root(with: hasher) { return range }
        }
        return CompactRange()
    }

    private func readSegment(
        _ first: UInt64,
        next: UInt64?,
        roots: [UInt64: Digest32],
        _ opened: inout Opened
    ) throws {
        let path = paths.segment(first)
        guard first == opened.tree.size else {
            throw AuditOpenFault.damaged(segment: path, sequence: opened.tree.size, cause: "segment missing")
        }
        let descriptor = try files.open(path, .read)
        defer { files.close(descriptor) }
        var tree = opened.tree
        var problem: AuditOpenFault?
        let hasher = opened.hasher
        let signedSize = opened.signedSize
        let result = try SegmentReader(files: files).readLines(descriptor) {
            (line: Span<UInt8>, _: Int) -> SegmentReader.Next in
            // A line that the next segment repeats was given up by the writer; it is cut as well.
            if let next, tree.size >= next { return .stop }
            guard let scanned = ScannedLine(line), scanned.sequence == tree.size else {
                if tree.size < signedSize {
                    problem = .damaged(segment: path, sequence: tree.size, cause: "not the line that was signed")
                }
                return .stop
            }
            tree.append(hasher.leaf(line), with: hasher)
            if let root = roots[tree.size], root != tree.root(with: hasher) {
                problem = .forked(size: tree.size)
                return .stop
            }
            return .goOn
        }
        if let problem { throw problem }
        if result.taken < result.size {
            // Signed entries follow: nothing may be cut here.
            if tree.size < signedSize, next == nil {
                throw AuditOpenFault.behind(records: tree.size, signed: signedSize)
            }
            if let next, tree.size != next {
                throw AuditOpenFault.damaged(segment: path, sequence: tree.size, cause: "entries missing in the middle")
            }
            opened.cut.append(try quarantine(path, descriptor, first: first, from: result.taken, to: result.size))
        }
        opened.tree = tree
        if next == nil { try adopt(path, first: first, size: result.taken, &opened) }
    }

    /// Goes on in the last segment, unless it is closed already.
    private func adopt(_ path: String, first: UInt64, size: Int, _ opened: inout Opened) throws {
        let descriptor: Int32
        do throws(FileFailure) {
            descriptor = try files.open(path, .appendExisting)
        } catch {
            // EACCES: closed and read-only; ENOENT: compressed. The next entry begins a new segment.
            if error.code == 13 || error.code == 2 { return }
            throw error
        }
        // Root may open what is closed.
        if try files.mode(descriptor) & 0o200 == 0 {
            files.close(descriptor)
            return
        }
        guard size < settings.segmentBytes else {
            try files.setMode(descriptor, 0o440)
            files.close(descriptor)
            return
        }
        opened.segment = AuditSegment(
            descriptor: descriptor,
            path: path,
            first: first,
            size: size,
            durableSize: size,
            begun: now.wall
        )
    }

    /// Moves the end of a segment aside.
    private func quarantine(
        _ path: String,
        _ descriptor: Int32,
        first: UInt64,
        from start: Int,
        to end: Int
    ) throws -> (bytes: Int, hash: String) {
        let context = try DigestContext(.sha256)
        let target = "\(paths.quarantine)/\(AuditPaths.digits(first))-\(start)-\(now.wall)"
        let copy = try files.open(target, .replace(mode: 0o640))
        defer { files.close(copy) }
        var offset = start
        while offset < end {
            let part = try files.read(descriptor, count: min(end - offset, 1 << 20), at: offset)
            if part.isEmpty { break }
            try files.writeAll(copy, part.span)
            context.update(part.span)
            offset += part.count
        }
        try files.fdatasync(copy)
        try files.syncDirectory(paths.quarantine)
        try files.truncate(path, to: start)
        return (offset - start, context.finish32().hex)
    }
}
