import ArgumentParser
import AuditLog
import GatewayConfig
import GatewayServer
import GatewayStorage

/// Erases sealed values.
struct AuditRedactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Erase sealed values: those of a person, or a whole month.",
        discussion: """
            One person: the entries by --entry, --rid or --field, whose lines in the sidecar are replaced. A month that \
            is over: --month, whose two keys are destroyed, and with them every copy. What was erased and why goes on \
            record; the log verifies as before. What a legal hold concerns stays. Exit 0: erased. 1: nothing erased.
            """
    )

    @OptionGroup var options: AuditActOptions

    @Option(help: "Why it may or has to be erased, for example 'GDPR Art. 17, request 4711'.")
    var legalBasis: String

    @Option(help: ArgumentHelp("An entry. Repeatable.", valueName: "number"))
    var entry: [UInt64] = []

    @Option(help: "All entries of a request.")
    var rid: String?

    @Option(help: ArgumentHelp("All entries that record this value. Repeatable.", valueName: "field=value"))
    var field: [String] = []

    @Option(help: "With --field: not before this.")
    var since: AuditMoment?

    @Option(help: "With --field: not after this.")
    var until: AuditMoment?

    @Option(help: ArgumentHelp("Only this field; all sealed ones if not given. Repeatable.", valueName: "field"))
    var path: [String] = []

    @Option(help: ArgumentHelp("A month that is over, YYYY-MM in UTC.", valueName: "month"))
    var month: String?

    @Flag(help: "Only say what would be erased.")
    var dryRun = false

    func validate() throws {
        if legalBasis.isEmpty || legalBasis.utf8.count > 400 {
            throw ValidationError("--legal-basis has 1 to 400 bytes.")
        }
        let named = !entry.isEmpty || rid != nil || !field.isEmpty
        if named == (month != nil) { throw ValidationError("Either entries (--entry, --rid, --field) or --month.") }
        if month != nil, !path.isEmpty { throw ValidationError("--month erases all fields: leave out --path.") }
        if let month, AuditEpoch(month) == nil { throw ValidationError("--month has to be YYYY-MM.") }
        if path.count > 64 || path.contains(where: { $0.isEmpty || $0.utf8.count > 200 }) {
            throw ValidationError("At most 64 of --path, each of at most 200 bytes.")
        }
        for condition in field { _ = try AuditMatchCommand.parts(condition) }
    }

    func run() throws {
        let configuration = try options.source.load()
        var request = AuditRedaction.Request(legalBasis: legalBasis)
        request.month = month
        request.paths = path
        request.isDryRun = dryRun
        if month != nil { return try options.show(try AuditActOptions.reply(.redact(request), configuration)) }
        let found = try sequences(configuration)
        guard !found.isEmpty else {
            StandardError.line("postern: no such entries")
            throw ExitCodes.negative
        }
        var isDone = false
        for start in stride(from: 0, to: found.count, by: 400) {
            request.sequences = Array(found[start..<min(start + 400, found.count)])
            let reply = try AuditActOptions.reply(.redact(request), configuration)
            isDone = isDone || reply.code == 0
            // Of many parts one may have nothing to erase; what failed otherwise ends the command.
            if reply.code > 1 || found.count <= 400 { try options.show(reply) } else { options.print(reply) }
        }
        if !isDone { throw ExitCodes.negative }
    }

    /// The entries that are meant.
    private func sequences(_ configuration: GatewayConfiguration) throws -> [UInt64] {
        var found = Set(entry)
        guard rid != nil || !field.isEmpty else { return found.sorted() }
        var conditions: [RedactionReader.Condition] = []
        if !field.isEmpty {
            let reader = try RedactionOptions.reader(configuration)
            let months = reader.months(from: since?.microseconds, to: until?.microseconds).usable
            conditions = try field.map { condition in
                let (name, value) = try AuditMatchCommand.parts(condition)
                return try reader.condition(name, value, in: months)
            }
        }
        var filter = EntryFilter()
        filter.from = since?.microseconds
        filter.to = until?.microseconds
        let bar = ProgressBar("reading")
        defer { bar.end() }
        do {
            let directory = "\(configuration.audit.directory)/\(configuration.audit.node)"
            try AuditWalk(directory: directory).run(progress: { bar.show($0, of: $1) }) { entry in
                if let rid, entry.requestID == rid { found.insert(entry.sequence) }
                let isMeant = !conditions.isEmpty && conditions.allSatisfy { $0.matches(entry) }
                if isMeant, filter.matches(entry) { found.insert(entry.sequence) }
                return .goOn
            }
        } catch let fault as AuditIndexFault {
            bar.end()
            throw AuditReading.fail(fault)
        }
        return found.sorted()
    }
}
