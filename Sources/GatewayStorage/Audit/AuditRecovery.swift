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
    }

    private let settings: AuditSettings
    private let files: any FileOperations
    private let paths: AuditPaths
    private let now: AuditInstant

    private init(settings: AuditSettings, files: any FileOperations, now: AuditInstant) {
        self.settings = settings
        self.files = files
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
            let signer = try AuditSigner.load(path: settings.keyPath, origin: settings.logOrigin, files: files)
            try checkDescription(signer)
            var opened = Opened(hasher: try TreeHasher(), signer: signer, lock: lock)
            try readEntries(&opened)
            return opened
        } catch {
            files.unlock(lock)
            files.close(lock)
            throw error
        }
    }

    /// Compares `log.json` with this log's name, or writes it for a new log.
    private func checkDescription(_ signer: AuditSigner) throws {
        if let found = try files.readFile(paths.description, limit: 64 * 1024) {
            let text = String(decoding: found, as: UTF8.self)
            // Exactly what is written below; every other text is somebody else's.
            let isOurs =
                text.contains("\"format\":\"postern-audit/1\"")
                && text.contains("\"origin\":\"\(settings.logOrigin)\"")
            guard isOurs else { throw AuditOpenFault.foreign(path: paths.description, found: text) }
            return
        }
        guard try files.list(paths.segments).isEmpty else {
            throw AuditOpenFault.foreign(path: paths.description, found: "")
        }
        var bytes: [UInt8] = []
        let value = AuditValue.object([
            "created": .string(EntryTime.text(now.wall)), "format": .string("postern-audit/1"),
            "origin": .string(settings.logOrigin), "vkeys": .list([.string(signer.noteKey.text)]),
        ])
        value.append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        try files.replaceFile("log.json", in: paths.root, with: bytes, mode: 0o640)
    }

    private func readEntries(_ opened: inout Opened) throws {
        let notes = try readNotes(opened.signer)
        let newest = notes.max { $0.size < $1.size }
        opened.signedSize = newest?.size ?? 0
        let roots = Dictionary(notes.map { ($0.size, $0.root) }) { first, _ in first }
        opened.tree = try startingRange(roots, opened.hasher)
        let names = try files.list(paths.segments).compactMap { AuditPaths.number($0, suffix: ".jsonl") }
        let firsts = names.filter { $0 >= opened.tree.size }
        guard opened.tree.size == 0 || firsts.first == opened.tree.size || firsts.isEmpty && names.isEmpty == false
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
        // Retained notes are many; those at and after the stored boundary are what the start compares.
        let recent = names.suffix(4096).map { "\(paths.checkpoints)/\($0)" }
        for path in recent + [paths.checkpoint] {
            guard let bytes = try files.readFile(path, limit: 64 * 1024) else { continue }
            guard let note = SignedNote(bytes: bytes), let checkpoint = Checkpoint(text: note.text),
                checkpoint.origin == settings.logOrigin, case .signed = note.verify(with: [signer.noteKey])
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
            // EACCES: closed and read-only; the next entry begins a new segment.
            if error.code == 13 { return }
            throw error
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
