internal import AuditLog

/// Reads every line of a log in order, without judging it; for what is looked up in the log by its own tools.
struct SegmentLines {
    private let paths: AuditPaths
    private let files: SegmentFiles

    /// Takes the directory of one node's log.
    init(directory: String, files: any FileOperations) {
        paths = AuditPaths(root: directory)
        self.files = SegmentFiles(files)
    }

    /// The numbers of the first entries of all segments that are not pruned, in order.
    func segments() throws(FileFailure) -> [UInt64] {
        let start = try pruned()?.size ?? 0
        return try files.list(paths.segments).compactMap { AuditPaths.number($0, suffix: ".jsonl") }
            .filter { $0 >= start }.sorted()
    }

    /// The range of what was pruned; `nil` where nothing was.
    func pruned() throws(FileFailure) -> CompactRange? {
        try files.readFile(paths.pruned, limit: 64 * 1024).flatMap(AuditRange.decode)
    }

    /// The time of the first entry of a segment; `nil` where it has none.
    func firstTime(_ segment: UInt64) throws(FileFailure) -> Int64? {
        let descriptor = try files.open(paths.segment(segment), .read)
        defer { files.close(descriptor) }
        let head = try files.read(descriptor, count: EncodedLine.maxLineBytes, at: 0)
        return ReplayLine.time(of: head.span)
    }

    /// Calls `body` with every line of all segments, or of those from `first` up to `end`.
    func read(
        from first: UInt64 = 0,
        upTo end: UInt64 = .max,
        body: (Span<UInt8>, UInt64) -> Void
    ) throws(FileFailure) {
        let all = try segments()
        for (index, segment) in all.enumerated() where segment >= first && segment < end {
            let next = index + 1 < all.count ? all[index + 1] : UInt64.max
            try readSegment(segment, next: next, body: body)
        }
    }

    private func readSegment(
        _ segment: UInt64,
        next: UInt64,
        body: (Span<UInt8>, UInt64) -> Void
    ) throws(FileFailure) {
        let descriptor = try files.open(paths.segment(segment), .read)
        defer { files.close(descriptor) }
        var sequence = segment
        do {
            _ = try SegmentReader(files: files).readLines(descriptor) { (line: Span<UInt8>, _: Int) in
                guard sequence < next else { return .stop }
                body(line, sequence)
                sequence += 1
                return .goOn
            }
        } catch let failure as FileFailure {
            throw failure
        } catch {
            throw FileFailure(call: "read", path: paths.segment(segment), code: 5)
        }
    }
}
