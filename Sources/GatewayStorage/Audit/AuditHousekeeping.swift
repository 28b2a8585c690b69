internal import AuditLog
internal import GatewayCrypto
internal import Glibc

/// What can be tidied in the files of a log without changing what they prove: closed segments become smaller, old
/// checkpoints fewer.
///
/// Safe beside the writer: only closed segments are touched. Source: `docs/audit-log-format.md`, housekeeping.
package struct AuditHousekeeping: Sendable {
    private static let hour: Int64 = 3_600_000_000
    private let paths: AuditPaths
    private let files: any FileOperations

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        self.files = files
    }

    /// Compresses every closed segment whose entries are all older than a time; the numbers of those that were.
    package func compress(olderThan cutoff: Int64) throws(FileFailure) -> [UInt64] {
        var done: [UInt64] = []
        let names = try files.list(paths.segments)
        let plain = names.compactMap { AuditPaths.number($0, suffix: ".jsonl") }.sorted()
        for (index, first) in plain.enumerated() where index + 1 < plain.count {
            // All entries are older than the first one of the next segment.
            guard let next = try firstTime(plain[index + 1]), next < cutoff else { continue }
            try compress(first)
            done.append(first)
        }
        return done
    }

    private func firstTime(_ first: UInt64) throws(FileFailure) -> Int64? {
        let descriptor = try files.open(paths.segment(first), .read)
        defer { files.close(descriptor) }
        let head = try files.read(descriptor, count: EncodedLine.maxLineBytes, at: 0)
        return ReplayLine.time(of: head.span)
    }

    /// Writes the compressed form, reads it back, and only then removes the plain one.
    private func compress(_ first: UInt64) throws(FileFailure) {
        let plain = paths.segment(first)
        let source = try files.open(plain, .read)
        defer { files.close(source) }
        let temporary = "\(paths.segments)/.\(AuditPaths.digits(first)).jsonl.gz.tmp"
        let digest = try writeCompressed(source, to: temporary)
        try files.rename(temporary, paths.compressed(first))
        guard try readBack(first) == digest else {
            try files.unlink(paths.compressed(first))
            throw SegmentFiles.damaged
        }
        try files.syncDirectory(paths.segments)
        try files.unlink(plain)
        try files.syncDirectory(paths.segments)
    }

    private func writeCompressed(_ source: Int32, to path: String) throws(FileFailure) -> Digest32 {
        let target = try files.open(path, .replace(mode: 0o640))
        defer { files.close(target) }
        let digest = try write(source, to: target)
        try files.fdatasync(target)
        try files.setMode(target, 0o440)
        return digest
    }

    private func write(_ source: Int32, to target: Int32) throws(FileFailure) -> Digest32 {
        let deflater = GzipDeflater()
        let context = try AuditHousekeeping.digest()
        var offset = 0
        while true {
            let part = try files.read(source, count: 1 << 20, at: offset)
            offset += part.count
            context.update(part.span)
            guard let bytes = deflater.deflate(part, isLast: part.isEmpty) else { throw SegmentFiles.damaged }
            try files.writeAll(target, bytes.span)
            if part.isEmpty { return context.finish32() }
        }
    }

    private func readBack(_ first: UInt64) throws(FileFailure) -> Digest32 {
        let layer = SegmentFiles(files)
        let descriptor = try layer.openCompressed(paths.compressed(first))
        defer { layer.close(descriptor) }
        let context = try AuditHousekeeping.digest()
        var offset = 0
        while true {
            let part = try layer.read(descriptor, count: 1 << 20, at: offset)
            if part.isEmpty { return context.finish32() }
            context.update(part.span)
            offset += part.count
        }
    }

    private static func digest() throws(FileFailure) -> DigestContext {
        do {
            return try DigestContext(.sha256)
        } catch {
            throw FileFailure(call: "SHA-256", path: "", code: 95)
        }
    }

    /// Removes old checkpoints.
    ///
    /// All stay for 7 days, one an hour up to 90 days, then one a day; those at the ends of segments and the newest stay
    /// for ever. Returns how many were removed.
    package func thinCheckpoints(now: Int64) throws(FileFailure) -> Int {
        let sizes = try files.list(paths.checkpoints).compactMap { AuditPaths.number($0, suffix: "") }.sorted()
        var kept = Set(
            try SegmentFiles(files).list(paths.segments).compactMap { AuditPaths.number($0, suffix: ".jsonl") }
        )
        if let newest = sizes.last { kept.insert(newest) }
        if let pruned = try files.readFile(paths.pruned, limit: 64 * 1024).flatMap(AuditRange.decode) {
            kept.insert(pruned.size)
        }
        var removed = 0
        var lastSlot: Int64?
        // From the newest back: of each hour or day the newest stays.
        for size in sizes.reversed() where !kept.contains(size) {
            guard let time = AuditHousekeeping.modified(paths.checkpoint(size)) else { continue }
            let age = now - time
            if age < 7 * 24 * AuditHousekeeping.hour { continue }
            let length = age < 90 * 24 * AuditHousekeeping.hour ? AuditHousekeeping.hour : 24 * AuditHousekeeping.hour
            let slot = time / length
            if lastSlot == slot {
                try files.unlink(paths.checkpoint(size))
                removed += 1
            }
            lastSlot = slot
        }
        if removed > 0 { try files.syncDirectory(paths.checkpoints) }
        return removed
    }

    /// When a file was written, microseconds since 1970; `nil` where it is not there.
    private static func modified(_ path: String) -> Int64? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000
    }
}
