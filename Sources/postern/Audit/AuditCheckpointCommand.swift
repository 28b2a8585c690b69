import ArgumentParser
import GatewayServer

/// Signs the log now.
struct AuditCheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Sign everything that is in the log now, and print the note.",
        discussion: "Keep the note elsewhere: 'postern audit verify --expect NOTE' holds the log to it."
    )

    @OptionGroup var options: AuditActOptions

    @Flag(help: "Close the open segment first.")
    var close = false

    func run() throws { try options.perform(close ? .closeSegment : .checkpoint) }
}
