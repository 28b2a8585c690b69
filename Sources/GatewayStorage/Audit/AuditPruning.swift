package import AuditLog
internal import GatewayCrypto

/// Removes the oldest segments of a log so that the rest still verifies, and everybody can see what was removed.
///
/// The order makes every crash harmless: the signed entry `audit.prune` first, then `pruned.json` and the proofs, then
/// the files go, then `audit.pruned`. Source: `docs/audit-log-format.md`, pruning.
package struct AuditPruning: Sendable {
    /// Why nothing was pruned.
    package enum Fault: Error, Sendable, Equatable {
        /// The time lies within what has to be kept.
        case tooYoung(earliest: Int64)
        /// The entries up to the boundary are not what was signed.
        case notSigned(size: UInt64)
        /// The log does not take the entries about it.
        case unavailable
        /// A file could not be read, written or removed.
        case file(FileFailure)
    }

    /// What would be removed, and why not more.
    package struct Plan: Sendable, Equatable {
        /// The first entry that is there.
        package var from: UInt64
        /// The first entry that stays; equal to `from` where nothing is removed.
        package var to: UInt64
        /// The segments that go, by their first entries.
        package var segments: [UInt64] = []
        /// How many bytes of files go.
        package var bytes = 0
        /// The hold that keeps the next segment; `nil` where it is too young, or the last.
        package var heldBy: String?
        /// The source whose longer retention keeps the next segment; `nil` for none.
        package var keptFor: String?
        /// Whether the next segment waits for an export.
        package var waitsForExport = false
        /// The time of the first entry that stays; `nil` where there is none.
        package var firstKept: Int64?
        /// The holds in force, which go on being in force.
        package var holds: [AuditHold] = []
        /// The time before which everything was asked to go.
        package var before: Int64
    }

    /// What stands for the entries that go: their range, and the proofs for old checkpoints as text.
    private struct Proof {
        let range: CompactRange
        let text: [UInt8]
    }

    private let directory: String
    private let paths: AuditPaths
    private let retention: AuditRetention
    private let files: any FileOperations

    /// Takes the directory of one node's log and its rules.
    package init(
        directory: String,
        retention: AuditRetention,
        files: any FileOperations = SystemFileOperations()
    ) {
        self.directory = directory
        paths = AuditPaths(root: directory)
        self.retention = retention
        self.files = SegmentFiles(files)
    }

    /// What can go: whole segments with nothing younger than `cutoff` (default: `retention.max` ago), up to the first hold.
    package func plan(before cutoff: Int64? = nil, now: Int64) throws(Fault) -> Plan {
        let before = cutoff ?? now - retention.max * 1_000_000
        let earliest = now - retention.min * 1_000_000
        guard before <= earliest else { throw .tooYoung(earliest: earliest) }
        do throws(FileFailure) {
            return try look(before: before, now: now)
        } catch {
            throw .file(error)
        }
    }

    private func look(before: Int64, now: Int64) throws(FileFailure) -> Plan {
        let lines = SegmentLines(directory: directory, files: files)
        let all = try lines.segments()
        let start = try lines.pruned()?.size ?? 0
        var plan = Plan(from: start, to: start, before: before)
        plan.holds = try AuditHold.inForce(directory: directory, files: files)
        if let segment = all.first { plan.firstKept = try lines.firstTime(segment) }
        let exported =
            retention.requiresExport ? try AuditExportMark.newest(directory: directory, files: files) : UInt64.max
        for (segment, after) in zip(all, all.dropFirst()) {
            let next = try lines.firstTime(after)
            guard let begin = plan.firstKept, let next, next < before else { break }
            plan.heldBy = try hold(on: segment, upTo: after, from: begin, to: next, plan.holds, lines)
            if plan.heldBy != nil { break }
            plan.keptFor = try source(keeping: segment, upTo: after, to: next, now, lines)
            if plan.keptFor != nil { break }
            plan.waitsForExport = after > exported
            if plan.waitsForExport { break }
            plan.segments.append(segment)
            plan.to = after
            plan.bytes += try size(segment)
            plan.firstKept = next
        }
        return plan
    }

    /// The source that still wants an entry of a segment kept; `end` is the time of the first entry behind it.
    private func source(
        keeping segment: UInt64,
        upTo next: UInt64,
        to end: Int64,
        _ now: Int64,
        _ lines: SegmentLines
    ) throws(FileFailure) -> String? {
        for (source, seconds) in retention.sources.sorted(by: { $0.key < $1.key }) {
            let cutoff = now - seconds * 1_000_000
            if end <= cutoff { continue }
            let mark = Array("\"source\":\"\(source)\"".utf8)
            var isKept = false
            try lines.read(from: segment, upTo: next) { line, _ in
                guard !isKept, AuditHold.contains(line, mark), !AuditHold.contains(line, AuditPruning.ownKinds),
                    let time = ReplayLine.time(of: line)
                else { return }
                isKept = time > cutoff
            }
            if isKept { return source }
        }
        return nil
    }

    private func size(_ segment: UInt64) throws(FileFailure) -> Int {
        let descriptor = try files.open(paths.segment(segment), .read)
        defer { files.close(descriptor) }
        return try files.size(descriptor)
    }

    private static let ownKinds = Array("\"kind\":\"audit.".utf8)

    private func hold(
        on segment: UInt64,
        upTo next: UInt64,
        from begin: Int64,
        to end: Int64,
        _ holds: [AuditHold],
        _ lines: SegmentLines
    ) throws(FileFailure) -> String? {
        for hold in holds where hold.touches(from: begin, to: end) {
            let marks = hold.marks
            if marks.isEmpty { return hold.id }
            var isHeld = false
            try lines.read(from: segment, upTo: next) { line, _ in
                // Entries about the log itself name sources too, but are about no event.
                guard !isHeld, !AuditHold.contains(line, AuditPruning.ownKinds) else { return }
                isHeld = marks.allSatisfy { AuditHold.contains(line, $0) }
            }
            if isHeld { return hold.id }
        }
        return nil
    }

    /// Does what a plan says; the entry that proves it has the number returned.
    package func run(
        _ plan: Plan,
        at desk: some AuditDesk,
        actor: [String: AuditValue]
    ) throws(Fault) -> UInt64 {
        let proof = try proven(plan)
        let root = plan.to == 0 ? "" : AuditPruning.base64(proof.range)
        let policy = retention
        let number: UInt64?? = desk.perform { (committer: AuditCommitter, now: AuditInstant) -> UInt64? in
            // What would go with the segments is said again first, so that no hold is lost.
            for hold in plan.holds where hold.sequence < plan.to {
                guard committer.append(hold.entry(time: now.wall, actor: actor, isCarried: true), now: now) != nil
                else {
                    return nil
                }
            }
            // Whoever has only the newest key has to be able to check what stands for the pruned entries.
            guard committer.sign(proof.range, now: now) else { return nil }
            let entry = AuditPruning.entry(plan, root: root, policy: policy, actor: actor, time: now.wall)
            guard let number = committer.append(entry, now: now), committer.checkpoint(now: now) != nil else {
                return nil
            }
            return number
        }
        guard let number = number.flatMap(\.self) else { throw .unavailable }
        do throws(FileFailure) {
            try remove(upTo: plan.to, proof)
        } catch {
            throw .file(error)
        }
        let pruned: [String: AuditValue] = [
            "bytes": .integer(plan.bytes), "segments": .integer(plan.segments.count), "to": .integer(Int(plan.to)),
        ]
        _ = desk.perform { committer, now in
            committer.append(ControlEntry(.auditPruned, time: now.wall, members: ["pruned": .object(pruned)]), now: now)
        }
        return number
    }

    private func remove(upTo size: UInt64, _ proof: Proof) throws(FileFailure) {
        try files.makeDirectory(paths.prunedProofs)
        let name = "\(AuditPaths.digits(size)).proofs"
        try files.replaceFile(name, in: paths.prunedProofs, with: proof.text, mode: 0o440)
        try files.replaceFile("pruned.json", in: paths.root, with: AuditRange.encode(proof.range), mode: 0o640)
        try removeLeftovers(below: size)
    }

    private func proven(_ plan: Plan) throws(Fault) -> Proof {
        let proof: Proof?
        do {
            proof = try prove(plan)
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .unavailable
        }
        guard let proof else { throw .notSigned(size: plan.to) }
        return proof
    }

    private static func base64(_ range: CompactRange) -> String {
        (try? TreeHasher()).map { Base64.encode(range.root(with: $0).bytes.span) } ?? ""
    }

    private static func entry(
        _ plan: Plan,
        root: String,
        policy: AuditRetention,
        actor: [String: AuditValue],
        time: Int64
    ) -> ControlEntry {
        let prune: [String: AuditValue] = [
            "before": .string(EntryTime.text(plan.before)), "from": .integer(Int(plan.from)),
            "policy": .object(["max": .integer(Int(policy.max)), "min": .integer(Int(policy.min))]),
            "root": .string(root), "to": .integer(Int(plan.to)),
        ]
        return ControlEntry(.auditPrune, time: time, members: ["prune": .object(prune), "actor": .object(actor)])
    }

    /// Reads what goes once more: its range, which must have been signed, and proofs from every retained old checkpoint.
    private func prove(_ plan: Plan) throws -> Proof? {
        let hasher = try TreeHasher()
        let lines = SegmentLines(directory: directory, files: files)
        let start = try lines.pruned() ?? CompactRange()
        var old = try numbers(paths.checkpoints, "").filter { $0 < plan.to }
        // What was pruned before is a checkpoint too.
        if start.size > 0 { old.append(start.size) }
        var collector = ConsistencyCollector(start: start, sizes: old, end: plan.to)
        try lines.read(from: plan.from, upTo: plan.to) { line, _ in collector.append(hasher.leaf(line), with: hasher) }
        let root = collector.range.root(with: hasher)
        guard
            let note = try files.readFile(paths.checkpoint(plan.to), limit: 64 * 1024).flatMap(SignedNote.init(bytes:)),
            let checkpoint = Checkpoint(text: note.text), checkpoint.size == plan.to, checkpoint.root == root,
            let proofs = collector.proofs(with: hasher)
        else { return nil }
        var text: [UInt8] = []
        for (size, proof) in proofs {
            text += PruneProofFile.line(PruneProof(size: size, to: plan.to, hashes: proof))
        }
        return Proof(range: collector.range, text: text)
    }

    /// Removes the files of what is pruned: segments, checkpoints and ranges below a size.
    package func removeLeftovers(below size: UInt64) throws(FileFailure) {
        for first in try numbers(paths.segments, ".jsonl") where first < size {
            try files.unlink(paths.segment(first))
            try files.unlink(paths.compressed(first))
        }
        for first in try numbers(paths.checkpoints, "") where first < size {
            try files.unlink(paths.checkpoint(first))
        }
        let boundaries = (try? numbers(paths.boundaries, ".json")) ?? []
        for first in boundaries where first < size { try files.unlink(paths.boundary(first)) }
        try SealedFiles(directory: directory, files: files).remove(below: size)
        try files.syncDirectory(paths.segments)
        try files.syncDirectory(paths.checkpoints)
    }

    private func numbers(_ directory: String, _ suffix: String) throws(FileFailure) -> [UInt64] {
        try files.list(directory).compactMap { AuditPaths.number($0, suffix: suffix) }
    }
}
