internal import AuditLog

/// A place outside the log's directory that keeps its checkpoints: what was signed there cannot be rolled back unseen.
///
/// Source: `docs/audit-log-format.md`, anchors.
package enum AuditWitness: Sendable, Equatable {
    /// One file that always holds the newest note, ready for `audit verify --expect`.
    case file(String)
    /// A directory that keeps every note, below the last part of the log's name: `checkpoint` and `<size>`.
    case directory(String)

    /// Reads a setting: `file:/path/of/file`, or the absolute path of a directory; `nil` for anything else.
    package init?(setting: String) {
        if setting.hasPrefix("file:/") {
            self = .file(String(setting.dropFirst(5)))
        } else if setting.hasPrefix("/") {
            self = .directory(setting)
        } else {
            return nil
        }
    }

    /// The file with the newest note of the log named `origin`.
    package func newest(of origin: String) -> String {
        switch self {
        case .file(let path): path
        case .directory(let path): "\(path)/\(AuditWitness.name(origin))/checkpoint"
        }
    }

    /// The last part of a log's name.
    private static func name(_ origin: String) -> String { String(origin.split(separator: "/").last ?? "log") }

    /// Hands over a note of `size` entries.
    func publish(_ note: [UInt8], size: UInt64, origin: String, files: any FileOperations) throws(FileFailure) {
        switch self {
        case .file(let path):
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            let name = String(path[slash...].drop { $0 == "/" })
            let directory = slash == path.startIndex ? "/" : String(path[..<slash])
            try files.replaceFile(name, in: directory, with: note, mode: 0o640)
        case .directory(let path):
            let directory = "\(path)/\(AuditWitness.name(origin))"
            try files.makeDirectory(directory)
            try files.replaceFile(AuditPaths.digits(size), in: directory, with: note, mode: 0o440)
            try files.replaceFile("checkpoint", in: directory, with: note, mode: 0o640)
        }
    }

    /// The newest checkpoint of this log that the witness holds; none for a new log, or one of another name.
    ///
    /// Throws where one of this name is not signed by the log's keys.
    func notes(of signer: AuditSigner, files: any FileOperations) throws -> [Checkpoint] {
        let path = newest(of: signer.origin)
        guard let bytes = try files.readFile(path, limit: 64 * 1024) else { return [] }
        guard let note = SignedNote(bytes: bytes), let checkpoint = Checkpoint(text: note.text),
            checkpoint.origin == signer.origin
        else { return [] }
        guard case .signed = note.verify(with: signer.noteKeys) else { throw AuditOpenFault.unknownKey(path: path) }
        return [checkpoint]
    }
}
