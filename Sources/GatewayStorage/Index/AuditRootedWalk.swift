package import AuditLog
internal import GatewayCrypto

/// Reads a log from its first entry up to a size, and says what root those entries have: what was read is what was proved.
package struct AuditRootedWalk {
    private let walk: AuditWalk
    private let paths: AuditPaths
    private let files: any FileOperations

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        self.files = files
        walk = AuditWalk(directory: directory, files: files)
    }

    /// Calls `body` with every entry below `size`; gives the root over them as notes write it, in base64.
    ///
    /// `nil` where there are fewer entries. Throws `AuditIndexFault`, and what `body` throws.
    package func run(
        upTo size: UInt64,
        progress: (_ done: Int, _ of: Int) -> Void = { _, _ in },
        body: (EntryView) throws -> Void
    ) throws -> String? {
        let hasher = try TreeHasher()
        var tree = try files.readFile(paths.pruned, limit: 64 * 1024).flatMap(AuditRange.decode) ?? CompactRange()
        try walk.run(progress: progress) { entry in
            guard tree.size < size else { return .stop }
            tree.append(hasher.leaf(entry.line.span), with: hasher)
            try body(entry)
            return .goOn
        }
        return tree.size == size ? Base64.encode(tree.root(with: hasher).bytes.span) : nil
    }
}
