internal import AuditLog

/// Copies a log, up to its newest checkpoint, into a directory that verifies by itself; the log is not changed.
///
/// The copy holds the lines and notes as they stand, segments uncompressed. Whoever gets it needs the verifier key.
package struct AuditBundle: Sendable {
    private let paths: AuditPaths
    private let files: any FileOperations
    private let reader: AuditSegmentReader

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        self.files = SegmentFiles(files)
        reader = AuditSegmentReader(directory: directory, files: files)
    }

    /// Writes the copy into `directory`, which must be new or empty; gives how many entries it has, and the size of the
    /// log up to its newest checkpoint.
    ///
    /// `progress` hears how many bytes of how many were copied.
    package func write(
        to directory: String,
        progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) throws(AuditIndexFault) -> (entries: UInt64, size: UInt64) {
        do {
            return try copy(to: AuditPaths(root: directory), progress)
        } catch let fault as AuditIndexFault {
            throw fault
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .database("\(error)")
        }
    }

    private func copy(
        to target: AuditPaths,
        _ progress: (Int, Int) -> Void
    ) throws -> (entries: UInt64, size: UInt64) {
        try files.makeDirectory(target.root)
        guard try files.list(target.root).isEmpty else {
            // ENOTEMPTY
            throw FileFailure(call: "export", path: target.root, code: 39)
        }
        guard let newest = try files.readFile(paths.checkpoint, limit: 64 * 1024) else {
            throw FileFailure(call: "open", path: paths.checkpoint, code: 2)
        }
        guard let note = SignedNote(bytes: newest), let checkpoint = Checkpoint(text: note.text) else {
            throw AuditIndexFault.log(segment: paths.checkpoint, sequence: 0)
        }
        for path in [target.segments, target.checkpoints] { try files.makeDirectory(path) }
        try copyFile(paths.description, target.description)
        try copyNotes(upTo: checkpoint.size, target)
        let count = try copyLines(upTo: checkpoint.size, target, progress)
        try write(newest, to: target.checkpoint)
        return (count, checkpoint.size)
    }

    private func copyNotes(upTo size: UInt64, _ target: AuditPaths) throws {
        for name in try files.list(paths.checkpoints) {
            guard let number = AuditPaths.number(name, suffix: ""), number <= size else { continue }
            try copyFile("\(paths.checkpoints)/\(name)", "\(target.checkpoints)/\(name)")
        }
        if let pruned = try files.readFile(paths.pruned, limit: 64 * 1024) { try write(pruned, to: target.pruned) }
        let proofs = "\(paths.root)/pruned"
        guard try files.list(paths.root).contains("pruned") else { return }
        try files.makeDirectory("\(target.root)/pruned")
        for name in try files.list(proofs) where !name.hasPrefix(".") {
            try copyFile("\(proofs)/\(name)", "\(target.root)/pruned/\(name)")
        }
    }

    private func copyLines(upTo size: UInt64, _ target: AuditPaths, _ progress: (Int, Int) -> Void) throws -> UInt64 {
        let total = try reader.bytes()
        var done = 0
        var count: UInt64 = 0
        var open: (segment: UInt64, descriptor: Int32)?
        var buffer: [UInt8] = []
        func flush() throws {
            guard let open else { return }
            try files.writeAll(open.descriptor, buffer.span)
            buffer.removeAll(keepingCapacity: true)
        }
        defer { if let open { files.close(open.descriptor) } }
        _ = try reader.read { (line: Span<UInt8>, position: AuditSegmentReader.Position) in
            guard position.sequence < size else { return .stop }
            if open?.segment != position.segment {
                try flush()
                if let open { files.close(open.descriptor) }
                open = nil
                open = (position.segment, try files.open(target.segment(position.segment), .appendNew))
            }
            line.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
            buffer.append(UInt8(ascii: "\n"))
            count += 1
            done += line.count + 1
            if buffer.count > 1 << 20 {
                try flush()
                progress(done, total)
            }
            return .goOn
        }
        try flush()
        return count
    }

    private func copyFile(_ from: String, _ to: String) throws {
        guard let bytes = try files.readFile(from, limit: 16 << 20) else {
            throw FileFailure(call: "open", path: from, code: 2)
        }
        try write(bytes, to: to)
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = try files.open(path, .replace(mode: 0o640))
        defer { files.close(descriptor) }
        try files.writeAll(descriptor, bytes.span)
    }
}
