internal import AuditLog
internal import GatewayCrypto
internal import Logging

/// Writes the sidecar of sealed values: each line with the durability of the entry that it belongs to.
///
/// A line is made when its entry gets a number, is written before the entry and synced before it. What a failure may
/// have lost is written again into a new file, so that a line can be there twice or belong to a number that another entry
/// got; the MAC in the entry tells which one holds. Owned by the writer's thread. Source: `docs/audit-log-format.md`,
/// redaction.
final class AuditSealer {
    /// A line that is not known to be durable.
    private struct Line {
        let owner: SealedOwner
        let sequence: UInt64
        let epoch: AuditEpoch
        let bytes: [UInt8]
        var isWritten = false
    }

    private let paths: AuditPaths
    private let files: any FileOperations
    private let logger: Logger
    /// Values of entries that have no number yet, or whose number may still be taken back.
    private var waiting: [SealedOwner: [SealedValue]] = [:]
    private var lines: [Line] = []
    private var open: [AuditEpoch: Int32] = [:]

    init(paths: AuditPaths, files: any FileOperations, logger: Logger) {
        self.paths = paths
        self.files = files
        self.logger = logger
    }

    /// Takes the values of a batch.
    func take(_ values: [(owner: SealedOwner, values: [SealedValue])]) {
        for (owner, values) in values { waiting[owner] = values }
    }

    /// Seals the values of an entry that got its number.
    func seal(_ mark: RecordMark, sequence: UInt64, origin: String) {
        let owner = SealedOwner(mark)
        for value in waiting[owner] ?? [] {
            do throws(CryptoFault) {
                let bytes = try value.line(origin: origin, sequence: sequence)
                lines.append(Line(owner: owner, sequence: sequence, epoch: value.epoch, bytes: bytes))
            } catch {
                // Only the MAC is left of it: nothing is ever written in clear.
                logger.error("a value cannot be sealed", metadata: ["cause": "\(error)"])
            }
        }
    }

    /// Writes what is not written; on a failure everything that is not durable is written again the next time.
    func write() throws(FileFailure) {
        do throws(FileFailure) {
            for epoch in epochs { try write(epoch) }
        } catch {
            closeFiles()
            throw error
        }
    }

    private func write(_ epoch: AuditEpoch) throws(FileFailure) {
        var bytes: [UInt8] = []
        var first: UInt64?
        for line in lines where !line.isWritten && line.epoch == epoch {
            bytes += line.bytes
            if first == nil { first = line.sequence }
        }
        guard let first else { return }
        try files.writeAll(try descriptor(epoch, first), bytes.span)
        for index in lines.indices where lines[index].epoch == epoch { lines[index].isWritten = true }
    }

    /// The months that lines are of; mostly one.
    private var epochs: Set<AuditEpoch> { Set(lines.map(\.epoch)) }

    /// Makes durable what is written.
    func sync() throws(FileFailure) {
        guard !lines.isEmpty else { return }
        try write()
        do throws(FileFailure) {
            for epoch in epochs {
                if let descriptor = open[epoch] { try files.fdatasync(descriptor) }
            }
        } catch {
            closeFiles()
            throw error
        }
    }

    /// The entries of all lines are durable.
    func noteDurable() {
        for line in lines { waiting[line.owner] = nil }
        lines.removeAll()
    }

    /// Entries from a number on were taken back: they get their numbers anew.
    func takeBack(from sequence: UInt64) { lines.removeAll { $0.sequence >= sequence } }

    /// An entry was given up.
    func forget(_ mark: RecordMark) { waiting[SealedOwner(mark)] = nil }

    /// Lets go of the files; what is not durable, and what follows, goes into new ones.
    func closeFiles() {
        for descriptor in open.values { files.close(descriptor) }
        open = [:]
        for index in lines.indices { lines[index].isWritten = false }
    }

    private func descriptor(_ epoch: AuditEpoch, _ first: UInt64) throws(FileFailure) -> Int32 {
        if let known = open[epoch] { return known }
        try files.makeDirectory(paths.sealed)
        let directory = paths.sealed(epoch)
        try files.makeDirectory(directory)
        try files.syncDirectory(paths.sealed)
        let descriptor = try create(paths.sealedFile(epoch, first), turn: 0)
        do throws(FileFailure) {
            try files.syncDirectory(directory)
        } catch {
            files.close(descriptor)
            throw error
        }
        open[epoch] = descriptor
        return descriptor
    }

    /// A number that was taken back can be the first of a file once more; the file then gets another name.
    private func create(_ path: String, turn: Int) throws(FileFailure) -> Int32 {
        do throws(FileFailure) {
            return try files.open(turn == 0 ? "\(path).jsonl" : "\(path)-\(turn).jsonl", .appendNew)
        } catch {
            // EEXIST
            guard error.code == 17, turn < 1000 else { throw error }
            return try create(path, turn: turn + 1)
        }
    }
}

/// Which queued entry values belong to.
struct SealedOwner: Hashable, Sendable {
    let lane: Int
    let ticket: UInt64

    init(lane: Int, ticket: UInt64) {
        self.lane = lane
        self.ticket = ticket
    }

    init(_ mark: RecordMark) { self.init(lane: mark.lane, ticket: mark.ticket) }
}
