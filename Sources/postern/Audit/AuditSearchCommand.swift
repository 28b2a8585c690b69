import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage

/// Finds entries.
struct AuditSearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find entries; the search itself is recorded.",
        discussion: """
            Newest first, 50 at a time; --after and --before go on from an entry. With an index (see reindex) at once, \
            else by reading. Exit 0: found. 1: nothing found. 65: not the log it should be. 66: no log.
            """
    )

    @OptionGroup var reading: AuditReading
    @OptionGroup var conditions: AuditFilterOptions

    @Flag(help: "Oldest first, from the first entry on.")
    var oldest = false

    @Option(help: "Oldest first, from behind this entry.")
    var after: UInt64?

    @Option(help: "Newest first, from before this entry.")
    var before: UInt64?

    @Option(help: "How many at most, 1 to 10000.")
    var limit = 50

    func validate() throws {
        if !(1...10_000).contains(limit) { throw ValidationError("--limit has to be from 1 to 10000.") }
        if [oldest, after != nil, before != nil].filter({ $0 }).count > 1 {
            throw ValidationError("--oldest, --after and --before exclude each other.")
        }
    }

    func run() throws {
        let filter = try conditions.filter()
        let log = try reading.open("search", filter.description)
        let order: AuditSearch.Order = oldest || after != nil ? .oldest : .newest
        let start = after ?? before
        let bar = ProgressBar("reading")
        let page: AuditSearch.Page
        do throws(AuditIndexFault) {
            page = try AuditSearch(directory: log.directory, index: log.index())
                .page(filter, order: order, start: start, limit: limit) { bar.show($0, of: $1) }
        } catch {
            bar.end()
            throw AuditReading.fail(error)
        }
        bar.end()
        EntryPrinter(isJSON: reading.json).print(page.lines)
        if let next = page.next {
            StandardError.line("more: \(order == .newest ? "--before" : "--after") \(next)")
        }
        if page.lines.isEmpty {
            StandardError.line("nothing found")
            if filter.values.contains(where: { $0.text != nil }) {
                StandardError.line("a value that is recorded only as a MAC is found by 'postern audit match --field'")
            }
            throw ExitCodes.negative
        }
    }
}

/// Prints entries as a table, or as they stand.
struct EntryPrinter {
    let isJSON: Bool
    private let table = EntryTable()
    private let view = EntryView()

    init(isJSON: Bool) { self.isJSON = isJSON }

    /// Prints lines under one header.
    func print(_ lines: [[UInt8]]) {
        if !isJSON, !lines.isEmpty { Swift.print(table.header) }
        for line in lines { printRow(line) }
    }

    /// The titles of the columns.
    func printHeader() { if !isJSON { Swift.print(table.header) } }

    /// Prints one line.
    func printRow(_ line: [UInt8]) {
        if isJSON {
            Swift.print(String(decoding: line, as: UTF8.self))
        } else if view.read(line.span) {
            Swift.print(table.row(view))
        }
    }
}
