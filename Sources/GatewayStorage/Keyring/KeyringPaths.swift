/// The files of one keyring: all beside it, but for the mark of its revision.
///
/// Source: `docs/keys.md`, files.
package struct KeyringPaths: Sendable, Equatable {
    /// The keyring.
    package let file: String
    /// Beside the audit log: the newest revision that was loaded; `nil` for none.
    package let mark: String?

    /// Names the files of the keyring at `file`, with the mark below the directory of the audit log.
    package init(file: String, auditDirectory: String?) {
        self.file = file
        mark = auditDirectory.map { "\($0)/keyring.rev" }
    }

    /// The directory that holds them.
    package var directory: String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    /// The name of the keyring in its directory.
    package var name: String {
        String(file[(file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex)...])
    }

    private var stem: String { file.hasSuffix(".json") ? String(file.dropLast(5)) : file }

    /// Held locked while the keyring is changed.
    package var lock: String { stem + ".lock" }
    /// Acts that the audit log does not have yet.
    package var acts: String { stem + ".acts" }
    /// How often each key was used, by one node.
    package func usage(node: String) -> String { "\(stem).usage.\(node).json" }
    /// What the names of usage files begin with.
    package var usagePrefix: String {
        String(stem[(stem.lastIndex(of: "/").map { stem.index(after: $0) } ?? stem.startIndex)...]) + ".usage."
    }
}
