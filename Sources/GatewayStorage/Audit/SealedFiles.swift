package import AuditLog

/// Reads the sidecar of sealed values, and erases what is in it.
///
/// Lines that are not whole, which a crash can leave, are passed over. Safe beside the writer as long as only files that
/// it has let go of are changed. Source: `docs/audit-log-format.md`, redaction.
package struct SealedFiles: Sendable {
    private static let bytesMax = 1 << 30
    private let paths: AuditPaths
    private let files: any FileOperations

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        self.files = files
    }

    /// The months that have sealed values, oldest first.
    package func months() throws(FileFailure) -> [AuditEpoch] {
        var months: [AuditEpoch] = []
        for month in try names(paths.sealed).compactMap({ AuditEpoch($0) }) where try !names(of: month).isEmpty {
            months.append(month)
        }
        return months.sorted()
    }

    /// The files of a month.
    func names(of month: AuditEpoch) throws(FileFailure) -> [String] {
        try names(paths.sealed(month)).filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix(".") }
    }

    private func names(_ directory: String) throws(FileFailure) -> [String] {
        do throws(FileFailure) {
            return try files.list(directory)
        } catch {
            // ENOENT
            if error.code == 2 { return [] }
            throw error
        }
    }

    /// The lines of a month that belong to some entries, in the order in which they were written.
    package func lines(of sequences: Set<UInt64>, in month: AuditEpoch) throws(FileFailure) -> [SealedLine] {
        var found: [SealedLine] = []
        for name in try names(of: month) {
            // A file begins with the entry in its name; numbers that were taken back may follow once more.
            for line in try lines(name, month) where sequences.contains(line.sequence) { found.append(line) }
        }
        return found
    }

    private func lines(_ name: String, _ month: AuditEpoch) throws(FileFailure) -> [SealedLine] {
        try split(name, month).compactMap { SealedLine($0) }
    }

    private func split(_ name: String, _ month: AuditEpoch) throws(FileFailure) -> [[UInt8]] {
        let bytes = try files.readFile("\(paths.sealed(month))/\(name)", limit: SealedFiles.bytesMax) ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }

    /// Puts a mark in the place of every line that `isErased` picks, in the files named; how many there were.
    ///
    /// Each file is replaced as a whole, so that after a crash it is the old or the new one.
    func erase(
        in names: [String],
        of month: AuditEpoch,
        time: Int64,
        _ isErased: (SealedLine) -> Bool
    ) throws(FileFailure) -> Int {
        var count = 0
        for name in names {
            let old = try split(name, month)
            var bytes: [UInt8] = []
            let before = count
            for text in old {
                if let line = SealedLine(text), line.sealed != nil, isErased(line) {
                    bytes += line.erased(at: time)
                    count += 1
                } else {
                    bytes += text + [UInt8(ascii: "\n")]
                }
            }
            guard count > before else { continue }
            try files.replaceFile(name, in: paths.sealed(month), with: bytes, mode: 0o640)
        }
        return count
    }

    /// Removes all files of a month; how many there were.
    func remove(_ month: AuditEpoch) throws(FileFailure) -> Int {
        let names = try names(of: month)
        for name in names { try files.unlink("\(paths.sealed(month))/\(name)") }
        if !names.isEmpty { try files.syncDirectory(paths.sealed(month)) }
        return names.count
    }

    /// Removes the files in which every line belongs to an entry below a number.
    func remove(below size: UInt64) throws(FileFailure) {
        for month in try months() {
            for name in try names(of: month) {
                // The name is that of the first entry: where it stays, nothing in the file is below.
                guard let first = UInt64(name.prefix(16)), first < size,
                    try lines(name, month).allSatisfy({ $0.sequence < size })
                else { continue }
                try files.unlink("\(paths.sealed(month))/\(name)")
            }
        }
    }
}
