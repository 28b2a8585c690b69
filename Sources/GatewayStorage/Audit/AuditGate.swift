internal import Synchronization

/// What lanes and the writer's thread share without a lock: whether entries are taken, and who has to be woken.
final class AuditGate: Sendable {
    private let stateValue = Atomic<UInt8>(AuditState.open.rawValue)
    private let isSleeping = Atomic<Bool>(false)
    private let dropped: [DroppedCounter]
    private let bell = WakeBell()
    private let durability: AuditDurability
    private let passesWhenFull: Bool
    private let passesOnError: Bool

    /// One count for entries of a class that found no room.
    private final class DroppedCounter: Sendable {
        let value = Atomic<UInt64>(0)
    }

    /// Makes an open gate.
    init(settings: AuditSettings) {
        durability = settings.durability
        passesWhenFull = settings.onFull == .pass
        passesOnError = settings.onError == .pass
        dropped = AuditRecordClass.allCases.map { _ in DroppedCounter() }
    }

    /// Whether entries are taken.
    var state: AuditState {
        get { AuditState(rawValue: stateValue.load(ordering: .acquiring)) ?? .failed }
        set { stateValue.store(newValue.rawValue, ordering: .releasing) }
    }

    /// Why an entry of a class is not taken now; `nil` where it is, also where it may be lost and is counted then.
    func refusal(for kind: AuditRecordClass) -> AuditUnavailable? {
        guard let refusal = state.refusal else { return nil }
        switch refusal {
        case .stopped: return refusal
        case .diskFull: return kind == .admit && !passesWhenFull ? refusal : nil
        case .failed, .queueFull: return kind == .admit && !passesOnError ? refusal : nil
        }
    }

    /// Whether entries are taken that may be lost.
    var isLossy: Bool {
        guard passesWhenFull || passesOnError else { return false }
        switch state {
        case .open, .stopped: return false
        case .diskFull: return passesWhenFull
        case .failed: return passesOnError
        }
    }

    /// Whether an entry that asks for a completion gets one later.
    func waits(for kind: AuditRecordClass, _ notice: AuditNotice) -> Bool {
        switch (notice, kind, durability) {
        case (.none, _, _), (_, .deny, _): false
        case (.completion, .control, _): true
        case (.completion, _, .async): false
        case (.completion, .admit, _), (.completion, .outcome, _), (.completion, .duplicate, _): true
        }
    }

    /// Counts an entry that found no room.
    func noteDropped(_ kind: AuditRecordClass) {
        dropped[Int(kind.rawValue)].value.add(1, ordering: .relaxed)
    }

    /// Takes the counts of entries that found no room, by class.
    func takeDropped() -> [UInt64] { dropped.map { $0.value.exchange(0, ordering: .relaxed) } }

    /// Wakes the writer if it sleeps; otherwise it will look again by itself.
    func wake() {
        guard isSleeping.load(ordering: .sequentiallyConsistent),
            isSleeping.exchange(false, ordering: .sequentiallyConsistent)
        else { return }
        bell.ring()
    }

    /// Says that the writer is about to sleep; it has to look at the lanes once more after this.
    func announceSleep() { isSleeping.store(true, ordering: .sequentiallyConsistent) }

    /// Says that the writer did not sleep after all.
    func withdrawSleep() { isSleeping.store(false, ordering: .sequentiallyConsistent) }

    /// Sleeps until woken, at most for `nanoseconds`.
    func sleep(nanoseconds: Int64) {
        bell.wait(nanoseconds: nanoseconds)
        withdrawSleep()
    }
}
