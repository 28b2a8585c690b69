internal import AuditLog
internal import Glibc

/// Reads the newest part of a log for the replay store: what became of every replay key, in the order it happened.
///
/// Looks only at the members it needs. That is sound for lines of ours: their members are sorted, and a quote inside a
/// text is escaped, so that `"rk":"` cannot be part of one. Open the log first; opening cuts what a crash tore.
package struct AuditReplayReader: Sendable {
    /// What a reading found.
    package struct Summary: Sendable, Equatable {
        /// Lines looked at.
        package var lines = 0
        /// Entries handed over.
        package var entries = 0
        /// The time of the last line, microseconds since 1970; 0 where there is none.
        package var lastTime: Int64 = 0

        /// All zero.
        package init() {}
    }

    private let paths: AuditPaths
    private let files: any FileOperations

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        self.files = SegmentFiles(files)
    }

    /// Hands over every entry with a replay key at or after `since` (microseconds since 1970), oldest first.
    package func read(since: Int64, body: (AuditReplayEntry) -> Void) throws(FileFailure) -> Summary {
        try readLines(since: since) { _, entry in body(entry) }
    }

    /// The same with the line of each entry.
    func readLines(
        since: Int64,
        body: (Span<UInt8>, AuditReplayEntry) -> Void
    ) throws(FileFailure) -> Summary {
        var summary = Summary()
        var sources = SourceNames()
        for first in try segments(since: since) {
            let descriptor = try files.open(paths.segment(first), .read)
            defer { files.close(descriptor) }
            do {
                _ = try SegmentReader(files: files).readLines(descriptor) { (line: Span<UInt8>, _: Int) in
                    summary.lines += 1
                    guard let found = ReplayLine(line) else { return .goOn }
                    summary.lastTime = found.time
                    guard found.time >= since, let entry = found.entry(line, &sources) else { return .goOn }
                    summary.entries += 1
                    body(line, entry)
                    return .goOn
                }
            } catch let failure as FileFailure {
                throw failure
            } catch {
                throw FileFailure(call: "read", path: paths.segment(first), code: EIO)
            }
        }
        return summary
    }

    /// The segments that can hold entries since a time: the last one that begins before it, and all that follow.
    private func segments(since: Int64) throws(FileFailure) -> [UInt64] {
        let all = try files.list(paths.segments).compactMap { AuditPaths.number($0, suffix: ".jsonl") }.sorted()
        var start = all.count
        while start > 0 {
            start -= 1
            let descriptor = try files.open(paths.segment(all[start]), .read)
            defer { files.close(descriptor) }
            let head = try files.read(descriptor, count: EncodedLine.maxLineBytes, at: 0)
            if let time = ReplayLine.time(of: head.span), time < since { break }
        }
        return Array(all[start...])
    }
}

/// The names of sources seen so far, so that one name is one string.
struct SourceNames {
    private var names: [String] = []
    private var last = 0

    /// The string of a name; the one seen last is looked at first.
    mutating func name(_ bytes: Span<UInt8>) -> String {
        if last < names.count, SourceNames.equals(names[last], bytes) { return names[last] }
        for (index, name) in names.enumerated() where SourceNames.equals(name, bytes) {
            last = index
            return name
        }
        let name = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        guard names.count < 1000 else { return name }
        names.append(name)
        last = names.count - 1
        return name
    }

    private static func equals(_ name: String, _ bytes: Span<UInt8>) -> Bool {
        let utf8 = name.utf8Span.span
        guard utf8.count == bytes.count else { return false }
        for index in 0..<bytes.count where utf8[index] != bytes[index] { return false }
        return true
    }
}
