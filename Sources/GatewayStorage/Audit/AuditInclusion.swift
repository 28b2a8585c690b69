internal import AuditLog
internal import GatewayCrypto

/// Makes the proof that an entry is in the log, against the newest checkpoint that covers it; changes nothing.
package struct AuditInclusion: Sendable {
    /// Why there is no proof.
    package enum Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// No checkpoint covers the entry yet.
        case unsigned(sequence: UInt64)
        /// The log has no such entry, or not any more.
        case absent(sequence: UInt64)
        /// The entries do not have the root that was signed.
        case tampered(size: UInt64)
        /// A file could not be read, or the checkpoint is none.
        case file(String)

        /// What is wrong.
        package var description: String {
            switch self {
            case .unsigned(let sequence): "no checkpoint covers entry \(sequence) yet: try again in a second"
            case .absent(let sequence): "entry \(sequence) is not in the log"
            case .tampered(let size): "the entries are not those that the checkpoint of size \(size) signed"
            case .file(let text): text
            }
        }
    }

    private let paths: AuditPaths
    private let files: any FileOperations
    private let reader: AuditSegmentReader

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        self.files = files
        reader = AuditSegmentReader(directory: directory, files: files)
    }

    /// Proofs in the form of C2SP tlog-proof, one for each of `sequences`, all made in one reading of the log.
    ///
    /// `progress` hears how many entries of how many were read.
    package func run(
        _ sequences: [UInt64],
        progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) throws(Fault) -> [[UInt8]] {
        do {
            return try proofs(sequences, progress)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .file("\(error)")
        }
    }

    private func proofs(_ sequences: [UInt64], _ progress: (Int, Int) -> Void) throws -> [[UInt8]] {
        guard let note = try files.readFile(paths.checkpoint, limit: 64 * 1024) else {
            throw Fault.file("\(paths.checkpoint): not there")
        }
        guard let signed = SignedNote(bytes: note), let checkpoint = Checkpoint(text: signed.text) else {
            throw Fault.file("\(paths.checkpoint): not a checkpoint")
        }
        let hasher = try TreeHasher()
        let pruned = try files.readFile(paths.pruned, limit: 64 * 1024).flatMap(AuditRange.decode) ?? CompactRange()
        var collectors: [InclusionCollector] = []
        for sequence in sequences {
            guard sequence < checkpoint.size else { throw Fault.unsigned(sequence: sequence) }
            let made = InclusionCollector(index: sequence, size: checkpoint.size, pruned: pruned, hasher: hasher)
            guard let made else { throw Fault.absent(sequence: sequence) }
            collectors.append(made)
        }
        var lines: [UInt64: [UInt8]] = [:]
        let total = Int(clamping: checkpoint.size - pruned.size)
        var done = 0
        _ = try reader.read { (line: Span<UInt8>, position: AuditSegmentReader.Position) in
            guard position.sequence < checkpoint.size else { return .stop }
            let leaf = hasher.leaf(line)
            for place in collectors.indices { collectors[place].append(leaf) }
            if sequences.contains(position.sequence) {
                lines[position.sequence] = line.withUnsafeBufferPointer { Array($0) }
            }
            done += 1
            if done & 0x3FFF == 0 { progress(done, total) }
            return .goOn
        }
        var texts: [[UInt8]] = []
        for (place, sequence) in sequences.enumerated() {
            guard collectors[place].size == checkpoint.size, collectors[place].root == checkpoint.root,
                let line = lines[sequence]
            else { throw Fault.tampered(size: checkpoint.size) }
            let proof = collectors[place].proof
            texts.append(InclusionCollector.text(index: sequence, extra: line, proof: proof, note: note))
        }
        return texts
    }
}
