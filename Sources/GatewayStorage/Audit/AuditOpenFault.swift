/// Why an audit log could not be opened.
package enum AuditOpenFault: Error, Sendable, Equatable {
    /// Another process writes this log.
    case locked(path: String)
    /// The directory holds a log of another name or format.
    case foreign(path: String, found: String)
    /// There are fewer entries than the newest checkpoint signed: a rollback or a lost file (exit 65).
    case behind(records: UInt64, signed: UInt64)
    /// The entries do not have the root that a checkpoint of their number signed (exit 65).
    case forked(size: UInt64)
    /// A segment in the middle is missing, or a line below the newest checkpoint is not what it should be (exit 65).
    case damaged(segment: String, sequence: UInt64, cause: String)
    /// The newest checkpoint is not signed by this log's key.
    case unknownKey(path: String)
    /// The key file has another form, size or mode than it must have.
    case badKey(path: String, cause: String)
    /// A call on a file failed.
    case file(FileFailure)
    /// OpenSSL refused what cannot fail.
    case crypto(String)

    /// Whether only an operator can decide how to go on: the log is not what was signed.
    package var isIntegrityFault: Bool {
        switch self {
        case .behind, .forked, .damaged, .unknownKey: true
        case .locked, .foreign, .badKey, .file, .crypto: false
        }
    }
}
