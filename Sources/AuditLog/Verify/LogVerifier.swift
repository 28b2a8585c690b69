package import GatewayCrypto

/// Judges a log by its lines, its notes and keys that the judge had before: nothing added, changed, moved or removed.
///
/// Pure: the caller reads the files and hands them over in order. Source: `docs/audit-log-format.md`, verification.
package struct LogVerifier {
    /// Why a log does not verify.
    package enum Fault: Error, Sendable, Equatable {
        /// What is there contradicts what was signed; with the first bad entry where one can be named.
        case tampered(sequence: UInt64?, cause: String)
        /// What is there is not enough to prove anything.
        case incomplete(cause: String)
    }

    /// What a verified log holds.
    package struct Report: Sendable, Equatable {
        /// The name of the log.
        package let origin: String
        /// The first entry that is there.
        package let first: UInt64
        /// The number of the next entry, and the size of the tree.
        package let size: UInt64
        /// How many entries, counted from 0, a signature covers.
        package let signedSize: UInt64
        /// The root over everything.
        package let root: Digest32
        /// Who signed, name and key id.
        package let signers: [String]
        /// Gaps that the log itself declares.
        package let declaredGaps: Int
        /// Bytes of a torn last line; they do not count.
        package let tornBytes: Int
        /// The first bytes of the log, up to here, were taken from a signed range and not read.
        package let skipped: UInt64

        /// The root as notes write it, in base64.
        package var rootText: String { Base64.encode(root.bytes.span) }
    }

    private let origin: String
    private let hasher: TreeHasher
    private let roots: [UInt64: Digest32]
    private let signers: [String]
    private let first: UInt64
    private let pruned: UInt64
    private var tree: CompactRange
    private var lastSigned: UInt64
    private var gaps = 0
    private var prunes: [(sequence: UInt64, to: UInt64)] = []

    /// Checks all notes, and the range of what was pruned.
    ///
    /// `notes` are the retained ones and the newest, with their file names; `expected` are notes that the judge kept,
    /// each of which one of `keys` must have signed. `start` is the range at a boundary from which reading begins; it
    /// counts only where its root is signed, see `begins(at:)`. `proofs` are those that pruning left.
    package init(
        origin: String,
        keys: [NoteKey],
        notes: [(name: String, bytes: [UInt8])],
        expected: [(name: String, bytes: [UInt8])] = [],
        pruned: CompactRange? = nil,
        start: CompactRange? = nil,
        proofs: [PruneProof] = [],
        hasher: TreeHasher
    ) throws(Fault) {
        var roots: [UInt64: Digest32] = [:]
        var signers: Set<String> = []
        for (index, file) in (notes + expected).enumerated() {
            let (checkpoint, names) = try LogVerifier.read(file, keys: keys)
            guard !names.isEmpty else {
                guard index < notes.count else { throw .incomplete(cause: "\(file.name): no given key signed it") }
                continue
            }
            guard checkpoint.origin == origin else {
                throw .tampered(sequence: nil, cause: "\(file.name): signed for \(checkpoint.origin)")
            }
            if let other = roots[checkpoint.size], other != checkpoint.root {
                throw .tampered(sequence: nil, cause: "FORK: two signed roots for size \(checkpoint.size)")
            }
            roots[checkpoint.size] = checkpoint.root
            signers.formUnion(names)
        }
        if let pruned, roots[pruned.size] == nil {
            throw .incomplete(cause: "pruned.json: no given key signed a checkpoint of size \(pruned.size)")
        }
        if let pruned, roots[pruned.size] != pruned.root(with: hasher) {
            throw .tampered(sequence: nil, cause: "pruned.json: its root was not signed for size \(pruned.size)")
        }
        self.origin = origin
        self.hasher = hasher
        self.signers = signers.sorted()
        self.pruned = pruned?.size ?? 0
        let isStart = start.map { roots[$0.size] == $0.root(with: hasher) && $0.size >= pruned?.size ?? 0 } ?? false
        tree = (isStart ? start : nil) ?? pruned ?? CompactRange()
        first = tree.size
        lastSigned = tree.size
        self.roots = roots
        if let pruned { try checkEarly(expected, pruned, proofs) }
    }

    /// Where reading begins: at the range that was given if it is signed, else behind what was pruned.
    package var firstToRead: UInt64 { first }

    /// Holds the notes that a judge kept from before a pruning to what was pruned, by the proofs that it left.
    private func checkEarly(
        _ expected: [(name: String, bytes: [UInt8])],
        _ pruned: CompactRange,
        _ proofs: [PruneProof]
    ) throws(Fault) {
        for file in expected {
            guard let note = SignedNote(bytes: file.bytes), let kept = Checkpoint(text: note.text),
                kept.size < pruned.size, kept.size > 0
            else { continue }
            switch PruneProof.connects(kept, to: pruned.size, root: pruned.root(with: hasher), proofs, hasher) {
            case .holds: continue
            case .missing:
                throw .incomplete(cause: "\(file.name): no proof leads from it to what was pruned")
            case .fails:
                throw .tampered(sequence: nil, cause: "\(file.name): is not the beginning of what was pruned")
            }
        }
    }

    private static func read(
        _ file: (name: String, bytes: [UInt8]),
        keys: [NoteKey]
    ) throws(Fault) -> (Checkpoint, [String]) {
        guard let note = SignedNote(bytes: file.bytes), let checkpoint = Checkpoint(text: note.text) else {
            throw .tampered(sequence: nil, cause: "\(file.name): not a signed checkpoint")
        }
        // A retained note is filed under its size.
        if file.name.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), UInt64(file.name) != checkpoint.size {
            throw .tampered(sequence: nil, cause: "\(file.name): holds the checkpoint of size \(checkpoint.size)")
        }
        switch note.verify(with: keys) {
        case .signed(let names): return (checkpoint, names)
        case .unknownSigners: return (checkpoint, [])
        case .forged(let name):
            throw .tampered(sequence: nil, cause: "\(file.name): signature by \(name) does not hold")
        }
    }

    /// Begins the segment whose name says that it starts with entry `number`.
    package func beginSegment(first number: UInt64) throws(Fault) {
        guard number == tree.size else {
            throw .tampered(sequence: tree.size, cause: "missing: the next segment begins at \(number)")
        }
    }

    /// Adds the next line, without its line feed.
    package mutating func add(_ line: Span<UInt8>) throws(Fault) {
        let sequence = tree.size
        guard line.count < EncodedLine.maxLineBytes, let scanned = ScannedLine(line) else {
            throw .tampered(sequence: sequence, cause: "not one JSON object")
        }
        guard scanned.sequence == sequence else {
            throw .tampered(sequence: sequence, cause: "the entry there says it is another")
        }
        if let kind = scanned.kind { note(kind, scanned, line, sequence) }
        tree.append(hasher.leaf(line), with: hasher)
        guard let root = roots[tree.size] else { return }
        guard root == tree.root(with: hasher) else {
            throw .tampered(sequence: lastSigned, cause: "not what was signed, up to entry \(sequence)")
        }
        lastSigned = tree.size
    }

    private mutating func note(_ kind: Range<Int>, _ scanned: ScannedLine, _ line: Span<UInt8>, _ sequence: UInt64) {
        if ScannedLine.equals(line, kind, "audit.gap") { gaps += 1 }
        if ScannedLine.equals(line, kind, "audit.prune"), let prune = scanned.prune,
            let to = ScannedLine.integerMember("to", of: prune, in: line)
        {
            prunes.append((sequence, to))
        }
    }

    /// Ends the log; `tornBytes` are those behind the last line feed of the last segment.
    package func finish(tornBytes: Int = 0) throws(Fault) -> Report {
        guard let signed = roots.keys.max() else {
            throw .incomplete(cause: "no note is signed by a given key: nothing can be proved")
        }
        guard signed <= tree.size else {
            throw .tampered(sequence: tree.size, cause: "missing: a checkpoint of size \(signed) was signed")
        }
        // From a signed range on, the entries that say so may lie before the part that was read.
        if pruned > 0, first == pruned, !prunes.contains(where: { $0.to >= pruned && $0.sequence < signed }) {
            throw .tampered(sequence: 0, cause: "entries below \(pruned) are gone and no signed entry says so")
        }
        return report(signed: signed, torn: tornBytes)
    }

    /// Ends the reading of a part: everything up to the last signed size is proved.
    package func finishPart() throws(Fault) -> Report {
        guard !roots.isEmpty else {
            throw .incomplete(cause: "no note is signed by a given key: nothing can be proved")
        }
        return report(signed: lastSigned, torn: 0)
    }

    /// How many entries are proved so far.
    package var provedSize: UInt64 { lastSigned }

    private func report(signed: UInt64, torn: Int) -> Report {
        Report(
            origin: origin,
            first: first,
            size: tree.size,
            signedSize: signed,
            root: tree.root(with: hasher),
            signers: signers,
            declaredGaps: gaps,
            tornBytes: torn,
            skipped: first - pruned
        )
    }
}
