internal import Synchronization

extension AuditWriter: AuditDesk {
    /// What a finished act leaves for the thread that waits for it.
    private final class Slot<Result: Sendable>: Sendable {
        let value = Mutex<Result?>(nil)
        let bell = WakeBell()
    }

    package func perform<Result: Sendable>(
        _ act: @escaping @Sendable (AuditCommitter, AuditInstant) -> Result
    ) -> Result? {
        let slot = Slot<Result>()
        let isTaken = acts.add { committer, now in
            let result = act(committer, now)
            slot.value.withLock { $0 = result }
            slot.bell.ring()
        }
        guard isTaken else { return nil }
        gate.wake()
        while true {
            if let result = slot.value.withLock({ $0 }) { return result }
            slot.bell.wait(nanoseconds: 1_000_000_000)
        }
    }
}
