internal import AuditLog
internal import WebhookVerification

/// Puts entries into the tables of an index, within one transaction of its owner.
///
/// Binds values straight to the prepared statement: this is called for every entry of a log.
final class IndexWriter {
    /// More words than any configuration has; a log that has more of them gets the number 0 for the rest.
    private static let wordsMax = 65_535

    private let insert: SQLiteStatement
    private let insertWord: SQLiteStatement
    private let insertBlock: SQLiteStatement
    private var words: [Int64: Int64] = [:]
    private var block: (first: UInt64, low: Int64, high: Int64)?

    /// Prepares the statements and reads the words that are known.
    init(_ file: SQLiteFile) throws {
        insert = try file.prepare(IndexSchema.insert)
        insertWord = try file.prepare("INSERT INTO word (id, number, text) VALUES (?, ?, ?)")
        insertBlock = try file.prepare("INSERT OR REPLACE INTO block (first, low, high) VALUES (?, ?, ?)")
        let known = try file.prepare("SELECT id, number FROM word")
        while try known.next() { words[known.integer(1)] = known.integer(0) }
        let last = try file.prepare("SELECT first, low, high FROM block ORDER BY first DESC LIMIT 1")
        if try last.next() { block = (UInt64(last.integer(0)), last.integer(1), last.integer(2)) }
    }

    /// Adds an entry; the caller has seen that it is the one that should stand at `position`.
    func add(_ line: Span<UInt8>, _ facts: EntryFacts, at position: AuditSegmentReader.Position) throws {
        insert.bind(Int64(position.sequence), at: 1)
        insert.bind(Int64(position.offset), at: 2)
        insert.bind(facts.time, at: 3)
        insert.bind(try word(facts.kind, line), at: 4)
        insert.bind(try word(facts.decision, line), at: 5)
        insert.bind(try word(facts.source, line), at: 6)
        insert.bind(try word(facts.reason, line), at: 7)
        insert.bind(try word(facts.key, line), at: 8)
        insert.bind(facts.status.map { Int64($0) }, at: 9)
        insert.bind(number(facts.eventType, line), at: 10)
        insert.bind(number(facts.eventID, line), at: 11)
        insert.bind(number(facts.requestID, line), at: 12)
        insert.bind(number(facts.replayKey, line), at: 13)
        insert.bind(facts.isDegraded ? 1 : nil, at: 15)
        try insert.run(
            with: facts.address.flatMap { IndexWriter.bytes(IPAddress(line.extracting($0))) },
            at: 14
        )
        try note(facts.time, of: position.sequence)
    }

    private func number(_ range: Range<Int>?, _ line: Span<UInt8>) -> Int64? {
        range.map { EntryFacts.number(line.extracting($0)) }
    }

    /// Writes the bounds of the block that is not full yet.
    func flush() throws {
        guard let block else { return }
        insertBlock.bind(Int64(block.first), at: 1)
        insertBlock.bind(block.low, at: 2)
        insertBlock.bind(block.high, at: 3)
        try insertBlock.run()
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

    private func word(_ range: Range<Int>?, _ line: Span<UInt8>) throws -> Int64? {
        guard let range else { return nil }
        let text = line.extracting(range)
        let number = EntryFacts.number(text)
        if let known = words[number] { return known }
        guard words.count < IndexWriter.wordsMax else { return 0 }
        let id = Int64(words.count + 1)
        words[number] = id
        insertWord.bind(id, at: 1)
        insertWord.bind(number, at: 2)
        insertWord.bind(text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }, at: 3)
        try insertWord.run()
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
