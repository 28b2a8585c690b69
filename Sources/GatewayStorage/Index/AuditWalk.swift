package import AuditLog

/// Reads a whole log entry by entry, each of them the one that its place demands.
package struct AuditWalk {
    private let reader: AuditSegmentReader
    private let paths: AuditPaths

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        reader = AuditSegmentReader(directory: directory, files: files)
    }

    /// Calls `body` with every entry, oldest first, until it says stop.
    ///
    /// `progress` hears how many bytes of how many were read. Throws `AuditIndexFault`, and what `body` throws.
    package func run(
        progress: (_ done: Int, _ of: Int) -> Void = { _, _ in },
        body: (EntryView) throws -> AuditSegmentReader.Next
    ) throws {
        let view = EntryView()
        var done = 0
        do {
            let total = try reader.bytes()
            _ = try reader.read { (line: Span<UInt8>, place: AuditSegmentReader.Position) in
                done += line.count + 1
                if place.sequence & 0xFFF == 0 { progress(done, total) }
                guard view.read(line), view.sequence == place.sequence, view.node("seq") != nil else {
                    throw AuditIndexFault.log(segment: paths.segment(place.segment), sequence: place.sequence)
                }
                return try body(view)
            }
        } catch let failure as FileFailure {
            throw AuditIndexFault.file(failure)
        }
    }
}
