/// Why an index cannot be used or made.
package enum AuditIndexFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is none.
    case missing
    /// It is of another format, of another log, or does not belong to the segments that are there.
    case foreign(String)
    /// SQLite refused.
    case database(String)
    /// A file of the log could not be read or the index not be put in place.
    case file(FileFailure)
    /// A line of the log is not the entry that should be there.
    case log(segment: String, sequence: UInt64)

    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .missing: "there is no index: 'postern audit reindex' makes one"
        case .foreign(let what): "the index cannot be used (\(what)): 'postern audit reindex' makes it anew"
        case .database(let text): "index.db: \(text)"
        case .file(let failure): "\(failure)"
        case .log(let segment, let sequence):
            "\(segment): entry \(sequence) is not where it should be: 'postern audit verify' says more"
        }
    }
}
