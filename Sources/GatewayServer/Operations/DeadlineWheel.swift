import NIOCore

/// Something with a deadline: at most one at a time.
///
/// Owned by one event loop.
class DeadlineHolder {
    /// Nanoseconds of the monotonic clock; `never` for none.
    ///
    /// Changed through the wheel only.
    fileprivate(set) var deadline: Int64 = DeadlineWheel.never
    /// The slot it stands in, -1 for none; may be earlier than the deadline, never later.
    fileprivate var slot = -1
    /// The tick its slot stands for.
    fileprivate var tick: Int64 = 0
    /// Its place in the slot.
    fileprivate var position = 0

    /// Called when the deadline has passed; the holder stands in no slot then and may set a new one.
    func deadlineReached(now: Int64) {}
}

/// The deadlines of all connections of one event loop: one repeated task, no timer per request.
///
/// Moving a deadline further away, which every request does, is a store; moving it nearer or removing it is O(1).
/// Deadlines are kept within one tick of 100 ms.
final class DeadlineWheel {
    static let never = Int64.max
    static let tickLength: Int64 = 100_000_000
    private static let slotCount = 1024

    private var slots = [ContiguousArray<DeadlineHolder>](repeating: [], count: DeadlineWheel.slotCount)
    private var currentTick: Int64

    init(now: Int64) { currentTick = now / DeadlineWheel.tickLength }

    /// Starts turning on its event loop.
    func start(on loop: any EventLoop) {
        let interval = TimeAmount.nanoseconds(DeadlineWheel.tickLength)
        let wheel = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            wheel.value.turn(now: GatewayClock.monotonic())
        }
    }

    /// Sets the holder's deadline, replacing the one it had.
    func set(_ holder: DeadlineHolder, at deadline: Int64) {
        holder.deadline = deadline
        let due = max(deadline / DeadlineWheel.tickLength + 1, currentTick + 1)
        if holder.slot >= 0, holder.tick <= due { return }
        remove(holder)
        insert(holder, due: due)
    }

    /// The holder has no deadline any more and is not kept alive by the wheel.
    func cancel(_ holder: DeadlineHolder) {
        holder.deadline = DeadlineWheel.never
        remove(holder)
    }

    /// Fires everything that is due at `now`.
    func turn(now: Int64) {
        let target = now / DeadlineWheel.tickLength
        // After a long pause every slot is visited once at most.
        currentTick = max(currentTick, target - Int64(DeadlineWheel.slotCount))
        while currentTick < target {
            currentTick += 1
            visit(currentTick, now: now)
        }
    }

    private func visit(_ tick: Int64, now: Int64) {
        let slot = DeadlineWheel.slot(tick)
        let holders = slots[slot]
        guard !holders.isEmpty else { return }
        slots[slot].removeAll()
        for holder in holders { holder.slot = -1 }
        for holder in holders where holder.slot < 0 && holder.deadline != DeadlineWheel.never {
            if holder.deadline <= now {
                holder.deadline = DeadlineWheel.never
                holder.deadlineReached(now: now)
            } else {
                insert(holder, due: holder.deadline / DeadlineWheel.tickLength + 1)
            }
        }
    }

    private func insert(_ holder: DeadlineHolder, due: Int64) {
        let tick = min(due, currentTick + Int64(DeadlineWheel.slotCount) - 1)
        let slot = DeadlineWheel.slot(tick)
        holder.tick = tick
        holder.slot = slot
        holder.position = slots[slot].count
        slots[slot].append(holder)
    }

    private func remove(_ holder: DeadlineHolder) {
        let slot = holder.slot
        guard slot >= 0 else { return }
        holder.slot = -1
        guard let last = slots[slot].popLast(), last !== holder else { return }
        slots[slot][holder.position] = last
        last.position = holder.position
    }

    private static func slot(_ tick: Int64) -> Int { Int(truncatingIfNeeded: tick) & (slotCount - 1) }
}
