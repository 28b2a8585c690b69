internal import AuditLog
internal import Glibc

/// Reads the entries of a log from any of them on, over all its segments; changes nothing and may run beside the writer.
///
/// The one place that knows how lines lie in files: whoever reads lines for people goes through it.
package struct AuditSegmentReader: Sendable {
    /// Where a line stands.
    package struct Position: Sendable, Equatable {
        /// The number in the name of the segment.
        package var segment: UInt64
        /// The offset of the line in the segment.
        package var offset: Int
        /// The number of the entry.
        package var sequence: UInt64

        /// A place in a segment.
        package init(segment: UInt64, offset: Int, sequence: UInt64) {
            self.segment = segment
            self.offset = offset
            self.sequence = sequence
        }

        /// Behind a line of so many bytes, its line feed not counted.
        func advanced(by bytes: Int) -> Position {
            Position(segment: segment, offset: offset + bytes + 1, sequence: sequence + 1)
        }
    }

    /// What a reader of lines wants next.
    package enum Next: Sendable {
        case goOn
        case stop
    }

    private let paths: AuditPaths
    private let files: SegmentFiles

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        self.files = SegmentFiles(files)
    }

    /// The numbers of the first entries of all segments that are not pruned, in order.
    package func segments() throws(FileFailure) -> [UInt64] {
        let start = try files.readFile(paths.pruned, limit: 64 * 1024).flatMap(AuditRange.decode)?.size ?? 0
        return try files.list(paths.segments).compactMap { AuditPaths.number($0, suffix: ".jsonl") }
            .filter { $0 >= start }.sorted()
    }

    /// How many bytes of segments are there from a segment on.
    package func bytes(from first: UInt64 = 0) throws(FileFailure) -> Int {
        var sum = 0
        for segment in try segments() where segment >= first {
            let descriptor = try files.open(paths.segment(segment), .read)
            defer { files.close(descriptor) }
            sum += try files.size(descriptor)
        }
        return sum
    }

    /// Calls `body` with every complete line from `position` on (from the first entry where there is none).
    ///
    /// Returns where the line behind the last one that was taken begins. A line that a later segment repeats, because
    /// the writer gave up the end of the one before, is passed over in the earlier one.
    package func read<Failure: Error>(
        from position: Position? = nil,
        body: (Span<UInt8>, Position) throws(Failure) -> Next
    ) throws -> Position {
        let all = try segments()
        guard let start = position ?? all.first.map({ Position(segment: $0, offset: 0, sequence: $0) }) else {
            return Position(segment: 0, offset: 0, sequence: 0)
        }
        var place = start
        var isStopped = false
        for (index, segment) in all.enumerated() where segment >= start.segment && !isStopped {
            // A segment begins where its name says; the position may lie in the middle of the first one.
            if segment > start.segment { place = Position(segment: segment, offset: 0, sequence: segment) }
            let end = index + 1 < all.count ? all[index + 1] : UInt64.max
            let descriptor = try files.open(paths.segment(segment), .read)
            defer { files.close(descriptor) }
            _ = try SegmentReader(files: files).readLines(descriptor, from: place.offset) {
                (line: Span<UInt8>, offset: Int) throws(Failure) -> SegmentReader.Next in
                guard place.sequence < end else { return .stop }
                place.offset = offset
                if try body(line, place) == .stop {
                    isStopped = true
                    return .stop
                }
                place.offset = offset + line.count + 1
                place.sequence += 1
                return .goOn
            }
        }
        return place
    }

    /// Whether a complete line follows.
    func hasLine(at position: Position?) throws -> Bool {
        var isThere = false
        _ = try read(from: position) { (_: Span<UInt8>, _: Position) in
            isThere = true
            return .stop
        }
        return isThere
    }

    /// The complete line at an offset of a segment, without its line feed; `nil` where there is none.
    package func line(segment: UInt64, offset: Int) throws(FileFailure) -> [UInt8]? {
        let descriptor = try files.open(paths.segment(segment), .read)
        defer { files.close(descriptor) }
        // Most lines are shorter than this, so that one call is enough.
        for count in [2048, 8192] {
            let bytes = try files.read(descriptor, count: count, at: offset)
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { return Array(bytes[..<end]) }
            if bytes.count < count { return nil }
        }
        return nil
    }
}
