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
        self.files = SegmentFiles(files)
    }

    /// Verifies what is there, or a part of it, against `keys`, which come from outside the directory, and `expected`
    /// notes; `deep` looks at every line too.
    ///
    /// A part is read from the last boundary before it whose range is signed, up to the first checkpoint behind it.
    package func run(
        origin: String,
        keys: [NoteKey],
        expected: [(name: String, bytes: [UInt8])] = [],
        span: AuditSpan = AuditSpan(from: nil, to: nil),
        deep: DeepCheck? = nil,
        progress: (UInt64) -> Void = { _ in }
    ) throws(Fault) -> LogVerifier.Report {
        do {
            let hasher = try TreeHasher()
            // Notes first: a writer beside us only adds entries, so all that is signed is there when segments are read.
            let notes = try readNotes()
            let pruned = try readPruned()
            let firsts = try files.list(paths.segments).compactMap { AuditPaths.number($0, suffix: ".jsonl") }
                .sorted().filter { $0 >= pruned?.size ?? 0 }
            var verifier = try LogVerifier(
                origin: origin,
                keys: keys,
                notes: notes,
                expected: expected,
                pruned: pruned,
                start: try startOfPart(span, firsts),
                proofs: try readProofs(),
                hasher: hasher
            )
            var torn = 0
            let start = verifier.firstToRead
            for (index, first) in firsts.enumerated() where first >= start {
                torn = try read(first, into: &verifier, until: span.to, deep: deep, progress)
                if isPast(span.to, verifier) { return try verifier.finishPart() }
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

    /// The range of the last boundary before the part; `nil` to read from the first entry.
    private func startOfPart(_ span: AuditSpan, _ firsts: [UInt64]) throws(FileFailure) -> CompactRange? {
        guard let from = span.from else { return nil }
        for first in firsts.reversed() where first > 0 {
            let isBefore: Bool
            switch from {
            case .entry(let number): isBefore = first <= number
            case .time(let time): isBefore = try firstTime(first).map { $0 <= time } ?? false
            }
            guard isBefore, let bytes = try files.readFile(paths.boundary(first), limit: 64 * 1024) else { continue }
            return AuditRange.decode(bytes)
        }
        return nil
    }

    private func firstTime(_ first: UInt64) throws(FileFailure) -> Int64? {
        let descriptor = try files.open(paths.segment(first), .read)
        defer { files.close(descriptor) }
        let head = try files.read(descriptor, count: EncodedLine.maxLineBytes, at: 0)
        return ReplayLine.time(of: head.span)
    }

    /// Whether everything up to the end of the part is proved.
    private func isPast(_ end: AuditSpan.Mark?, _ verifier: LogVerifier) -> Bool {
        switch end {
        case .none, .time: false
        case .entry(let number): verifier.provedSize > number
        }
    }

    private func readProofs() throws(FileFailure) -> [PruneProof] {
        guard let names = try? files.list(paths.prunedProofs) else { return [] }
        var proofs: [PruneProof] = []
        for name in names where AuditPaths.number(name, suffix: ".proofs") != nil {
            guard let bytes = try files.readFile("\(paths.prunedProofs)/\(name)", limit: 256 << 20) else { continue }
            proofs += PruneProofFile.decode(bytes)
        }
        return proofs
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

    private func read(
        _ first: UInt64,
        into verifier: inout LogVerifier,
        until end: AuditSpan.Mark?,
        deep: DeepCheck?,
        _ progress: (UInt64) -> Void
    ) throws -> Int {
        try verifier.beginSegment(first: first)
        let descriptor = try files.open(paths.segment(first), .read)
        defer { files.close(descriptor) }
        var sequence = first
        var isOver = false
        let result: (taken: Int, size: Int)
        do {
            result = try SegmentReader(files: files).readLines(descriptor) {
                (line: Span<UInt8>, _: Int) throws(LogVerifier.Fault) -> SegmentReader.Next in
                let proved = verifier.provedSize
                try verifier.add(line)
                deep?.add(line, sequence: sequence)
                sequence += 1
                if sequence & 0xFFFF == 0 { progress(sequence) }
                guard let end, verifier.provedSize > proved, isBehind(end, line, verifier) else { return .goOn }
                isOver = true
                return .stop
            }
        } catch let failure as FileFailure where failure == SegmentFiles.damaged {
            throw LogVerifier.Fault.tampered(sequence: sequence, cause: "the compressed segment is damaged")
        }
        return isOver ? 0 : result.size - result.taken
    }

    /// Whether the part ends before this line, which was just proved.
    private func isBehind(_ end: AuditSpan.Mark, _ line: Span<UInt8>, _ verifier: LogVerifier) -> Bool {
        switch end {
        case .entry(let number): verifier.provedSize > number
        case .time(let time): ReplayLine.time(of: line).map { $0 > time } ?? false
        }
    }
}
