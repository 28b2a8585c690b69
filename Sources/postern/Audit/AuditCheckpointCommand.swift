import ArgumentParser
import GatewayServer
import StrictJSON

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
        if let output, reply.code == 0 { try OutputFile.write(try note(reply), to: output) }
        try options.show(reply)
    }

    private func note(_ reply: AuditActRunner.Reply) throws -> [UInt8] {
        let document = JSONDocument()
        let text = Array(reply.text.utf8)
        guard document.parse(text.span) == nil, let root = document.root,
            let node = document.member("note", of: root, in: text.span),
            let note = document.string(node, in: text.span)
        else {
            StandardError.line("postern: the answer has no note")
            throw ExitCodes.unavailable
        }
        return Array(note.utf8)
    }
}
