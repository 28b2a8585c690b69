internal import AuditLog
internal import GRDB
internal import WebhookVerification

/// The part of a filter that the columns of the index can answer, and the column that is looked up first.
///
/// A superset: what has no column, or may be another text of the same number, is judged on the line itself.
struct IndexQuery {
    /// One condition on one column.
    private struct Condition {
        let column: String
        let sql: String
        /// Whether entries come out of this column's index in the order of their numbers.
        let isOrdered: Bool
    }

    /// Beyond so many entries, looking them all up and sorting them takes longer than reading on in order.
    private static let sortedMax = 20_000

    private var conditions: [Condition] = []
    private var bounds: ClosedRange<Int64>
    /// Whether nothing can match.
    private(set) var isEmpty = false

    /// Makes the query of a filter for entries with numbers in `range`.
    init(_ filter: EntryFilter, in range: Range<UInt64>, _ database: Database) throws {
        bounds =
            Int64(
                clamping: range.lowerBound
            )...max(
                Int64(clamping: range.lowerBound),
                Int64(clamping: range.upperBound) - 1
            )
        isEmpty = range.isEmpty
        try addTimes(filter, database)
        for (column, patterns) in [
            ("kind", filter.kinds), ("decision", filter.decisions), ("source", filter.sources),
            ("reason", filter.reasons), ("key", filter.keys),
        ] where !patterns.isEmpty { try addWords(column, patterns, database) }
        if filter.kinds.isEmpty, !filter.decisions.isEmpty {
            let kinds = ["allow": "request.admit", "deny": "request.deny", "duplicate": "request.duplicate"]
            try addWords("kind", filter.decisions.map { kinds[$0] ?? $0 }, database)
        }
        for (column, text) in [
            ("rid", filter.requestID), ("rk", filter.replayKey), ("event", filter.eventID), ("type", filter.eventType),
        ] {
            if let text { add(column, "\(column) = \(EntryFacts.number(of: text))", isOrdered: true) }
        }
        if let status = filter.status { add("status", "status = \(status)", isOrdered: true) }
        if filter.isDegradedOnly { add("deg", "deg = 1", isOrdered: true) }
        if let network = filter.network { addNetwork(network) }
    }

    private mutating func add(_ column: String, _ sql: String, isOrdered: Bool) {
        conditions.append(Condition(column: column, sql: sql, isOrdered: isOrdered))
    }

    private mutating func addWords(_ column: String, _ patterns: [String], _ database: Database) throws {
        var ids: [Int64] = []
        for row in try Row.fetchAll(database, sql: "SELECT id, text FROM word") {
            let text: String = row[1]
            if EntryFilter.matches(patterns, text) { ids.append(row[0]) }
        }
        // Words beyond the table's limit all have the number 0.
        let words = try Int.fetchOne(database, sql: "SELECT count(*) FROM word") ?? 0
        if words >= 65_535 { ids.append(0) }
        if ids.isEmpty { isEmpty = true }
        let list = ids.map(String.init).joined(separator: ", ")
        add(column, ids.count == 1 ? "\(column) = \(list)" : "\(column) IN (\(list))", isOrdered: ids.count == 1)
    }

    private mutating func addNetwork(_ network: IPNetwork) {
        func literal(_ value: UInt128) -> String {
            let high = UInt64(truncatingIfNeeded: value >> 64)
            let low = UInt64(truncatingIfNeeded: value)
            let bytes =
                switch network.address.family {
                case .v4: [4] + IndexWriter.bigEndian(low, count: 4)
                case .v6: [6] + IndexWriter.bigEndian(high, count: 8) + IndexWriter.bigEndian(low, count: 8)
                }
            return "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
        }
        let (low, high) = (literal(network.address.value), literal(network.lastValue))
        add("ip", low == high ? "ip = \(low)" : "ip BETWEEN \(low) AND \(high)", isOrdered: low == high)
    }

    /// Times become numbers: entries are written nearly in the order of their times, and blocks know their bounds.
    private mutating func addTimes(_ filter: EntryFilter, _ database: Database) throws {
        guard filter.from != nil || filter.to != nil else { return }
        let row = try Row.fetchOne(
            database,
            sql: "SELECT min(first), max(first) FROM block WHERE high >= ? AND low <= ?",
            arguments: [filter.from ?? .min, filter.to ?? .max]
        )
        guard let first: Int64 = row?[0], let last: Int64 = row?[1] else {
            isEmpty = true
            return
        }
        let end = last + Int64(IndexSchema.blockEntries) - 1
        guard first <= bounds.upperBound, end >= bounds.lowerBound else {
            isEmpty = true
            return
        }
        bounds = max(first, bounds.lowerBound)...min(end, bounds.upperBound)
        conditions.append(
            Condition(column: "", sql: "ts BETWEEN \(filter.from ?? .min) AND \(filter.to ?? .max)", isOrdered: false)
        )
    }

    /// The statement: numbers and offsets in order, from one end or the other.
    func sql(_ order: AuditSearch.Order, _ database: Database) throws -> String {
        let hint = try driver(database).map { " INDEXED BY by_\($0)" } ?? " NOT INDEXED"
        return "SELECT seq, off FROM entry\(hint) WHERE \(condition) ORDER BY seq\(order == .newest ? " DESC" : "")"
    }

    private var condition: String {
        (conditions.map(\.sql) + ["seq BETWEEN \(bounds.lowerBound) AND \(bounds.upperBound)"])
            .joined(separator: " AND ")
    }

    /// The column with the fewest entries for its condition; `nil` where reading on in order is best.
    private func driver(_ database: Database) throws -> String? {
        var best: (column: String, count: Int)?
        for column in IndexSchema.indexed {
            guard let condition = conditions.first(where: { $0.column == column }) else { continue }
            let limit = IndexQuery.sortedMax + 1
            let count =
                try Int.fetchOne(
                    database,
                    sql: """
                        SELECT count(*) FROM (SELECT 1 FROM entry INDEXED BY by_\(column) WHERE \(condition.sql) \
                        AND seq BETWEEN \(bounds.lowerBound) AND \(bounds.upperBound) LIMIT \(limit))
                        """
                ) ?? 0
            guard condition.isOrdered || count < limit else { continue }
            if count < best?.count ?? .max { best = (column, count) }
            // Nothing is better than a handful.
            if count < 64 { break }
        }
        return best?.column
    }
}
