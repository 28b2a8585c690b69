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

    @Option(help: ArgumentHelp("Write the note to this file as well, as --expect reads it.", valueName: "file"))
    var output: String?

    func run() throws {
        let act: AuditAct = close ? .closeSegment : .checkpoint
        let reply = try AuditActOptions.reply(act, try options.source.load())
        if let output, reply.code == 0 {
            guard let note = reply.note else {
                StandardError.line("postern: the answer has no note")
                throw ExitCodes.unavailable
            }
            try OutputFile.write(note, to: output)
        }
        try options.show(reply)
    }
}
