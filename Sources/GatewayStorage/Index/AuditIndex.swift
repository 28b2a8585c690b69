internal import AuditLog
internal import GRDB

/// The index of a log, open for reading; it says where entries may be found, never what is in them.
package final class AuditIndex: Sendable {
    private let queue: DatabaseQueue
    /// Everything below this position can be looked up.
    package let covered: AuditSegmentReader.Position

    /// Opens the index of the log in `directory`; throws where there is none or it does not belong to the segments.
    package init(
        directory: String,
        origin: String,
        files: any FileOperations = SystemFileOperations()
    ) throws(AuditIndexFault) {
        let place = AuditIndexFiles(paths: AuditPaths(root: directory))
        let reader = AuditSegmentReader(directory: directory, files: files)
        do {
            files.close(try files.open(place.database, .read))
        } catch {
            // ENOENT
            throw error.code == 2 ? .missing : .file(error)
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "postern.index"
            configuration.busyMode = .timeout(5)
            queue = try DatabaseQueue(path: place.database, configuration: configuration)
            let coverage = try place.coverage(SQLiteFile(place.database, .read), origin: origin)
            guard try place.isCurrent(coverage, reader) else {
                throw AuditIndexFault.foreign("the log is not the one it was made from")
            }
            covered = coverage.position
        } catch let fault as AuditIndexFault {
            throw fault
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .database("\(error)")
        }
    }

    /// Calls `body` with the number and offset of every entry in `range` that may match, in order, until it says stop.
    func candidates(
        _ filter: EntryFilter,
        in range: Range<UInt64>,
        order: AuditSearch.Order,
        body: (UInt64, Int) throws -> AuditSegmentReader.Next
    ) throws {
        try queue.read { database in
            let query = try IndexQuery(filter, in: range, database)
            guard !query.isEmpty else { return }
            let rows = try Row.fetchCursor(database, sql: try query.sql(order, database))
            while let row = try rows.next() {
                let sequence: Int64 = row[0]
                if try body(UInt64(clamping: sequence), row[1]) == .stop { return }
            }
        }
    }
}
