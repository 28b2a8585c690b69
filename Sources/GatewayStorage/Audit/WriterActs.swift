internal import Synchronization

/// Acts that wait for the writer's thread, in order.
final class WriterActs: Sendable {
    typealias Act = @Sendable (AuditCommitter, AuditInstant) -> Void

    private let waiting = Mutex<(acts: [Act], isClosed: Bool)>(([], false))

    /// Adds an act; `false` where the writer takes none any more.
    func add(_ act: @escaping Act) -> Bool {
        waiting.withLock { state in
            if state.isClosed { return false }
            state.acts.append(act)
            return true
        }
    }

    /// Whether acts wait.
    var isEmpty: Bool { waiting.withLock { $0.acts.isEmpty } }

    /// Does what waits; called by the writer's thread.
    func run(_ committer: AuditCommitter) {
        let acts = waiting.withLock { state in
            defer { state.acts = [] }
            return state.acts
        }
        for act in acts { act(committer, AuditClock.now()) }
    }

    /// Takes no more acts.
    func close() { waiting.withLock { $0.isClosed = true } }
}
