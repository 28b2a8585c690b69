import Glibc

/// Says when files of a directory were written or replaced; survives that they are renamed over each other.
///
/// Owned by one thread, but for `stop`, which any thread may call.
final class DirectoryWatch: Sendable {
    private let events: Int32
    private let stopping: (read: Int32, write: Int32)

    /// Watches a directory; `nil` where the system refuses.
    init?(_ path: String) {
        let events = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard events >= 0 else { return nil }
        var ends: [Int32] = [0, 0]
        let mask = UInt32(IN_MOVED_TO) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_DELETE)
        guard inotify_add_watch(events, path, mask) >= 0, pipe(&ends) == 0 else {
            _ = close(events)
            return nil
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        self.events = events
        stopping = (ends[0], ends[1])
    }

    deinit {
        _ = close(events)
        _ = close(stopping.read)
        _ = close(stopping.write)
    }

    /// Makes every `wait`, now and later, end the watch.
    func stop() {
        var byte: UInt8 = 1
        _ = write(stopping.write, &byte, 1)
    }

    /// The names of files that changed within a time, none where nothing did; `nil` once it was stopped.
    func wait(milliseconds: Int32) -> Set<String>? {
        var waited = [
            pollfd(fd: events, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopping.read, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&waited, 2, milliseconds) > 0 else { return [] }
        if waited[1].revents != 0 { return nil }
        return names()
    }

    private func names() -> Set<String> {
        var found: Set<String> = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(events, $0.baseAddress, $0.count) }
            guard count > 0 else { return found }
            let head = MemoryLayout<inotify_event>.size
            var offset = 0
            while offset + head <= count {
                let length = buffer.withUnsafeBytes {
                    Int($0.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
                }
                guard offset + head + length <= count else { break }
                let name = buffer[(offset + head)..<(offset + head + length)].prefix { $0 != 0 }
                found.insert(String(decoding: name, as: UTF8.self))
                offset += head + length
            }
        }
    }
}
