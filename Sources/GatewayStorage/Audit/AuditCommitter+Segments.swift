internal import AuditLog

extension AuditCommitter {
    /// Whether the open segment, with what is pending for it, has reached its size.
    var isSegmentFull: Bool { (segment?.size ?? 0) + (pending.count - writtenBytes) >= settings.segmentBytes }

    /// Closes a full segment before the next entry; the entry then begins a new one.
    func rotateIfFull(_ now: AuditInstant) throws(FileFailure) {
        if isSegmentFull { try sealSegment(now) }
    }

    /// Closes a segment that is older than it may become.
    func rotateIfOld(_ now: AuditInstant) throws(FileFailure) {
        guard let segment, segment.size > 0, now.wall - segment.begun >= settings.segmentSeconds * 1_000_000 else {
            return
        }
        try sealSegment(now)
    }

    /// Makes the segment durable, signs exactly its end, and makes the file read-only.
    func sealSegment(_ now: AuditInstant) throws(FileFailure) {
        try write(now)
        try sync(now)
        guard let closed = segment else { return }
        writeCheckpoint(now, isBoundary: true)
        try files.setMode(closed.descriptor, 0o440)
        files.close(closed.descriptor)
        segment = nil
        // Without the file the next start reads all segments: slower, not wrong.
        let range = AuditRange.encode(durableTree)
        try? files.replaceFile("boundary.json", in: paths.root, with: range, mode: 0o640)
        // The same, kept for each segment, so that a part of the log can be verified and pruned without the rest.
        try? files.makeDirectory(paths.boundaries)
        let name = "\(AuditPaths.digits(durableTree.size)).json"
        try? files.replaceFile(name, in: paths.boundaries, with: range, mode: 0o640)
    }

    /// Begins the segment of the first entry that is not written.
    func beginSegment(_ now: AuditInstant) throws(FileFailure) {
        try cutBroken()
        // Sealed values go into files of their own for each segment.
        sealer.closeFiles()
        let first = writtenTree.size
        let path = paths.segment(first)
        let descriptor: Int32
        do throws(FileFailure) {
            descriptor = try files.open(path, .appendNew)
        } catch {
            // Left over from a begin that failed half-way; nothing in it was ever durable. EEXIST
            guard error.code == 17 else { throw error }
            try files.rename(path, "\(paths.quarantine)/\(AuditPaths.digits(first))-unused-\(now.wall)")
            descriptor = try files.open(path, .appendNew)
        }
        do throws(FileFailure) {
            try files.syncDirectory(paths.segments)
        } catch {
            files.close(descriptor)
            try? files.unlink(path)
            throw error
        }
        segment = AuditSegment(
            descriptor: descriptor,
            path: path,
            first: first,
            size: 0,
            durableSize: 0,
            begun: now.wall
        )
    }

    /// Cuts a segment that cannot be trusted back to what is durable, or sets it aside where that is nothing.
    func cutBroken() throws(FileFailure) {
        guard let old = broken else { return }
        if old.durableSize == 0 {
            try files.rename(old.path, "\(paths.quarantine)/\(AuditPaths.digits(old.first))-untrusted-\(old.size)")
            try files.syncDirectory(paths.segments)
        } else {
            try files.truncate(old.path, to: old.durableSize)
        }
        broken = nil
    }
}
