import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Makes a new key.
struct KeysAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Make a new secret for a source and show it once.",
        discussion: """
            The first key of a source becomes its primary; further ones are accepted beside it until one is retired. To \
            replace a key use 'keys rotate'. 'sign:NAME' makes a key that the gateway signs with for a handler, and \
            'internal:transfer' one that others can seal keys for.
            """
    )

    @Argument(help: "The source, sign:NAME or internal:transfer.")
    var source: String

    @Option(help: ArgumentHelp("Write the secret to this descriptor instead of standard output.", valueName: "fd"))
    var outFd: Int32?

    @OptionGroup var new: NewKeyOptions
    @OptionGroup var options: KeyOptions

    func run() throws {
        let tool = try options.tool()
        try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.refuseOwn(tool.resolved(source)) }
        if source == KeyTool.transferEntry { return try addRecipient(tool) }
        let adding = KeyAdding(tool: tool, options: options, source: source)
        adding.warnOfUnknownSource()
        let draft = new.complete(tool.draft(source, encoding: new.encoding), origin: .generated)
        try adding.addGenerated(draft, reason: new.reason, descriptor: outFd)
    }

    /// Whom others seal keys for is no secret, and the secret is shown to nobody.
    private func addRecipient(_ tool: KeyTool) throws {
        let made = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.makeRecipient(reason: new.reason) }
        let revision = made.opened.keyring.revision
        if options.json {
            var line = JSONLine()
            line.add("source", source)
            line.add("id", made.id)
            line.add("recipient", made.recipient.description)
            line.add("revision", Int(revision))
            print(line.text)
        } else {
            print("\(made.id) of \(source): added, revision \(revision)")
            print("others seal keys for this keyring with: keys export KEY --to")
            print("\(made.recipient)")
        }
        try KeyOptions.tellArrival(tool, of: revision)
    }
}
