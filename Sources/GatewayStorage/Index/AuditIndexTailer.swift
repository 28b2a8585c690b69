internal import AuditLog
internal import GatewayCrypto
internal import Glibc
package import Logging
internal import Synchronization

/// Keeps the index up to date while the gateway runs: a thread of its own that follows the segments.
///
/// It only runs when the processors have nothing else to do, never works more than a fifth of the time, and shares
/// nothing with the way of a request. Searches read by themselves what it has not reached. Where no index is there, or
/// one that does not belong to the segments, it makes one.
package final class AuditIndexTailer: Sendable {
    private static let batch = 4096
    private static let pause: Int64 = 1_000_000_000

    private let directory: String
    private let origin: String
    private let logger: Logger
    private let thread = WriterThread()
    private let bell = WakeBell()
    private let isStopping = Atomic<Bool>(false)
    private let isRebuilding = Atomic<Bool>(false)
    private let files: any FileOperations = SystemFileOperations()

    /// Starts the thread for the log in `directory`.
    package init(directory: String, origin: String, logger: Logger) {
        self.directory = directory
        self.origin = origin
        self.logger = logger
        let isRunning = thread.start { [self] in run() }
        if !isRunning { logger.warning("no thread for the index of the audit log") }
    }

    /// Ends the thread after the batch that is under way; an index that is being made is left behind unfinished.
    package func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        bell.ring()
        // It may take minutes and is worth nothing half-made: the process need not wait for it.
        if !isRebuilding.load(ordering: .sequentiallyConsistent) { thread.join() }
    }

    private func run() {
        var idle = sched_param(sched_priority: 0)
        // SCHED_IDLE, for this thread only.
        _ = sched_setscheduler(0, 5, &idle)
        var failures = 0
        while !isStopping.load(ordering: .sequentiallyConsistent) {
            let start = AuditClock.now().monotonic
            var pause = AuditIndexTailer.pause
            do {
                let isBehind = try follow()
                failures = 0
                if isBehind { pause = max((AuditClock.now().monotonic - start) * 4, 1_000_000) }
            } catch {
                failures += 1
                if failures == 1 {
                    logger.warning("audit index not kept up to date", metadata: ["cause": "\(error)"])
                }
                pause = 60 * AuditIndexTailer.pause
            }
            guard !isStopping.load(ordering: .sequentiallyConsistent) else { return }
            bell.wait(nanoseconds: pause)
        }
    }

    /// Adds one batch; whether more is there.
    private func follow() throws -> Bool {
        let place = AuditIndexFiles(paths: AuditPaths(root: directory))
        guard try files.list(directory).contains("index.db") else { return try rebuild() }
        let lock = try files.open(place.lock, .lock)
        defer { files.close(lock) }
        // Somebody makes the index anew.
        guard try files.lock(lock) else { return false }
        defer { files.unlock(lock) }
        let reader = AuditSegmentReader(directory: directory)
        let file = try SQLiteFile(place.database, .change)
        try file.execute("PRAGMA synchronous = NORMAL")
        let coverage: AuditIndexFiles.Coverage
        do {
            coverage = try place.coverage(file, origin: origin)
            guard try place.isCurrent(coverage, reader) else { throw AuditIndexFault.foreign("the log is another") }
        } catch AuditIndexFault.foreign(let cause) {
            logger.notice("audit index made anew", metadata: ["cause": "\(cause)"])
            files.unlock(lock)
            return try rebuild()
        }
        let first = old(coverage)
        guard try reader.hasLine(at: first) else { return false }
        return try file.transaction { try add(file, coverage, place, reader) }
    }

    /// Where reading goes on; the beginning of the log where nothing was read yet.
    private func old(_ coverage: AuditIndexFiles.Coverage) -> AuditSegmentReader.Position? {
        coverage.leaf.isEmpty ? nil : coverage.position
    }

    private func add(
        _ file: SQLiteFile,
        _ old: AuditIndexFiles.Coverage,
        _ place: AuditIndexFiles,
        _ reader: AuditSegmentReader
    ) throws -> Bool {
        let writer = try IndexWriter(file)
        var coverage = old
        var count = 0
        _ = try reader.read(from: self.old(old)) {
            (line: Span<UInt8>, position: AuditSegmentReader.Position) in
            guard count < AuditIndexTailer.batch else { return .stop }
            guard let facts = EntryFacts(line), facts.sequence == position.sequence else {
                throw AuditIndexFault.log(segment: "\(position.segment)", sequence: position.sequence)
            }
            try writer.add(line, facts, at: position)
            coverage.last = position.offset
            coverage.position = position.advanced(by: line.count)
            count += 1
            return .goOn
        }
        guard count > 0 else { return false }
        try writer.flush()
        guard let line = try reader.line(segment: coverage.position.segment, offset: coverage.last) else {
            return false
        }
        coverage.leaf = try TreeHasher().leaf(line.span).hex
        try place.store(coverage, file)
        return count == AuditIndexTailer.batch
    }

    private func rebuild() throws -> Bool {
        isRebuilding.store(true, ordering: .sequentiallyConsistent)
        defer { isRebuilding.store(false, ordering: .sequentiallyConsistent) }
        guard !isStopping.load(ordering: .sequentiallyConsistent) else { return false }
        _ = try AuditReindex(directory: directory).run(origin: origin) { _, _, _ in }
        return true
    }
}
