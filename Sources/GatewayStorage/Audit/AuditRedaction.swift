package import AuditLog
internal import Synchronization

/// Erases sealed values: those of single entries by their lines, those of a month by its keys.
///
/// The tree stays as it is.
/// The signed entry `audit.redact` comes first, then the act, so that after a crash the log says what was meant and the
/// same command can be given again. What a legal hold concerns is not erased. Source: `docs/audit-log-format.md`,
/// redaction.
package struct AuditRedaction: Sendable {
    /// What is to be erased.
    package struct Request: Sendable, Equatable {
        /// The entries; empty where a month is meant.
        package var sequences: [UInt64] = []
        /// The names of the fields; empty for all of them.
        package var paths: [String] = []
        /// The month, `YYYY-MM`; `nil` where entries are meant.
        package var month: String?
        /// Why it may or has to be erased.
        package var legalBasis: String
        /// Only say what would be erased.
        package var isDryRun = false

        /// Asks for something to be erased on a legal basis.
        package init(legalBasis: String) { self.legalBasis = legalBasis }
    }

    /// What was erased.
    package struct Outcome: Sendable, Equatable {
        /// How many values.
        package var values = 0
        /// The entries they were of.
        package var sequences: [UInt64] = []
        /// Entries that a hold keeps, with its name.
        package var held: [(sequence: UInt64, hold: String)] = []
        /// The numbers of the entries `audit.redact`.
        package var entries: [UInt64] = []

        package static func == (left: Outcome, right: Outcome) -> Bool {
            left.values == right.values && left.sequences == right.sequences && left.entries == right.entries
                && left.held.elementsEqual(right.held) { $0 == $1 }
        }
    }

    /// Why nothing was erased.
    package enum Fault: Error, Sendable, Equatable {
        /// Not a month, or one that is not over.
        case month(String)
        /// A hold concerns entries of the month.
        case held(hold: String)
        /// The keys of the month cannot be destroyed; the text says why.
        case keys(String)
        /// The log does not take the entry about it.
        case unavailable
        /// A file could not be read or written.
        case file(FileFailure)
    }

    /// How many numbers of entries one entry about them names.
    private static let sequencesMax = 400
    /// Held while files are rewritten: two at once would undo each other.
    private static let turn = Mutex<Void>(())

    private let directory: String
    private let files: any FileOperations
    private let sealed: SealedFiles

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        self.directory = directory
        self.files = files
        sealed = SealedFiles(directory: directory, files: files)
    }

    // MARK: single entries

    /// Erases the sealed values of entries.
    package func run(
        _ request: Request,
        at desk: some AuditDesk,
        actor: [String: AuditValue]
    ) throws(Fault) -> Outcome {
        let result = AuditRedaction.turn.withLock { _ in
            Result { () throws(Fault) in try erase(request, desk, actor) }
        }
        return try result.get()
    }

    private func erase(
        _ request: Request,
        _ desk: some AuditDesk,
        _ actor: [String: AuditValue]
    ) throws(Fault) -> Outcome {
        var outcome = Outcome()
        let targets = try orFault { () throws(FileFailure) in try findTargets(request, &outcome) }
        outcome.sequences = targets.values.flatMap { $0 }.sorted()
        outcome.values = try orFault { () throws(FileFailure) in try count(request, targets) }
        guard outcome.values > 0, !request.isDryRun else { return outcome }
        let (numbers, names) = try announce(request, outcome.sequences, Array(targets.keys), desk, actor)
        outcome.entries = numbers
        let now = AuditClock.now().wall
        outcome.values = try orFault { () throws(FileFailure) in
            var sum = 0
            for (month, sequences) in targets {
                sum += try sealed.erase(in: names[month] ?? [], of: month, time: now) {
                    sequences.contains($0.sequence) && request.names($0.path)
                }
            }
            return sum
        }
        return outcome
    }

    /// The entries by month that have sealed values and are not held.
    private func findTargets(
        _ request: Request,
        _ outcome: inout Outcome
    ) throws(FileFailure) -> [AuditEpoch: Set<UInt64>] {
        let wanted = Set(request.sequences)
        let holds = try AuditHold.inForce(directory: directory, files: files)
        var times: [(sequence: UInt64, time: Int64)] = []
        var held: [(sequence: UInt64, hold: String)] = []
        try SegmentLines(directory: directory, files: files).read { line, sequence in
            guard wanted.contains(sequence), let time = ReplayLine.time(of: line) else { return }
            let hold = holds.first { hold in
                hold.touches(from: time, to: time) && hold.marks.allSatisfy { AuditHold.contains(line, $0) }
            }
            if let hold { held.append((sequence, hold.id)) } else { times.append((sequence, time)) }
        }
        outcome.held = held
        var months: [AuditEpoch: Set<UInt64>] = [:]
        for (sequence, time) in times { months[AuditEpoch(containing: time), default: []].insert(sequence) }
        for (month, sequences) in months {
            let there = try sealed.lines(of: sequences, in: month)
                .filter { $0.sealed != nil && request.names($0.path) }
            months[month] = there.isEmpty ? nil : Set(there.map(\.sequence))
        }
        return months
    }

    private func count(_ request: Request, _ targets: [AuditEpoch: Set<UInt64>]) throws(FileFailure) -> Int {
        var count = 0
        for (month, sequences) in targets {
            count += try sealed.lines(of: sequences, in: month).count { $0.sealed != nil && request.names($0.path) }
        }
        return count
    }

    /// Appends the entries, lets the writer go on in new files, and gives the files that are closed by that.
    private func announce(
        _ request: Request,
        _ sequences: [UInt64],
        _ months: [AuditEpoch],
        _ desk: some AuditDesk,
        _ actor: [String: AuditValue]
    ) throws(Fault) -> (numbers: [UInt64], names: [AuditEpoch: [String]]) {
        let entries = AuditRedaction.entries(request, sequences, actor)
        let sealed = self.sealed
        typealias Announced = (numbers: [UInt64], names: [AuditEpoch: [String]])
        let result: Result<Announced, Fault>? = desk.perform { (committer: AuditCommitter, now: AuditInstant) in
            var numbers: [UInt64] = []
            for entry in entries {
                var entry = entry
                entry.time = now.wall
                guard let number = committer.append(entry, now: now) else { return .failure(.unavailable) }
                numbers.append(number)
            }
            guard committer.checkpoint(now: now) != nil else { return .failure(.unavailable) }
            // Everything is durable: what is sealed from now on goes into other files than those that are rewritten.
            committer.sealer.closeFiles()
            do throws(FileFailure) {
                var names: [AuditEpoch: [String]] = [:]
                for month in months { names[month] = try sealed.names(of: month) }
                return .success((numbers, names))
            } catch {
                return .failure(.file(error))
            }
        }
        guard let result else { throw .unavailable }
        return try result.get()
    }

    private static func entries(
        _ request: Request,
        _ sequences: [UInt64],
        _ actor: [String: AuditValue]
    ) -> [ControlEntry] {
        stride(from: 0, to: sequences.count, by: sequencesMax).map { start in
            let part = sequences[start..<min(start + sequencesMax, sequences.count)]
            return entry(request, ["seqs": .list(part.map { .integer(Int(clamping: $0)) })], actor)
        }
    }

    private static func entry(
        _ request: Request,
        _ what: [String: AuditValue],
        _ actor: [String: AuditValue]
    ) -> ControlEntry {
        var redact = what
        redact["legal_basis"] = .string(request.legalBasis)
        if !request.paths.isEmpty { redact["paths"] = .list(request.paths.map { .string($0) }) }
        return ControlEntry(.auditRedact, time: 0, members: ["redact": .object(redact), "actor": .object(actor)])
    }

    // MARK: a month

    /// Which keys of a month are destroyed.
    package enum Keys: String, Sendable {
        /// Both: neither can a value be read, nor can equal values be found again.
        case all
        /// That of sealed values.
        case seal
    }

    /// Erases a month: its keys are destroyed by `destroy`, and with them every copy of its sealed values.
    package func erase(
        _ month: AuditEpoch,
        _ keys: Keys,
        _ request: Request,
        at desk: some AuditDesk,
        actor: [String: AuditValue],
        now: Int64,
        destroy: (AuditEpoch, Keys) throws(Fault) -> Void
    ) throws(Fault) -> Outcome {
        guard month.end <= now else { throw .month(month.text) }
        var outcome = Outcome()
        if let hold = try orFault({ () throws(FileFailure) in try firstHold(on: month) }) { throw .held(hold: hold) }
        if request.isDryRun { return outcome }
        let entry = AuditRedaction.entry(
            request,
            ["epoch": .string(month.text), "keys": .string(keys.rawValue)],
            actor
        )
        let number: UInt64?? = desk.perform { (committer: AuditCommitter, now: AuditInstant) -> UInt64? in
            var entry = entry
            entry.time = now.wall
            guard let number = committer.append(entry, now: now), committer.checkpoint(now: now) != nil else {
                return nil
            }
            committer.sealer.closeFiles()
            return number
        }
        guard let number = number.flatMap(\.self) else { throw .unavailable }
        outcome.entries = [number]
        try destroy(month, keys)
        outcome.values = try orFault { () throws(FileFailure) in try sealed.remove(month) }
        return outcome
    }

    private static let ownKinds = Array("\"kind\":\"audit.".utf8)

    /// The first hold that concerns an entry of a month; `nil` for none.
    private func firstHold(on month: AuditEpoch) throws(FileFailure) -> String? {
        let holds = try AuditHold.inForce(directory: directory, files: files)
            .filter { $0.touches(from: month.start, to: month.end - 1) }
        if let all = holds.first(where: { $0.marks.isEmpty }) { return all.id }
        guard !holds.isEmpty else { return nil }
        var found: String?
        try SegmentLines(directory: directory, files: files).read { line, _ in
            guard found == nil, let time = ReplayLine.time(of: line), month.contains(time),
                !AuditHold.contains(line, AuditRedaction.ownKinds)
            else { return }
            found =
                holds.first { hold in
                    hold.touches(from: time, to: time) && hold.marks.allSatisfy { AuditHold.contains(line, $0) }
                }?.id
        }
        return found
    }

    private func orFault<Value>(_ body: () throws(FileFailure) -> Value) throws(Fault) -> Value {
        do throws(FileFailure) { return try body() } catch { throw .file(error) }
    }
}

extension AuditRedaction.Request {
    /// Whether a field is meant.
    func names(_ path: String) -> Bool { paths.isEmpty || paths.contains(path) }
}
