/// Why an audit log could not be opened.
package enum AuditOpenFault: Error, Sendable, Equatable, CustomStringConvertible {
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

    /// What is wrong, in words.
    package var description: String {
        switch self {
        case .locked: "another process writes this log"
        case .foreign(_, let found) where found.isEmpty: "log.json is not of an audit log"
        case .foreign(_, let found): "the directory holds the log '\(found)'"
        case .behind(let records, let signed):
            "\(signed) entries were signed and \(records) are there: the end was lost, or an older state was put back"
        case .forked(let size): "the first \(size) entries are not those that were signed"
        case .damaged(let segment, let sequence, let cause):
            "entry \(sequence): \(cause)" + (segment.isEmpty ? "" : " (\(segment))")
        case .unknownKey(let path): "\(path): not signed by the key of this log"
        case .badKey(let path, let cause): "\(path): \(cause)"
        case .file(let failure): "\(failure)"
        case .crypto(let text): text
        }
    }

    /// What an operator can do where the log is not what was signed.
    package var cure: String {
        "put the missing files back, or begin a new log and keep this one aside:\n"
            + "  postern audit recover --accept-loss --reason TEXT"
    }

    /// Whether only an operator can decide how to go on: the log is not what was signed.
    package var isIntegrityFault: Bool {
        switch self {
        case .behind, .forked, .damaged, .unknownKey: true
        case .locked, .foreign, .badKey, .file, .crypto: false
        }
    }
}
