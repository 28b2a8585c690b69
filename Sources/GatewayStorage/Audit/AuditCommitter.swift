internal import AuditLog
internal import GatewayCrypto
package import Logging

/// Puts entries on the disk: numbers them, hashes them into the tree, writes and syncs them, and says who may go on.
///
/// All decisions of the writer are here, none of its waiting: time is a parameter and files are behind a seam, so that
/// every path can be tested. Owned by the writer's thread (by the opening thread before that one starts).
package final class AuditCommitter {
    /// An entry that was written and is not known to be durable.
    struct PendingMark {
        let mark: RecordMark
        let start: Int
        let digits: Int
    }

    let settings: AuditSettings
    let files: any FileOperations
    let paths: AuditPaths
    let logger: Logger
    let hasher: TreeHasher
    let sealer: AuditSealer
    var signer: AuditSigner
    let lock: Int32

    /// The tree over everything accepted, also what is only pending.
    var tree: CompactRange
    /// The tree over what is written.
    var writtenTree: CompactRange
    /// The tree over what is durable.
    var durableTree: CompactRange
    /// The open segment; `nil` before the first entry, after a seal and after a failure.
    var segment: AuditSegment?
    /// A segment whose end cannot be trusted and has to be cut before the log goes on.
    var broken: AuditSegment?

    /// Every line, with its number, since the last successful fdatasync: what a failed sync may have lost.
    var pending: [UInt8] = []
    var pendingMarks: [PendingMark] = []
    /// How many bytes and marks of `pending` are written.
    var writtenBytes = 0
    var writtenMarks = 0
    /// When pending bytes have to be durable, on the monotonic clock.
    var syncDeadline: Int64?
    /// Whether pending bytes have to be durable now.
    var mustSync = false

    /// Entries kept while the log cannot be written.
    var retry = RecordBatch()
    var retryAt: Int64 = 0
    /// Whether entries are taken.
    package internal(set) var state = AuditState.open
    /// What was lost since the log was last whole, by class.
    var lostByClass = [Int](repeating: 0, count: AuditRecordClass.allCases.count)
    var lostFrom: Int64 = 0
    var lostTo: Int64 = 0
    var degradedSince: Int64?
    /// The reason given to admissions that fail.
    var refusal = AuditUnavailable.failed
    var lastCheckpointFailure: Int64 = .min / 2
    var hasBallast = false
    var nextDiskLook: Int64 = 0

    /// Who carries checkpoints to the witnesses; `nil` where a command does so itself.
    var keeper: AuditKeeper?
    /// The newest checkpoint that this writer published, and its size.
    var newestNote: (bytes: [UInt8], size: UInt64)?
    var signedSize: UInt64
    var unsignedSince: Int64?
    var lastCheckpoint: Int64 = .min / 2
    var wantsCheckpoint = false
    var nextHeartbeat: Int64 = .max
    /// How scarce space was at the last look.
    var diskLevel = AuditDiskLevel.enough
    /// Wall clock minus monotonic clock at the last look, microseconds.
    var clockOffset: Int64?

    /// The counters.
    package internal(set) var metrics = AuditMetrics()
    /// What this batch brought each lane, in order.
    package internal(set) var progress: [[AuditProgress]]

    /// Opens and recovers the log of `settings`, and appends the entries of a start.
    ///
    /// Throws before anything is changed where the log is not what was signed.
    package static func open(
        settings: AuditSettings,
        files: any FileOperations,
        now: AuditInstant,
        logger: Logger
    ) throws(AuditOpenFault) -> AuditCommitter {
        let opened = try AuditRecovery.open(settings: settings, files: files, now: now)
        let committer = AuditCommitter(recovered: opened, settings: settings, files: files, logger: logger)
        committer.start(opened, now: now)
        return committer
    }

    /// The verifier key of this log, to be handed to auditors.
    package var verifierKey: String { signer.noteKey.text }

    /// Takes what the lanes have to hear, by lane.
    package func takeProgress() -> [[AuditProgress]] {
        let taken = progress
        progress = Array(repeating: [], count: taken.count)
        return taken
    }

    /// Takes over a recovered log.
    private init(recovered: AuditRecovery.Opened, settings: AuditSettings, files: any FileOperations, logger: Logger) {
        self.settings = settings
        self.files = files
        self.logger = logger
        paths = AuditPaths(root: settings.path)
        sealer = AuditSealer(paths: paths, files: files, logger: logger)
        hasher = recovered.hasher
        signer = recovered.signer
        lock = recovered.lock
        tree = recovered.tree
        writtenTree = recovered.tree
        durableTree = recovered.tree
        segment = recovered.segment
        signedSize = recovered.signedSize
        progress = Array(repeating: [], count: settings.lanes + 1)
        metrics.treeSize = tree.size
        hasBallast = settings.ballastBytes == 0
    }

    /// Commits one batch: everything is written, and synced where an entry asks for it.
    ///
    /// Entries that cannot be written now are kept or failed as their class says; nothing is thrown.
    package func commit(_ batch: RecordBatch, now: AuditInstant) {
        if batch.isEmpty, retry.isEmpty { return }
        if !batch.sealed.isEmpty { sealer.take(batch.sealed) }
        if state != .open, segment == nil || !retry.isEmpty, now.monotonic < retryAt {
            hold(batch, from: 0, offset: 0, now: now)
            return
        }
        if retry.isEmpty {
            commitAll(batch, now: now)
        } else {
            var work = retry
            work.append(batch)
            retry = RecordBatch()
            commitAll(work, now: now)
        }
    }

    private func commitAll(_ work: RecordBatch, now: AuditInstant) {
        var next = 0
        var offset = 0
        var replacements = 0
        while true {
            do throws(FileFailure) {
                try writeRecords(work, next: &next, offset: &offset, now: now)
                try syncIfDue(now)
                if state == .failed || state == .diskFull && !isNearlyFull && hasRoom { recovered(now) }
                return
            } catch {
                metrics.writeErrors += error.call == "fdatasync" ? 0 : 1
                refusal = error.isOutOfSpace ? .diskFull : .failed
                if error.isOutOfSpace, error.call != "fdatasync", takeBackUnwritten(now) {
                    degrade(.diskFull, error, now)
                } else if replacements == 0, replaceSegment(error, now) {
                    replacements += 1
                    continue
                } else {
                    abandonPending(now)
                    degrade(error.isOutOfSpace ? .diskFull : .failed, error, now)
                }
                hold(work, from: next, offset: offset, now: now)
                return
            }
        }
    }

    private func writeRecords(
        _ work: RecordBatch,
        next: inout Int,
        offset: inout Int,
        now: AuditInstant
    ) throws(FileFailure) {
        if work.isEmpty, pendingMarks.isEmpty { return }
        metrics.batches += 1
        metrics.lastBatchRecords = work.marks.count
        while next < work.marks.count {
            try rotateIfFull(now)
            let chunkEnd = settings.unsyncedBytes
            while next < work.marks.count, pending.count < chunkEnd, !isSegmentFull {
                let mark = work.marks[next]
                append(work.bytes.span.extracting(offset..<(offset + mark.count)), mark, now: now)
                offset += mark.count
                next += 1
            }
            try write(now)
            if pending.count >= chunkEnd { try sync(now) }
        }
        try write(now)
    }

    /// Numbers a line, hashes it and adds it to the pending bytes.
    private func append(_ line: Span<UInt8>, _ mark: RecordMark, now: AuditInstant) {
        let start = pending.count
        let split = min(max(mark.sequenceOffset, 0), line.count)
        line.extracting(first: split).withUnsafeBufferPointer { pending.append(contentsOf: $0) }
        let digits = AuditCommitter.appendDecimal(tree.size, to: &pending)
        line.extracting(split..<line.count).withUnsafeBufferPointer { pending.append(contentsOf: $0) }
        let leaf = pending.withUnsafeBufferPointer { bytes in
            hasher.leaf(Span(_unsafeElements: bytes).extracting(start..<bytes.count))
        }
        pending.append(UInt8(ascii: "\n"))
        if mark.isSealed { sealer.seal(mark, sequence: tree.size, origin: signer.origin) }
        tree.append(leaf, with: hasher)
        pendingMarks.append(PendingMark(mark: mark, start: start, digits: digits))
        metrics.records[Int(mark.kind.rawValue)] += 1
        if unsignedSince == nil { unsignedSince = now.monotonic }
        noteDeadline(mark, now)
    }

    private func noteDeadline(_ mark: RecordMark, _ now: AuditInstant) {
        let milliseconds: Int64
        switch (mark.kind, settings.durability) {
        case (.control, _):
            mustSync = true
            wantsCheckpoint = true
            return
        case (.admit, .sync):
            mustSync = true
            return
        case (.deny, _), (_, .async): milliseconds = settings.denySyncMilliseconds
        case (.admit, .written), (.outcome, _), (.duplicate, _): milliseconds = settings.outcomeSyncMilliseconds
        }
        let deadline = now.monotonic + milliseconds * 1_000_000
        if deadline < syncDeadline ?? .max { syncDeadline = deadline }
    }

    /// Writes what is pending and not yet written, in one call if the system takes it whole.
    func write(_ now: AuditInstant) throws(FileFailure) {
        guard writtenBytes < pending.count else { return }
        if segment == nil { try beginSegment(now) }
        guard let descriptor = segment?.descriptor else { return }
        try sealer.write()
        try pending.withUnsafeBufferPointer { bytes throws(FileFailure) in
            try files.writeAll(descriptor, Span(_unsafeElements: bytes).extracting(writtenBytes..<bytes.count))
        }
        let count = pending.count - writtenBytes
        segment?.size += count
        metrics.bytes += UInt64(count)
        writtenBytes = pending.count
        writtenTree = tree
        noteWritten()
    }

    private func noteWritten() {
        while writtenMarks < pendingMarks.count {
            let mark = pendingMarks[writtenMarks].mark
            writtenMarks += 1
            guard mark.waits else { continue }
            switch (mark.kind, settings.durability) {
            case (.outcome, _), (.duplicate, _), (.deny, _), (.admit, .written):
                note(.written(through: mark.ticket), mark.lane)
            case (.admit, _), (.control, _): continue
            }
        }
    }

    func syncIfDue(_ now: AuditInstant) throws(FileFailure) {
        guard !pendingMarks.isEmpty else { return }
        if mustSync || pending.count >= settings.unsyncedBytes || now.monotonic >= syncDeadline ?? .max {
            try sync(now)
        }
    }

    /// Makes everything written durable.
    func sync(_ now: AuditInstant) throws(FileFailure) {
        try write(now)
        guard let open = segment, !pendingMarks.isEmpty else { return }
        do throws(FileFailure) {
            try sealer.sync()
            try files.fdatasync(open.descriptor)
        } catch {
            metrics.syncErrors += 1
            throw error
        }
        metrics.syncs += 1
        noteDurable()
    }

    /// Everything pending is durable: whoever waits may go on, and the bytes need not be kept.
    func noteDurable() {
        let size = segment?.size ?? 0
        segment?.durableSize = size
        for pendingMark in pendingMarks where pendingMark.mark.waits {
            let mark = pendingMark.mark
            switch mark.kind {
            case .admit, .control: note(.durable(through: mark.ticket), mark.lane)
            case .outcome, .duplicate, .deny: continue
            }
        }
        durableTree = tree
        sealer.noteDurable()
        forgetPending()
        metrics.treeSize = tree.size
        metrics.unsignedRecords = tree.size - signedSize
    }

    func forgetPending() {
        if pending.capacity > 4 * settings.unsyncedBytes {
            pending = []
        } else {
            pending.removeAll(keepingCapacity: true)
        }
        pendingMarks.removeAll(keepingCapacity: true)
        writtenBytes = 0
        writtenMarks = 0
        syncDeadline = nil
        mustSync = false
    }

    /// Adds to what a lane will hear; a later value of the same kind replaces an earlier one.
    func note(_ event: AuditProgress, _ lane: Int) {
        guard lane < progress.count else { return }
        if let last = progress[lane].last, AuditCommitter.isSameKind(last, event) { progress[lane].removeLast() }
        progress[lane].append(event)
    }

    private static func isSameKind(_ left: AuditProgress, _ right: AuditProgress) -> Bool {
        switch (left, right) {
        case (.written, .written), (.durable, .durable), (.failed, .failed): true
        case (.written, _), (.durable, _), (.failed, _): false
        }
    }

    /// Appends the decimal digits of a number; returns how many.
    private static func appendDecimal(_ value: UInt64, to bytes: inout [UInt8]) -> Int {
        var divisor: UInt64 = 1
        var digits = 1
        while digits < 20, value / divisor >= 10 {
            divisor *= 10
            digits += 1
        }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
        return digits
    }
}
