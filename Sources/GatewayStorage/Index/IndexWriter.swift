internal import AuditLog
internal import GRDB
internal import GRDBSQLite
internal import WebhookVerification

/// Puts entries into the tables of an index, within one transaction of its owner.
///
/// Binds values straight to the prepared statement: this is called for every entry of a log.
final class IndexWriter {
    /// More words than any configuration has; a log that has more of them gets the number 0 for the rest.
    private static let wordsMax = 65_535

    private let insert: Statement
    private let insertWord: Statement
    private let insertBlock: Statement
    private var words: [Int64: Int64] = [:]
    private var block: (first: UInt64, low: Int64, high: Int64)?

    /// Prepares the statements and reads the words that are known.
    init(_ database: Database) throws {
        insert = try database.makeStatement(sql: IndexSchema.insert)
        insertWord = try database.makeStatement(sql: "INSERT INTO word (id, number, text) VALUES (?, ?, ?)")
        insertBlock = try database.makeStatement(
            sql: "INSERT OR REPLACE INTO block (first, low, high) VALUES (?, ?, ?)"
        )
        for row in try Row.fetchAll(database, sql: "SELECT id, number FROM word") { words[row[1]] = row[0] }
        if let row = try Row.fetchOne(database, sql: "SELECT first, low, high FROM block ORDER BY first DESC LIMIT 1") {
            let first: Int64 = row[0]
            block = (UInt64(first), row[1], row[2])
        }
    }

    /// Adds an entry; the caller has seen that it is the one that should stand at `position`.
    func add(_ line: Span<UInt8>, _ facts: EntryFacts, at position: AuditSegmentReader.Position) throws {
        let handle = insert.sqliteStatement
        sqlite3_bind_int64(handle, 1, Int64(position.sequence))
        sqlite3_bind_int64(handle, 2, Int64(position.offset))
        sqlite3_bind_int64(handle, 3, facts.time)
        let texts = [facts.kind, facts.decision, facts.source, facts.reason, facts.key]
        for (offset, range) in texts.enumerated() { bind(try word(range, line), 4 + offset, handle) }
        bind(facts.status.map { Int64($0) }, 9, handle)
        let numbers = [facts.eventType, facts.eventID, facts.requestID, facts.replayKey]
        for (offset, range) in numbers.enumerated() {
            bind(range.map { EntryFacts.number(line.extracting($0)) }, 10 + offset, handle)
        }
        bind(facts.isDegraded ? 1 : nil, 15, handle)
        try step(address: facts.address.flatMap { IndexWriter.bytes(IPAddress(line.extracting($0))) }, handle)
        try note(facts.time, of: position.sequence)
    }

    /// Writes the bounds of the block that is not full yet.
    func flush() throws {
        guard let block else { return }
        try insertBlock.execute(arguments: [Int64(block.first), block.low, block.high])
    }

    /// An address as bytes that sort as addresses do, families apart.
    static func bytes(_ address: IPAddress?) -> [UInt8]? {
        guard let address else { return nil }
        switch address.family {
        case .v4: return [4] + IndexWriter.bigEndian(address.low, count: 4)
        case .v6:
            return [6] + IndexWriter.bigEndian(address.high, count: 8) + IndexWriter.bigEndian(address.low, count: 8)
        }
    }

    /// The lowest bytes of a number, highest first.
    static func bigEndian(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    private func step(address: [UInt8]?, _ handle: OpaquePointer) throws {
        defer { sqlite3_reset(handle) }
        guard let address else {
            sqlite3_bind_null(handle, 14)
            return try check(sqlite3_step(handle))
        }
        // The bytes need not be copied: they outlive the step.
        try address.withUnsafeBytes { bytes in
            sqlite3_bind_blob(handle, 14, bytes.baseAddress, Int32(bytes.count), nil)
            try check(sqlite3_step(handle))
        }
        sqlite3_clear_bindings(handle)
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    private func bind(_ value: Int64?, _ column: Int, _ handle: OpaquePointer) {
        if let value {
            sqlite3_bind_int64(handle, Int32(column), value)
        } else {
            sqlite3_bind_null(handle, Int32(column))
        }
    }

    private func word(_ range: Range<Int>?, _ line: Span<UInt8>) throws -> Int64? {
        guard let range else { return nil }
        let text = line.extracting(range)
        let number = EntryFacts.number(text)
        if let known = words[number] { return known }
        guard words.count < IndexWriter.wordsMax else { return 0 }
        let id = Int64(words.count + 1)
        words[number] = id
        try insertWord.execute(arguments: [
            id, number, text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) },
        ])
        return id
    }

    private func note(_ time: Int64, of sequence: UInt64) throws {
        let first = sequence & ~(IndexSchema.blockEntries - 1)
        if let open = block, open.first == first {
            block = (first, min(open.low, time), max(open.high, time))
        } else {
            try flush()
            block = (first, time, time)
        }
    }
}
