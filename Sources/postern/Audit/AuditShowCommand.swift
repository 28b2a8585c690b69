import ArgumentParser
import AuditLog
import GatewayStorage

/// Explains one request.
struct AuditShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Explain a request stage by stage, with everything else of the same delivery.",
        discussion: """
            RID is the X-Request-Id of the answer. Entries with the same replay key - first delivery, retries, \
            duplicates - follow it. --reveal opens sealed values, which is recorded; it needs the keyring. Exit 0: found. 1: not found. 65: not the log it should be. 66: no log.
            """
    )

    @OptionGroup var reading: AuditReading

    @Argument(help: "The request id.")
    var rid: String

    @Flag(help: "Open the sealed values of the request's entries.")
    var reveal = false

    func run() throws {
        let log = try reading.open("show", reveal ? "\(rid) reveal" : rid)
        let index = log.index()
        var own = EntryFilter()
        own.requestID = rid
        let lines = try AuditShowCommand.all(own, log, index)
        guard !lines.isEmpty else {
            StandardError.line("postern: no entry of request \(rid)")
            throw ExitCodes.negative
        }
        let related = try other(lines, log, index)
        if reading.json {
            EntryPrinter(isJSON: true).print(lines + related)
            if reveal { try RevealedValues(lines, log, reading.source).printJSON() }
            return
        }
        let view = EntryView()
        print("Request \(EntryStory.clean(rid, 70))")
        for line in lines where view.read(line.span) {
            print("")
            for text in EntryStory.lines(view) { print(text) }
        }
        if reveal { try RevealedValues(lines, log, reading.source).print() }
        guard !related.isEmpty else { return }
        print("\nThe same delivery, under other request ids")
        EntryPrinter(isJSON: false).print(related)
    }

    /// The entries with the same replay key that belong to other requests.
    private func other(_ lines: [[UInt8]], _ log: AuditReading.Log, _ index: AuditIndex?) throws -> [[UInt8]] {
        let view = EntryView()
        guard let key = lines.lazy.compactMap({ view.read($0.span) ? view.text("rk") : nil }).first else { return [] }
        var filter = EntryFilter()
        filter.replayKey = key
        return try AuditShowCommand.all(filter, log, index).filter { view.read($0.span) && view.requestID != rid }
    }

    /// Every entry that matches, at most 1000.
    static func all(_ filter: EntryFilter, _ log: AuditReading.Log, _ index: AuditIndex?) throws -> [[UInt8]] {
        let bar = ProgressBar("reading")
        defer { bar.end() }
        do throws(AuditIndexFault) {
            return try AuditSearch(directory: log.directory, index: index)
                .page(filter, order: .oldest, limit: 1000) { bar.show($0, of: $1) }.lines
        } catch {
            bar.end()
            throw AuditReading.fail(error)
        }
    }
}
