internal import AuditLog
internal import GatewayCrypto
internal import Glibc

/// Makes the index of a log anew from its segments and puts it in the place of the old one.
///
/// May run beside the writer: what is added meanwhile is for the next tailer or for the search itself to read. Indexes
/// on columns are made when all rows are there, which is several times faster than keeping them up to date.
package struct AuditReindex: Sendable {
    private let directory: String
    private let paths: AuditPaths
    private let reader: AuditSegmentReader
    private let files: any FileOperations

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        self.directory = directory
        self.files = files
        paths = AuditPaths(root: directory)
        reader = AuditSegmentReader(directory: directory, files: files)
    }

    /// How far the work is: bytes of segments read of all, then columns indexed of all.
    package typealias Progress = (_ stage: String, _ done: Int, _ of: Int) -> Void

    /// Reads every entry; gives how many there are.
    package func run(origin: String, progress: Progress) throws(AuditIndexFault) -> UInt64 {
        do {
            return try rebuild(origin, progress)
        } catch let fault as AuditIndexFault {
            throw fault
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .database("\(error)")
        }
    }

    private func rebuild(_ origin: String, _ progress: Progress) throws -> UInt64 {
        let place = AuditIndexFiles(paths: paths)
        let new = "\(place.database).new"
        for name in [new, new + "-journal"] { try files.unlink(name) }
        var count: UInt64 = 0
        do {
            count = try build(new, place, origin, progress)
            try AuditReindex.own(new, like: directory)
            try install(new, place)
        } catch {
            try? files.unlink(new)
            throw error
        }
        return count
    }

    /// Makes the file: all rows in one transaction, then an index for each column.
    private func build(
        _ path: String,
        _ place: AuditIndexFiles,
        _ origin: String,
        _ progress: Progress
    ) throws -> UInt64 {
        let file = try SQLiteFile(path, .make)
        // Nobody sees the file before it is whole, and a crash only leaves one that the next run removes.
        try file.execute(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA cache_size = -262144; PRAGMA threads = 4; PRAGMA temp_store = FILE;
            """
        )
        try file.execute(IndexSchema.tables)
        let count = try file.transaction { try fill(file, place, origin, progress) }
        for (index, sql) in IndexSchema.indexes.enumerated() {
            progress("columns", index, IndexSchema.indexes.count)
            try file.execute(sql)
        }
        return count
    }

    private func fill(
        _ file: SQLiteFile,
        _ place: AuditIndexFiles,
        _ origin: String,
        _ progress: Progress
    ) throws -> UInt64 {
        let total = try reader.bytes()
        let writer = try IndexWriter(file)
        var done = 0
        var count: UInt64 = 0
        var last = 0
        var end = AuditSegmentReader.Position(segment: 0, offset: 0, sequence: 0)
        _ = try reader.read { (line: Span<UInt8>, position: AuditSegmentReader.Position) in
            guard let facts = EntryFacts(line), facts.sequence == position.sequence else {
                throw AuditIndexFault.log(segment: paths.segment(position.segment), sequence: position.sequence)
            }
            try writer.add(line, facts, at: position)
            last = position.offset
            end = position.advanced(by: line.count)
            count += 1
            done += line.count + 1
            if count & 0x3FFF == 0 { progress("entries", done, total) }
            return .goOn
        }
        try writer.flush()
        var leaf = ""
        if count > 0, let line = try reader.line(segment: end.segment, offset: last) {
            leaf = try TreeHasher().leaf(line.span).hex
        }
        try place.store(AuditIndexFiles.Coverage(origin: origin, position: end, last: last, leaf: leaf), file)
        return count
    }

    /// Gives the file the mode of the log's files and, where root made it, the owner of the directory.
    private static func own(_ path: String, like directory: String) throws(FileFailure) {
        guard chmod(path, 0o640) == 0 else { throw FileFailure(call: "chmod", path: path, code: errno) }
        var status = stat()
        guard geteuid() == 0, stat(directory, &status) == 0 else { return }
        guard chown(path, status.st_uid, status.st_gid) == 0 else {
            throw FileFailure(call: "chown", path: path, code: errno)
        }
    }

    /// Puts the new index in place; a tailer looks for another file under the same lock.
    private func install(_ new: String, _ place: AuditIndexFiles) throws {
        let descriptor = try files.open(new, .read)
        do {
            try files.fdatasync(descriptor)
        } catch {
            files.close(descriptor)
            throw error
        }
        files.close(descriptor)
        let lock = try files.open(place.lock, .lock)
        defer { files.close(lock) }
        try AuditReindex.own(place.lock, like: directory)
        var waits = 0
        while try !files.lock(lock) {
            waits += 1
            guard waits < 3000 else {
                throw AuditIndexFault.database("another process has been changing it for 30 s")
            }
            AuditClock.pause(nanoseconds: 10_000_000)
        }
        defer { files.unlock(lock) }
        // A journal of the old file must never be played into the new one.
        try files.unlink("\(place.database)-journal")
        try files.rename(new, place.database)
        try files.syncDirectory(paths.root)
    }
}
