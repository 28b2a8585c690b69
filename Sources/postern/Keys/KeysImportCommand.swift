import ArgumentParser
import GatewayServer
import WebhookVerification

/// Takes a secret that the provider made.
struct KeysImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take a secret, or a public key, that the sender made.",
        discussion: "Asks for the secret on the terminal, or reads it: --secret-from - | DESCRIPTOR | FILE (mode 0600)."
    )

    @Argument(help: "The source, or sign:NAME.")
    var source: String

    @Option(help: ArgumentHelp("-, a descriptor, a file, or prompt.", valueName: "from"))
    var secretFrom = "prompt"

    @OptionGroup var new: NewKeyOptions
    @OptionGroup var options: KeyOptions

    func run() throws {
        let tool = try options.tool()
        let adding = KeyAdding(tool: tool, options: options, source: source)
        adding.warnOfUnknownSource()
        let draft = new.complete(tool.draft(source, encoding: new.encoding), origin: .imported)
        try adding.addImported(draft, from: secretFrom, reason: new.reason)
    }
}
