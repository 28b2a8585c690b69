import ArgumentParser
import AuditLog
import GatewayStorage
import Glibc

/// Shows the newest entries, and those to come.
struct AuditTailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Show the newest entries, oldest of them first.",
        discussion: "Exit 0; with -f until it is interrupted. 65: not the log it should be. 66: no log."
    )

    @OptionGroup var reading: AuditReading

    @Flag(name: [.customShort("f"), .long], help: "Go on with every entry as it is written.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: "How many, 0 to 10000.")
    var lines = 10

    func validate() throws {
        if !(0...10_000).contains(lines) { throw ValidationError("--lines has to be from 0 to 10000.") }
    }

    func run() throws {
        let log = try reading.open("tail")
        let printer = EntryPrinter(isJSON: reading.json)
        do {
            let newest = try AuditSearch(directory: log.directory, index: nil)
                .page(EntryFilter(), order: .newest, limit: max(lines, 1)).lines
            printer.printHeader()
            for line in newest.prefix(lines).reversed() { printer.printRow(line) }
            fflush(nil)
            guard follow else { return }
            try watch(log.directory, after: newest.first.flatMap { EntryFacts($0.span)?.sequence }, printer)
        } catch let fault as AuditIndexFault {
            throw AuditReading.fail(fault)
        } catch let failure as FileFailure {
            throw AuditReading.fail(.file(failure))
        }
    }

    /// Reads on from where the last reading ended, again and again; the process is ended by a signal or a closed pipe.
    private func watch(_ directory: String, after last: UInt64?, _ printer: EntryPrinter) throws {
        let reader = AuditSegmentReader(directory: directory)
        var position = try reader.segments().last.map {
            AuditSegmentReader.Position(segment: $0, offset: 0, sequence: $0)
        }
        while true {
            position = try reader.read(from: position) { (line: Span<UInt8>, place: AuditSegmentReader.Position) in
                if last.map({ place.sequence > $0 }) ?? true {
                    printer.printRow(line.withUnsafeBufferPointer { Array($0) })
                }
                return .goOn
            }
            fflush(nil)
            usleep(200_000)
        }
    }
}
