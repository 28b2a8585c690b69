internal import Glibc

/// Lets one thread sleep until another rings, or until a time is over.
final class WakeBell: @unchecked Sendable {
    // `@unchecked`: `isRung` is guarded by `mutex`; the two pointers never change.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isRung = false

    /// Makes a bell whose waits are measured by a clock that never goes back.
    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Ends the wait that is under way, or the next one.
    func ring() {
        pthread_mutex_lock(mutex)
        isRung = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Sleeps until rung, at most for `nanoseconds`.
    func wait(nanoseconds: Int64) {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let limit = min(nanoseconds, 3_600_000_000_000)
        let sum = Int64(time.tv_nsec) + limit % 1_000_000_000
        time.tv_sec += Int(limit / 1_000_000_000 + sum / 1_000_000_000)
        time.tv_nsec = Int(sum % 1_000_000_000)
        pthread_mutex_lock(mutex)
        var code: Int32 = 0
        while !isRung, code == 0 { code = pthread_cond_timedwait(condition, mutex, &time) }
        isRung = false
        pthread_mutex_unlock(mutex)
    }
}
