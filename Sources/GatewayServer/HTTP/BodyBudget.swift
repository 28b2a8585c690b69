import Synchronization

/// The bytes of all bodies that are held at once (R-DOS-10).
///
/// Shared by all event loops; a plain counter, no lock.
///
/// A body whose length is announced pays before its first byte is kept, a chunked one as it grows.
final class BodyBudget: Sendable {
    private let used = Atomic<Int>(0)
    private let total: Atomic<Int>

    init(total: Int) { self.total = Atomic(total) }

    /// Sets a new bound; what is held beyond it stays.
    func limit(_ total: Int) { self.total.store(total, ordering: .relaxed) }

    /// Takes `count` bytes; `false` where the budget does not hold them.
    func take(_ count: Int) -> Bool {
        let total = self.total.load(ordering: .relaxed)
        guard count <= total else { return false }
        let (_, after) = used.add(count, ordering: .relaxed)
        if after <= total { return true }
        used.subtract(count, ordering: .relaxed)
        return false
    }

    /// Gives `count` bytes back.
    func giveBack(_ count: Int) { used.subtract(count, ordering: .relaxed) }
}
