import Glibc

/// Waiting in commands.
enum Pause {
    /// Sleeps.
    static func milliseconds(_ count: UInt32) { usleep(count * 1000) }
}
