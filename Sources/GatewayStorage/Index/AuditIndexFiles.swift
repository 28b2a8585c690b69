internal import AuditLog
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
    func coverage(_ file: SQLiteFile, origin: String) throws(AuditIndexFault) -> Coverage {
        let row: SQLiteStatement
        do throws(AuditIndexFault) {
            row = try file.prepare("SELECT format, origin, segment, offset, next, last, leaf FROM state WHERE id = 1")
            guard try row.next() else { throw AuditIndexFault.foreign("it was never finished") }
        } catch {
            // No such table, or no database at all; a file that cannot be opened fails before.
            guard case .database(let text) = error else { throw error }
            throw text.contains("locked") || text.contains("unable to open") ? error : .foreign(text)
        }
        guard row.integer(0) == IndexSchema.format else { throw .foreign("it has format \(row.integer(0))") }
        let name = row.text(1)
        guard name == origin else { throw .foreign("it is of \(name)") }
        let numbers = (row.integer(2), row.integer(3), row.integer(4), row.integer(5))
        guard numbers.0 >= 0, numbers.1 >= 0, numbers.2 >= 0, numbers.3 >= 0 else { throw .foreign("it is damaged") }
        let position = AuditSegmentReader.Position(
            segment: UInt64(numbers.0),
            offset: Int(numbers.1),
            sequence: UInt64(numbers.2)
        )
        return Coverage(origin: name, position: position, last: Int(numbers.3), leaf: row.text(6))
    }

    /// Writes what the index covers.
    func store(_ coverage: Coverage, _ file: SQLiteFile) throws(AuditIndexFault) {
        let row = try file.prepare(
            """
            INSERT OR REPLACE INTO state (id, format, origin, segment, offset, next, last, leaf)
            VALUES (1, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        row.bind(Int64(IndexSchema.format), at: 1)
        row.bind(coverage.origin, at: 2)
        row.bind(Int64(coverage.position.segment), at: 3)
        row.bind(Int64(coverage.position.offset), at: 4)
        row.bind(Int64(coverage.position.sequence), at: 5)
        row.bind(Int64(coverage.last), at: 6)
        row.bind(coverage.leaf, at: 7)
        try row.run()
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
