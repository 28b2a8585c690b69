import ArgumentParser
import AuditLog
import GatewayConfig
import GatewayServer
import GatewayStorage

/// Legal holds.
struct AuditHoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keep entries beyond their time: legal holds.",
        subcommands: [Add.self, List.self, Release.self]
    )

    /// Makes a hold.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Make a legal hold: what it concerns is not pruned until it is released."
        )

        @OptionGroup var options: AuditActOptions

        @Argument(help: "The name by which it is released.")
        var id: String

        @Option(help: "The case or matter.")
        var ref: String

        @Option(name: .customLong("source"), help: "Only entries of this source.")
        var holdSource: String?

        @Option(help: "Only entries that name this event id or type.")
        var event: String?

        @Option(help: "Only entries from this time on.")
        var from: AuditMoment?

        @Option(help: "Only entries up to this time.")
        var to: AuditMoment?

        func validate() throws {
            if id.isEmpty || id.utf8.count > 64 { throw ValidationError("A hold's name has 1 to 64 bytes.") }
            if let from, let to, from.microseconds > to.microseconds {
                throw ValidationError("--from has to be before --to.")
            }
        }

        func run() throws {
            let hold = AuditHold(
                id: id,
                source: holdSource,
                event: event,
                from: from?.microseconds,
                to: to?.microseconds,
                reference: ref
            )
            try options.perform(.hold(hold))
        }
    }

    /// Lists holds.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the legal holds in force."
        )

        @OptionGroup var source: ConfigurationFile

        @Flag(help: "One JSON object a line.")
        var json = false

        func run() throws {
            let audit = try source.load().audit
            let holds: [AuditHold]
            do throws(FileFailure) {
                holds = try AuditHold.inForce(directory: "\(audit.directory)/\(audit.node)")
            } catch {
                StandardError.line("postern: \(error)")
                throw ExitCodes.noInput
            }
            let table = TextTable([
                .init("hold", width: 20), .init("source", width: 12), .init("from", width: 10), .init("to", width: 10),
                .init("ref", width: 24),
            ])
            if !json { print(table.header) }
            for hold in holds { print(json ? List.line(hold) : table.row(List.cells(hold))) }
        }

        private static func cells(_ hold: AuditHold) -> [String] {
            let from = hold.from.map { String(EntryTime.text($0).prefix(10)) } ?? "-"
            let to = hold.to.map { String(EntryTime.text($0).prefix(10)) } ?? "-"
            return [hold.id, hold.source ?? "all", from, to, hold.reference]
        }

        private static func line(_ hold: AuditHold) -> String {
            var line = JSONLine()
            line.add("id", hold.id)
            line.add("source", hold.source)
            line.add("event", hold.event)
            line.add("from", hold.from.map(EntryTime.text))
            line.add("to", hold.to.map(EntryTime.text))
            line.add("ref", hold.reference)
            line.add("entry", Int(clamping: hold.sequence))
            return line.text
        }
    }

    /// Releases a hold.
    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release",
            abstract: "Release a legal hold."
        )

        @OptionGroup var options: AuditActOptions

        @Argument(help: "The hold's name.")
        var id: String

        @Option(help: "Why, or on whose word.")
        var ref = ""

        func run() throws { try options.perform(.release(id: id, reference: ref)) }
    }
}
