/// The tables of the index: what of an entry can be looked up, and where its line is.
///
/// Words that repeat (kinds, sources, reasons, keys) are numbers of a table of words; texts without bound (ids, types)
/// are the numbers of `EntryFacts.number`. Nothing that a search shows comes from here: it reads the line.
enum IndexSchema {
    /// Changes whenever the tables do; an index of another format is not used.
    static let format = 1
    /// How many entries share one row of `block`.
    static let blockEntries: UInt64 = 4096

    static let tables = """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, origin TEXT NOT NULL,
            segment INTEGER NOT NULL, offset INTEGER NOT NULL, next INTEGER NOT NULL,
            last INTEGER NOT NULL, leaf TEXT NOT NULL);
        CREATE TABLE word (id INTEGER PRIMARY KEY, number INTEGER NOT NULL UNIQUE, text TEXT NOT NULL);
        CREATE TABLE block (first INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL);
        CREATE TABLE entry (
            seq INTEGER PRIMARY KEY, off INTEGER NOT NULL, ts INTEGER NOT NULL,
            kind INTEGER, decision INTEGER, source INTEGER, reason INTEGER, key INTEGER,
            status INTEGER, type INTEGER, event INTEGER, rid INTEGER, rk INTEGER, ip BLOB, deg INTEGER);
        """

    /// The columns that have an index of their own; `decision` is found by `kind`, which says it too.
    static let indexed = [
        "rid", "rk", "event", "ip", "type", "key", "reason", "status", "deg", "source", "kind",
    ]

    static var indexes: [String] {
        indexed.map { "CREATE INDEX by_\($0) ON entry (\($0)) WHERE \($0) IS NOT NULL" }
    }

    static let insert = """
        INSERT OR REPLACE INTO entry
        (seq, off, ts, kind, decision, source, reason, key, status, type, event, rid, rk, ip, deg)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
}
