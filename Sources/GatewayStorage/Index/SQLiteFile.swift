internal import GRDBSQLite

/// One connection to an SQLite file, without threads of its own; owned by one thread.
///
/// The index is written through this and not through GRDB, because that happens inside the gateway: GRDB works on
/// dispatch queues, and libdispatch ends the process when its workers find no file descriptor left (R-DOS-16).
final class SQLiteFile {
    /// What a connection is for.
    enum Mode {
        /// Reading only.
        case read
        /// Changing a file that is there.
        case change
        /// Making a file.
        case make
    }

    private let handle: OpaquePointer

    /// Opens a file; waits up to 5 s for a lock, then and later.
    init(_ path: String, _ mode: Mode) throws(AuditIndexFault) {
        let flags =
            switch mode {
            case .read: SQLITE_OPEN_READONLY
            case .change: SQLITE_OPEN_READWRITE
            case .make: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let text = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw .database(text)
        }
        handle = opened
        sqlite3_busy_timeout(opened, 5000)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements that give no rows.
    func execute(_ sql: String) throws(AuditIndexFault) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw fault }
    }

    /// Runs `body` in a transaction; whatever it did is taken back where it throws.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Prepares one statement; it must not outlive the connection.
    func prepare(_ sql: String) throws(AuditIndexFault) -> SQLiteStatement {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else { throw fault }
        return SQLiteStatement(prepared, of: self)
    }

    /// Why the last call failed.
    var fault: AuditIndexFault { .database(String(cString: sqlite3_errmsg(handle))) }
}

/// A prepared statement; parameters count from 1, columns from 0.
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let file: SQLiteFile

    fileprivate init(_ handle: OpaquePointer, of file: SQLiteFile) {
        self.handle = handle
        self.file = file
    }

    deinit { sqlite3_finalize(handle) }

    /// Sets a parameter to a number, or to NULL.
    @inline(__always)
    func bind(_ value: Int64?, at index: Int32) {
        if let value {
            sqlite3_bind_int64(handle, index, value)
        } else {
            sqlite3_bind_null(handle, index)
        }
    }

    /// Sets a parameter to a text, which is copied.
    func bind(_ text: String, at index: Int32) {
        // SQLITE_TRANSIENT: the pointer -1 stands for "make a copy".
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_text(handle, index, text, -1, copied)
    }

    /// Sets a parameter to bytes or to NULL and runs the statement once; the bytes need not be copied.
    func run(with bytes: [UInt8]?, at index: Int32) throws(AuditIndexFault) {
        guard let bytes else {
            sqlite3_bind_null(handle, index)
            return try run()
        }
        let code = bytes.withUnsafeBytes { buffer in
            sqlite3_bind_blob(handle, index, buffer.baseAddress, Int32(buffer.count), nil)
            let code = sqlite3_step(handle)
            sqlite3_reset(handle)
            sqlite3_bind_null(handle, index)
            return code
        }
        guard code == SQLITE_DONE else { throw file.fault }
    }

    /// Runs the statement to its end.
    func run() throws(AuditIndexFault) {
        while try next() {}
    }

    /// Goes to the next row; at the end the statement can be run anew.
    func next() throws(AuditIndexFault) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        default:
            let fault = file.fault
            sqlite3_reset(handle)
            throw fault
        }
    }

    /// A column of the row as a number.
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// A column of the row as a text.
    func text(_ column: Int32) -> String { sqlite3_column_text(handle, column).map { String(cString: $0) } ?? "" }
}
