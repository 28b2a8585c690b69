internal import AuditLog
internal import Glibc
internal import Logging
internal import Synchronization

/// Does beside the writer what must not hold it up: carries checkpoints to witnesses, compresses closed segments, thins
/// out old checkpoints, and makes space where the log is told to.
///
/// A thread of its own with a lower priority. Source: `docs/audit-log-format.md`, housekeeping.
final class AuditKeeper: Sendable {
    private struct State {
        var note: (bytes: [UInt8], size: UInt64, origin: String)?
        var isStopping = false
        var witnessErrors: UInt64 = 0
    }

    private static let minute: Int64 = 60_000_000_000
    private let settings: AuditSettings
    private let logger: Logger
    private let state = Mutex(State())
    private let bell = WakeBell()
    private let thread = WriterThread()

    init(settings: AuditSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Notes that could not be handed to a witness.
    var witnessErrors: UInt64 { state.withLock { $0.witnessErrors } }

    /// Hands over the newest note; an older one that still waits is passed over.
    func carry(_ note: [UInt8], size: UInt64, origin: String) {
        guard !settings.witnesses.isEmpty else { return }
        state.withLock { $0.note = (note, size, origin) }
        bell.ring()
    }

    /// Starts the thread.
    func start(for desk: some AuditDesk, state: @escaping @Sendable () -> AuditState) {
        let isRunning = thread.start { [self] in
            // Of this thread only: 0 means the caller to Linux.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
            run(desk, state)
        }
        if !isRunning { logger.error("no thread for the housekeeping of the audit log") }
    }

    /// Carries what still waits and ends the thread.
    func stop() {
        state.withLock { $0.isStopping = true }
        bell.ring()
        thread.join()
    }

    private func run(_ desk: some AuditDesk, _ logState: @Sendable () -> AuditState) {
        var nextHousekeeping = AuditClock.now().monotonic + AuditKeeper.minute
        var nextPruning: Int64 = 0
        while true {
            let (note, isStopping) = state.withLock { state in
                defer { state.note = nil }
                return (state.note, state.isStopping)
            }
            if let note { publish(note.bytes, size: note.size, note.origin) }
            if isStopping { return }
            let now = AuditClock.now()
            if now.monotonic >= nextHousekeeping {
                nextHousekeeping = now.monotonic + AuditKeeper.minute
                keepHouse(now)
            }
            if logState() == .diskFull, settings.onFull == .prune, now.monotonic >= nextPruning {
                nextPruning = now.monotonic + AuditKeeper.minute / 6
                makeSpace(desk, now)
            }
            bell.wait(nanoseconds: settings.onFull == .prune ? 2_000_000_000 : 30_000_000_000)
        }
    }

    private func publish(_ note: [UInt8], size: UInt64, _ origin: String) {
        for witness in settings.witnesses {
            do throws(FileFailure) {
                try witness.publish(note, size: size, origin: origin, files: SystemFileOperations())
            } catch {
                state.withLock { $0.witnessErrors += 1 }
                logger.error("audit checkpoint not handed to a witness", metadata: ["cause": "\(error)"])
            }
        }
    }

    private func keepHouse(_ now: AuditInstant) {
        let house = AuditHousekeeping(directory: settings.path)
        do throws(FileFailure) {
            let compressed = try house.compress(olderThan: now.wall - settings.retention.hot * 1_000_000)
            let removed = try house.thinCheckpoints(now: now.wall)
            if compressed.count + removed > 0 {
                logger.info(
                    "audit log tidied",
                    metadata: ["compressed": "\(compressed.count)", "checkpoints": "\(removed)"]
                )
            }
        } catch {
            logger.warning("audit log not tidied", metadata: ["cause": "\(error)"])
        }
    }

    /// Prunes what is older than the least time it has to be kept.
    private func makeSpace(_ desk: some AuditDesk, _ now: AuditInstant) {
        let pruning = AuditPruning(directory: settings.path, retention: settings.retention)
        do throws(AuditPruning.Fault) {
            let plan = try pruning.plan(before: now.wall - settings.retention.min * 1_000_000, now: now.wall)
            guard plan.to > plan.from else { return }
            let actor: [String: AuditValue] = ["type": .string("system"), "via": .string("on_full")]
            _ = try pruning.run(plan, at: desk, actor: actor)
            logger.notice("audit log pruned to make space", metadata: ["to": "\(plan.to)"])
        } catch {
            logger.error("audit log not pruned", metadata: ["cause": "\(error)"])
        }
    }
}

extension AuditCommitter {
    /// Hands the newest note to the witnesses; for a committer without a keeper.
    func publishToWitnesses() {
        guard let newestNote else { return }
        for witness in settings.witnesses {
            do throws(FileFailure) {
                try witness.publish(newestNote.bytes, size: newestNote.size, origin: origin, files: files)
            } catch {
                logger.error("audit checkpoint not handed to a witness", metadata: ["cause": "\(error)"])
            }
        }
    }
}
