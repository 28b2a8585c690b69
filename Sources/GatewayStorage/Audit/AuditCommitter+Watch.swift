internal import AuditLog
internal import Logging

/// What the log says of its surroundings: scarce space, and clocks that were set.
extension AuditCommitter {
    /// The smallest step of the clock that is recorded: half a second.
    private static let clockStep: Int64 = 500_000

    /// Records that space became scarce, or is there again.
    func noteDisk(_ level: AuditDiskLevel, _ now: AuditInstant) {
        guard level != diskLevel else { return }
        let isWorse = level > diskLevel
        diskLevel = level
        metrics.diskLevel = level
        let free = metrics.freeBytes
        logger.log(
            level: isWorse ? .warning : .notice,
            "space for the audit log",
            metadata: ["level": "\(level)", "free": "\(free)"]
        )
        let members: [String: AuditValue] = [
            "free": .integer(Int(clamping: free)), "level": .string("\(level)"), "what": .string("disk"),
        ]
        record(isWorse ? .systemDegraded : .systemRestored, ["degraded": .object(members)], now)
    }

    /// Records that the wall clock was set, or that the machine slept: the two clocks moved apart.
    func noteClock(_ now: AuditInstant) {
        let offset = now.wall - now.monotonic / 1000
        defer { clockOffset = offset }
        guard let before = clockOffset else { return }
        let step = offset - before
        guard abs(step) >= AuditCommitter.clockStep else { return }
        logger.warning("the clock was set", metadata: ["microseconds": "\(step)"])
        let clock: [String: AuditValue] = [
            "from": .string(EntryTime.text(now.wall - step)), "step_us": .integer(Int(step)),
            "to": .string(EntryTime.text(now.wall)),
        ]
        record(.systemClockStep, ["clock": .object(clock)], now)
    }

    private func record(_ kind: EntryKind, _ members: [String: AuditValue], _ now: AuditInstant) {
        var batch = RecordBatch()
        batch.append(ControlEntry(kind, time: now.wall, members: instanceMembers(members)))
        commit(batch, now: now)
    }
}
