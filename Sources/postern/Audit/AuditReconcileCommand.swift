import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage

/// Compares the log with what the sender says it delivered.
struct AuditReconcileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare the log with the sender's own list of deliveries: what bypassed the gateway, what was lost.",
        discussion: """
            The list has one id a line, or one JSON object a line with --pointer. 'missing': the sender says it was \
            delivered, the log knows nothing of it. 'refused': it came and was never admitted. 'unlisted': admitted, and \
            not on the list. Exit 0: both say the same. 1: they differ. 65: not the log it should be. 66: no log, no list.
            """
    )

    @OptionGroup var reading: AuditReading

    @Option(help: "The source.")
    var source: String

    @Option(help: ArgumentHelp("The sender's list; '-' is standard input.", valueName: "file"))
    var list: String

    @Option(help: ArgumentHelp("Where the id is in each object of the list, for example /id.", valueName: "pointer"))
    var pointer: String?

    @Option(
        help: "What the ids are: event-id, rid (X-Request-Id), or the JSON Pointer of a recorded member of the payload."
    )
    var by = "event-id"

    @Option(help: "Only entries from this time on: the beginning of what the list covers.")
    var since: AuditMoment?

    @Option(help: "Only entries up to this time.")
    var until: AuditMoment?

    func validate() throws {
        guard by == "event-id" || by == "rid" || by.hasPrefix("/") else {
            throw ValidationError("--by has to be event-id, rid or a JSON Pointer.")
        }
        if DeliveryList(pointer: pointer) == nil { throw ValidationError("--pointer has to be a JSON Pointer.") }
    }

    func run() throws {
        let listed = try ids()
        let log = try reading.open("reconcile", "source=\(source) by=\(by)")
        let found = try recorded(log)
        var rows: [(id: String, state: String)] = []
        for id in listed {
            switch found[id] {
            case .admitted: continue
            case .refused: rows.append((id, "refused"))
            case nil: rows.append((id, "missing"))
            }
        }
        let known = Set(listed)
        let unlisted = found.filter { $0.value == .admitted && !known.contains($0.key) }.map(\.key).sorted()
        rows += unlisted.map { ($0, "unlisted") }
        show(rows, listed: listed.count)
        if !rows.isEmpty { throw ExitCodes.negative }
    }

    private enum Standing { case admitted, refused }

    /// The ids of the list.
    private func ids() throws -> [String] {
        guard var deliveries = DeliveryList(pointer: pointer) else { return [] }
        try InputFile.eachLine(list) { line, _ in deliveries.add(line) }
        if deliveries.unread > 0 {
            let place = pointer.map { " at \($0)" } ?? ""
            StandardError.line("postern: \(list): \(deliveries.unread) lines without an id\(place)")
            throw ExitCodes.data
        }
        return deliveries.ids
    }

    /// What the log knows of the source's deliveries, by id; admitted once is admitted.
    private func recorded(_ log: AuditReading.Log) throws -> [String: Standing] {
        var filter = EntryFilter()
        filter.sources = [source]
        filter.from = since?.microseconds
        filter.to = until?.microseconds
        var found: [String: Standing] = [:]
        let bar = ProgressBar("reading")
        defer { bar.end() }
        do {
            try AuditWalk(directory: log.directory).run(progress: { bar.show($0, of: $1) }) { entry in
                guard filter.matches(entry), let id = id(of: entry) else { return .goOn }
                switch entry.knownKind {
                // A duplicate was admitted before, maybe before the period.
                case .requestAdmit, .requestDuplicate: found[id] = .admitted
                case .requestDeny: if found[id] == nil { found[id] = .refused }
                default: break
                }
                return .goOn
            }
        } catch let fault as AuditIndexFault {
            bar.end()
            throw AuditReading.fail(fault)
        }
        return found
    }

    private func id(of entry: EntryView) -> String? {
        switch by {
        case "event-id": entry.text("event", "id")
        case "rid": entry.requestID
        default: entry.recorded(by)
        }
    }

    private func show(_ rows: [(id: String, state: String)], listed: Int) {
        var line = JSONLine()
        line.add("listed", listed)
        for state in ["missing", "refused", "unlisted"] { line.add(state, rows.count { $0.state == state }) }
        if reading.json {
            print(line.text)
        } else {
            for text in MemberLines.of(line.text) { print(text) }
            if !rows.isEmpty { print("") }
        }
        for (id, state) in rows {
            if reading.json {
                var row = JSONLine()
                row.add("id", id)
                row.add("state", state)
                print(row.text)
            } else {
                print(state.padding(10) + EntryStory.clean(id, 70))
            }
        }
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String {
        self + String(repeating: " ", count: max(width - utf8.count, 1))
    }
}
