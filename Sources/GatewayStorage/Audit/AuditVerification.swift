package import AuditLog
internal import GatewayCrypto

/// Reads the files of a log for `LogVerifier`; changes nothing, takes no lock, and may run beside the writer.
package struct AuditVerification: Sendable {
    /// Why the files could not be judged, or what the judgement is.
    package enum Fault: Error, Sendable, Equatable {
        /// The judgement.
        case log(LogVerifier.Fault)
        /// A file could not be read.
        case file(FileFailure)
    }

    private let paths: AuditPaths
    private let files: any FileOperations

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        self.files = files
    }

    /// Verifies everything that is there against `keys`, which come from outside the directory, and `expected` notes.
    package func run(
        origin: String,
        keys: [NoteKey],
        expected: [(name: String, bytes: [UInt8])] = []
    ) throws(Fault) -> LogVerifier.Report {
        do {
            let hasher = try TreeHasher()
            // Notes first: a writer beside us only adds entries, so all that is signed is there when segments are read.
            let notes = try readNotes()
            var verifier = try LogVerifier(
                origin: origin,
                keys: keys,
                notes: notes,
                expected: expected,
                pruned: try readPruned(),
                hasher: hasher
            )
            let firsts = try files.list(paths.segments).compactMap { AuditPaths.number($0, suffix: ".jsonl") }.sorted()
            var torn = 0
            for (index, first) in firsts.enumerated() {
                torn = try read(first, into: &verifier)
                if torn > 0, index + 1 < firsts.count {
                    throw LogVerifier.Fault.tampered(sequence: firsts[index + 1], cause: "a line does not end")
                }
            }
            return try verifier.finish(tornBytes: torn)
        } catch let fault as LogVerifier.Fault {
            throw .log(fault)
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .log(.incomplete(cause: "\(error)"))
        }
    }

    private func readNotes() throws -> [(name: String, bytes: [UInt8])] {
        var notes: [(name: String, bytes: [UInt8])] = []
        for name in try files.list(paths.checkpoints) where !name.hasPrefix(".") {
            guard AuditPaths.number(name, suffix: "") != nil else {
                throw LogVerifier.Fault.tampered(sequence: nil, cause: "checkpoints/\(name): not a checkpoint's name")
            }
            if let bytes = try files.readFile("\(paths.checkpoints)/\(name)", limit: 64 * 1024) {
                notes.append((name, bytes))
            }
        }
        if let newest = try files.readFile(paths.checkpoint, limit: 64 * 1024) { notes.append(("checkpoint", newest)) }
        return notes
    }

    private func readPruned() throws -> CompactRange? {
        guard let bytes = try files.readFile(paths.pruned, limit: 64 * 1024) else { return nil }
        guard let range = AuditRange.decode(bytes) else {
            throw LogVerifier.Fault.tampered(sequence: nil, cause: "pruned.json: not a range")
        }
        return range
    }

    private func read(_ first: UInt64, into verifier: inout LogVerifier) throws -> Int {
        try verifier.beginSegment(first: first)
        let descriptor = try files.open(paths.segment(first), .read)
        defer { files.close(descriptor) }
        let result = try SegmentReader(files: files).readLines(descriptor) {
            (line: Span<UInt8>, _: Int) throws(LogVerifier.Fault) -> SegmentReader.Next in
            try verifier.add(line)
            return .goOn
        }
        return result.size - result.taken
    }
}
