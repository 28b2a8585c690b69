package import AuditLog
package import Logging
internal import Synchronization

/// The only writer of one audit log: a thread that commits what the lanes hand in, batch by batch.
///
/// A batch forms while the one before it is synced; nothing is delayed on purpose, except with durability `async`, where
/// the writer lets entries gather for a millisecond so that it does not cost a context switch per request. Safe to use
/// from any thread. Source: `docs/audit-log-format.md`, writer.
package final class AuditWriter: Sendable {
    /// The lanes, one for each event loop.
    package let lanes: [AuditLane]
    private let control: AuditLane
    private let controlSink: ControlSink
    let gate: AuditGate
    let acts = WriterActs()
    private let keeper: AuditKeeper
    private let settings: AuditSettings
    /// The verifier key of this log, to be handed to auditors.
    package let verifierKey: String
    private let flood: Mutex<DenyFloodControl>
    private let shared: SharedMetrics
    private let thread: WriterThread
    private let stopMembers = Mutex<[String: AuditValue]>([:])
    private let isStopping = Atomic<Bool>(false)

    /// Opens the log, recovers it, appends `system.start` and starts the thread.
    ///
    /// `sinks` are the receivers of completions, one for each lane (`settings.lanes` is set from their number). Throws
    /// before anything is changed where the log is not what was signed.
    package static func open(
        settings given: AuditSettings,
        sinks: [any AuditCompletionSink],
        files: any FileOperations = SystemFileOperations(),
        logger: Logger
    ) throws(AuditOpenFault) -> AuditWriter {
        var settings = given
        settings.lanes = sinks.count
        let now = AuditClock.now()
        let gate = AuditGate(settings: settings)
        let committer = try AuditCommitter.open(settings: settings, files: files, now: now, logger: logger)
        return AuditWriter(settings: settings, sinks: sinks, gate: gate, committer: committer)
    }

    private init(
        settings: AuditSettings,
        sinks: [any AuditCompletionSink],
        gate: AuditGate,
        committer: sending AuditCommitter
    ) {
        self.settings = settings
        self.gate = gate
        controlSink = ControlSink()
        control = AuditLane(index: 0, gate: gate, settings: settings, sink: controlSink)
        lanes = sinks.enumerated().map {
            AuditLane(index: $0.offset + 1, gate: gate, settings: settings, sink: $0.element)
        }
        verifierKey = committer.verifierKey
        flood = Mutex(DenyFloodControl(limits: settings.flood))
        shared = SharedMetrics()
        thread = WriterThread()
        gate.state = committer.state
        keeper = AuditKeeper(settings: settings, logger: committer.logger)
        committer.keeper = keeper
        let box = CommitterBox(committer)
        // Without its thread nothing would ever be written: refuse from the start.
        if !thread.start({ [self] in run(box.take()) }) { gate.state = .failed }
        keeper.start(for: self) { [self] in state }
    }

    /// Whether entries are taken now.
    package var state: AuditState { gate.state }

    /// Why deliveries are refused now; `nil` where they are let through.
    package var refusal: AuditUnavailable? { gate.refusal(for: .admit) }

    /// A copy of the counters.
    package var metrics: AuditMetrics {
        var copy = shared.value.withLock { $0 }
        copy.witnessErrors = keeper.witnessErrors
        copy.queued = ([control] + lanes).reduce(0) { $0 + $1.queued }
        return copy
    }

    /// Says whether a denial is to be recorded or was only counted; its summary is then appended by the writer.
    package func judgeDenial(_ group: DenyFloodControl.Group, now: Int64) -> DenyFloodControl.Judgement {
        flood.withLock { $0.judge(group, now: now) }
    }

    /// Counts a connection that did not come to a request; its summary is appended by the writer.
    package func countConnection(_ group: DenyFloodControl.Group, now: Int64) {
        flood.withLock { $0.count(group, now: now) }
    }

    /// Appends an entry that is not about one request.
    ///
    /// `completion` is called on the writer's thread once the entry is durable, or has failed.
    package func record(
        _ entry: ControlEntry,
        completion: (@Sendable (Result<Void, AuditUnavailable>) -> Void)? = nil
    ) {
        var buffer: [UInt8] = []
        let line = entry.encode(into: &buffer)
        guard let completion else {
            _ = control.submit(line, in: buffer, as: .control, notice: .none)
            return
        }
        controlSink.register(completion) {
            control.submit(line, in: buffer, as: .control, notice: .completion)
        }
    }

    /// Takes no more entries, writes and signs what is there, appends `system.stop`, and returns when the thread ended.
    ///
    /// `members` go into the entry, for example the reason. A second call does nothing.
    package func stop(members: [String: AuditValue] = [:]) {
        stopMembers.withLock { $0 = members }
        guard !isStopping.exchange(true, ordering: .sequentiallyConsistent) else { return }
        gate.state = .stopped
        gate.wake()
        thread.join()
        keeper.stop()
    }

    private func instance(_ members: [String: AuditValue]) -> [String: AuditValue] {
        members.merging(["node": .string(settings.node), "boot": .string(settings.boot)]) { _, own in own }
    }

    // MARK: - The thread

    private func run(_ committer: AuditCommitter) {
        var batch = RecordBatch()
        var spare = RecordBatch()
        var lastSummary = AuditClock.now().monotonic
        while true {
            let stops = isStopping.load(ordering: .sequentiallyConsistent) && gate.state == .stopped
            if stops { for lane in lanes + [control] { lane.close() } }
            collect(into: &batch, spare: &spare)
            let now = AuditClock.now()
            committer.noteDropped(gate.takeDropped(), now: now)
            if now.monotonic - lastSummary >= 10_000_000_000 || stops {
                lastSummary = now.monotonic
                appendSummaries(to: &batch, now: now, isLast: stops)
            }
            if stops {
                batch.append(ControlEntry(.systemStop, time: now.wall, members: instance(stopMembers.withLock { $0 })))
            }
            commit(batch, committer, now)
            acts.run(committer)
            let wasEmpty = batch.isEmpty
            batch.removeAll()
            if stops {
                acts.close()
                acts.run(committer)
                committer.close(now: AuditClock.now())
                publish(committer)
                controlSink.failAll(.stopped)
                return
            }
            rest(committer, wasEmpty: wasEmpty, lastSummary: lastSummary)
        }
    }

    private func collect(into batch: inout RecordBatch, spare: inout RecordBatch) {
        // The first lane with entries gives its memory, others are copied: mostly there is one.
        for lane in lanes + [control] where lane.queued > 0 {
            if batch.isEmpty {
                lane.take(into: &batch)
            } else {
                spare.removeAll()
                lane.take(into: &spare)
                batch.append(spare)
            }
        }
    }

    private func commit(_ batch: RecordBatch, _ committer: AuditCommitter, _ start: AuditInstant) {
        if !batch.isEmpty {
            committer.commit(batch, now: start)
            // Waiting loops go on before checkpoints and other work is done.
            publish(committer)
            committer.metrics.noteCommit(microseconds: (AuditClock.now().monotonic - start.monotonic) / 1000)
        }
        committer.tick(now: AuditClock.now())
        publish(committer)
    }

    /// Tells lanes what they wait for, and everybody the state and the counters.
    private func publish(_ committer: AuditCommitter) {
        if gate.state != .stopped { gate.state = committer.state }
        shared.value.withLock { $0 = committer.metrics }
        for (index, progress) in committer.progress.enumerated() where !progress.isEmpty {
            committer.progress[index] = []
            (index == 0 ? control : lanes[index - 1]).sink?.auditAdvanced(progress)
        }
    }

    private func appendSummaries(to batch: inout RecordBatch, now: AuditInstant, isLast: Bool) {
        let summaries = flood.withLock { isLast ? $0.takeAll() : $0.takeDue(now: now.wall) }
        for summary in summaries { batch.append(summary.entry(time: now.wall), as: .deny) }
    }

    /// Sleeps until there is something to do.
    private func rest(_ committer: AuditCommitter, wasEmpty: Bool, lastSummary: Int64) {
        if settings.durability == .async, !wasEmpty {
            AuditClock.pause(nanoseconds: settings.lingerMicroseconds * 1000)
            return
        }
        gate.announceSleep()
        let deadline = min(committer.nextDeadline(), lastSummary + 10_000_000_000)
        let nanoseconds = deadline - AuditClock.now().monotonic
        let hasWork =
            control.queued > 0 || lanes.contains { $0.queued > 0 } || !acts.isEmpty
            || isStopping.load(ordering: .acquiring)
        guard nanoseconds > 0, !hasWork else {
            gate.withdrawSleep()
            return
        }
        gate.sleep(nanoseconds: nanoseconds)
        if settings.durability == .async { AuditClock.pause(nanoseconds: settings.lingerMicroseconds * 1000) }
    }

    /// Counters behind a lock that is taken once per batch.
    private final class SharedMetrics: Sendable {
        let value = Mutex(AuditMetrics())
    }

    /// Hands the committer from the opening thread to the writer's, once.
    private final class CommitterBox: @unchecked Sendable {
        // `@unchecked`: written before the thread starts, read once by it; pthread_create orders the two.
        private let committer: AuditCommitter
        init(_ committer: AuditCommitter) { self.committer = committer }
        func take() -> AuditCommitter { committer }
    }
}
