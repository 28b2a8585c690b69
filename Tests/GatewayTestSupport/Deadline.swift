import Foundation

/// Waiting in tests: for a condition, with an end, never for a fixed time.
package struct Deadline: Sendable {
    private let end: DispatchTime

    /// A deadline so many seconds from now.
    package init(seconds: Double) { end = .now() + seconds }

    /// Seconds that are left; never negative.
    package var seconds: Double {
        let now = DispatchTime.now().uptimeNanoseconds
        return end.uptimeNanoseconds > now ? Double(end.uptimeNanoseconds - now) / 1e9 : 0
    }

    /// Milliseconds that are left, for `poll`.
    package var milliseconds: Int32 { Int32(min(seconds * 1000, 1e9).rounded(.up)) }

    /// Whether it has passed.
    package var hasPassed: Bool { seconds == 0 }

    /// Asks again and again until `make` gives something; `nil` once the time is over.
    package static func wait<Value>(seconds: Double = 20, for make: () throws -> Value?) rethrows -> Value? {
        let deadline = Deadline(seconds: seconds)
        while true {
            if let value = try make() { return value }
            if deadline.hasPassed { return nil }
            usleep(2_000)
        }
    }

    /// Whether `condition` came true in time.
    package static func holds(seconds: Double = 20, _ condition: () throws -> Bool) rethrows -> Bool {
        try wait(seconds: seconds) { try condition() ? true : nil } ?? false
    }
}

/// Something one thread opens and others wait for.
package final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// A closed gate.
    package init() {}

    /// Lets everyone through, now and later.
    package func open() { semaphore.signal() }

    /// Waits until it is open; `false` once the time is over.
    @discardableResult
    package func wait(seconds: Double = 30) -> Bool {
        guard semaphore.wait(timeout: .now() + seconds) == .success else { return false }
        semaphore.signal()
        return true
    }
}

/// Runs `work` on `count` threads of their own at once and gives their results in order.
package func inParallel<Value: Sendable>(_ count: Int, _ work: @escaping @Sendable (Int) -> Value) -> [Value] {
    let results = Guarded<[Int: Value]>([:])
    let group = DispatchGroup()
    for index in 0..<count {
        group.enter()
        let thread = Thread {
            let value = work(index)
            results.withLock { $0[index] = value }
            group.leave()
        }
        thread.start()
    }
    group.wait()
    return results.withLock { known in (0..<count).compactMap { known[$0] } }
}

/// A value behind a lock.
package final class Guarded<Value>: @unchecked Sendable {
    // Owned by `lock`.
    private var value: Value
    private let lock = NSLock()

    /// Guards `value`.
    package init(_ value: sending Value) { self.value = value }

    /// Gives exclusive access.
    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
