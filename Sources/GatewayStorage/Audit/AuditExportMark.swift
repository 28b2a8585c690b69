internal import AuditLog
internal import StrictJSON

/// Up to where a log was exported as a whole: the entries `audit.export` with `through` are the record of it.
///
/// Source: `docs/audit-log-format.md`, retention.
enum AuditExportMark {
    private static let mark = Array("\"kind\":\"audit.export\"".utf8)

    /// The first entry that no export had; 0 where there was none.
    static func newest(directory: String, files: any FileOperations) throws(FileFailure) -> UInt64 {
        var newest: UInt64 = 0
        let document = JSONDocument()
        try SegmentLines(directory: directory, files: files).read { line, _ in
            guard AuditHold.contains(line, mark) else { return }
            let bytes = line.withUnsafeBufferPointer { Array($0) }
            guard document.parse(bytes.span) == nil, let root = document.root,
                let kind = document.member("kind", of: root, in: bytes.span),
                document.equals(kind, "audit.export", in: bytes.span),
                let export = document.member("export", of: root, in: bytes.span),
                let number = document.member("through", of: export, in: bytes.span),
                let through = document.integer(number, in: bytes.span).flatMap({ UInt64(exactly: $0) })
            else { return }
            newest = max(newest, through)
        }
        return newest
    }
}
