import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage

/// Finds entries by values that they record only as field MACs.
struct AuditMatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Find entries by a value that you know: an address, a payload, a member of it.",
        discussion: """
            Computes the field MACs of the value for every month of the range, so the keyring is needed. The log records \
            that you looked, with the MAC and not the value. --field: client.ip, http.ua, http.query or a JSON Pointer \
            into the payload; all conditions have to hold. Exit 0: found. 1: nothing found. 78: no keyring.
            """
    )

    @OptionGroup var reading: AuditReading

    @Option(help: ArgumentHelp("A field and its value. Repeatable.", valueName: "field=value"))
    var field: [String] = []

    @Option(help: ArgumentHelp("A file with the exact bytes of a body; '-' is standard input.", valueName: "file"))
    var payload: String?

    @Option(help: "Not before this: 2026-08-21 or 2026-08-21T10:11:12Z.")
    var since: AuditMoment?

    @Option(help: "Not after this.")
    var until: AuditMoment?

    @Option(help: "Only from behind this entry.")
    var after: UInt64?

    @Option(help: "How many at most, 1 to 10000.")
    var limit = 1000

    func validate() throws {
        if field.isEmpty, payload == nil { throw ValidationError("--field or --payload is needed.") }
        if !(1...10_000).contains(limit) { throw ValidationError("--limit has to be from 1 to 10000.") }
        for condition in field { _ = try AuditMatchCommand.parts(condition) }
    }

    /// The name and the value of `name=value`.
    static func parts(_ condition: String) throws -> (name: String, value: [UInt8]) {
        let parts = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let isKnown = ["client.ip", "http.ua", "http.query"].contains(name) || name.hasPrefix("/")
        guard parts.count == 2, isKnown else {
            throw ValidationError(
                "--field '\(condition)': client.ip=…, http.ua=…, http.query=… or a JSON Pointer such as /data/email=…"
            )
        }
        return (name, Array(parts[1].utf8))
    }

    func run() throws {
        let (conditions, gone) = try conditions()
        let about = conditions.map { "\($0.field)=\($0.pseudonym)" }.joined(separator: " ")
        let log = try reading.open("match", about)
        for month in gone {
            StandardError.line("the key of \(month) is destroyed: values of that month cannot be found again")
        }
        let (lines, isMore) = try find(conditions, log)
        EntryPrinter(isJSON: reading.json).print(lines)
        if isMore, let last = lines.last {
            let view = EntryView()
            if view.read(last.span) { StandardError.line("more: --after \(view.sequence)") }
        }
        if lines.isEmpty {
            StandardError.line("nothing found")
            throw ExitCodes.negative
        }
    }

    private func conditions() throws -> ([RedactionReader.Condition], [AuditEpoch]) {
        let reader = try RedactionOptions.reader(try reading.source.load())
        let months = reader.months(from: since?.microseconds, to: until?.microseconds)
        var values = try field.map { try AuditMatchCommand.parts($0) }
        if let payload { values.append(("body", try InputFile.read(payload))) }
        return try (values.map { try reader.condition($0.name, $0.value, in: months.usable) }, months.gone)
    }

    private func find(
        _ conditions: [RedactionReader.Condition],
        _ log: AuditReading.Log
    ) throws -> (lines: [[UInt8]], isMore: Bool) {
        var filter = EntryFilter()
        filter.from = since?.microseconds
        filter.to = until?.microseconds
        var lines: [[UInt8]] = []
        var isMore = false
        let bar = ProgressBar("reading")
        defer { bar.end() }
        do {
            try AuditWalk(directory: log.directory).run(progress: { bar.show($0, of: $1) }) { entry in
                if let after, entry.sequence <= after { return .goOn }
                guard conditions.allSatisfy({ $0.matches(entry) }), filter.matches(entry) else { return .goOn }
                if lines.count == limit {
                    isMore = true
                    return .stop
                }
                lines.append(entry.line)
                return .goOn
            }
        } catch let fault as AuditIndexFault {
            bar.end()
            throw AuditReading.fail(fault)
        }
        return (lines, isMore)
    }
}
