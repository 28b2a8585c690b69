internal import Glibc

extension AuditInstant {
    /// Both clocks now, for a command.
    package static func current() -> AuditInstant { AuditClock.now() }
}

/// The clocks of the writer's thread; everything below takes time as a parameter.
enum AuditClock {
    /// Both clocks now.
    static func now() -> AuditInstant {
        var wall = timespec()
        var monotonic = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        clock_gettime(CLOCK_MONOTONIC, &monotonic)
        return AuditInstant(
            wall: Int64(wall.tv_sec) * 1_000_000 + Int64(wall.tv_nsec) / 1000,
            monotonic: Int64(monotonic.tv_sec) * 1_000_000_000 + Int64(monotonic.tv_nsec)
        )
    }

    /// Lets other threads run for a while.
    static func pause(nanoseconds: Int64) {
        var time = timespec(tv_sec: 0, tv_nsec: Int(min(max(nanoseconds, 0), 999_999_999)))
        nanosleep(&time, nil)
    }
}
