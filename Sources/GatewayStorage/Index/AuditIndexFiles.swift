internal import AuditLog
internal import GRDB
internal import GatewayCrypto

/// The file of an index and what it says of itself.
struct AuditIndexFiles {
    /// What an index covers: everything below `position`.
    struct Coverage: Equatable {
        var origin: String
        var position: AuditSegmentReader.Position
        /// Where the last line begins, and its leaf hash in hexadecimal digits; empty where the index is empty.
        var last: Int
        var leaf: String
    }

    let paths: AuditPaths

    /// The database.
    var database: String { "\(paths.root)/index.db" }
    /// Locked by whoever changes the index or puts another in its place.
    var lock: String { "\(paths.root)/index.lock" }

    /// What the index says it covers; throws where it is of another format or log.
    func coverage(_ database: Database, origin: String) throws -> Coverage {
        let columns = "format, origin, segment, offset, next, last, leaf"
        guard let row = try Row.fetchOne(database, sql: "SELECT \(columns) FROM state WHERE id = 1") else {
            throw AuditIndexFault.foreign("it was never finished")
        }
        let format: Int = row[0]
        let name: String = row[1]
        guard format == IndexSchema.format else { throw AuditIndexFault.foreign("it has format \(format)") }
        guard name == origin else { throw AuditIndexFault.foreign("it is of \(name)") }
        let numbers: (Int64, Int64, Int64) = (row[2], row[3], row[4])
        guard numbers.0 >= 0, numbers.1 >= 0, numbers.2 >= 0 else { throw AuditIndexFault.foreign("it is damaged") }
        let position = AuditSegmentReader.Position(
            segment: UInt64(numbers.0),
            offset: Int(numbers.1),
            sequence: UInt64(numbers.2)
        )
        return Coverage(origin: name, position: position, last: row[5], leaf: row[6])
    }

    /// Writes what the index covers.
    func store(_ coverage: Coverage, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO state (id, format, origin, segment, offset, next, last, leaf)
                VALUES (1, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                IndexSchema.format, coverage.origin, Int64(coverage.position.segment), coverage.position.offset,
                Int64(coverage.position.sequence), coverage.last, coverage.leaf,
            ]
        )
    }

    /// Whether the last line that the index covers still stands where it says.
    func isCurrent(_ coverage: Coverage, _ reader: AuditSegmentReader) throws -> Bool {
        guard !coverage.leaf.isEmpty else { return true }
        let segments = try reader.segments()
        // A segment that begins inside of what is covered repeats lines that were given up.
        guard segments.contains(coverage.position.segment),
            !segments.contains(where: { $0 > coverage.position.segment && $0 < coverage.position.sequence }),
            let line = try reader.line(segment: coverage.position.segment, offset: coverage.last)
        else { return false }
        return try TreeHasher().leaf(line.span).hex == coverage.leaf
    }
}
