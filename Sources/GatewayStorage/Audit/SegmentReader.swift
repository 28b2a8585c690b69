internal import Glibc

/// Reads a segment line by line in pieces of a fixed size, so that a file of any length needs little memory.
struct SegmentReader {
    /// What a reader of lines wants next.
    enum Next {
        case goOn
        case stop
    }

    private static let chunk = 512 * 1024
    let files: any FileOperations

    /// Calls `body` with each complete line from `start` on, without its line feed, and the offset where it starts.
    ///
    /// Returns the offset behind the last line that `body` took, and the length of the file as read.
    func readLines<Failure: Error>(
        _ descriptor: Int32,
        from start: Int = 0,
        body: (Span<UInt8>, Int) throws(Failure) -> Next
    ) throws -> (taken: Int, size: Int) {
        var buffer: [UInt8] = []
        var base = start
        while true {
            let part = try files.read(descriptor, count: SegmentReader.chunk, at: base + buffer.count)
            if part.isEmpty { return (base, base + buffer.count) }
            buffer += part
            var start = 0
            while let end = SegmentReader.lineFeed(buffer, from: start) {
                if try body(buffer.span.extracting(start..<end), base + start) == .stop {
                    return (base + start, base + buffer.count)
                }
                start = end + 1
            }
            buffer.removeSubrange(..<start)
            base += start
            // No line is this long: whatever follows was not written by us.
            if buffer.count > SegmentReader.chunk { return (base, base + buffer.count) }
        }
    }

    private static func lineFeed(_ bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { buffer in
            guard start < buffer.count, let base = buffer.baseAddress,
                let hit = memchr(base + start, 0x0A, buffer.count - start)
            else { return nil }
            return hit - UnsafeMutableRawPointer(mutating: base)
        }
    }
}
