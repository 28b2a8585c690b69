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
            replace a key use 'keys rotate'. 'sign:NAME' makes a key that the gateway signs with for a handler.
            """
    )

    @Argument(help: "The source, or sign:NAME.")
    var source: String

    @Option(help: ArgumentHelp("Write the secret to this descriptor instead of standard output.", valueName: "fd"))
    var outFd: Int32?

    @OptionGroup var new: NewKeyOptions
    @OptionGroup var options: KeyOptions

    func run() throws {
        let tool = try options.tool()
        try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.refuseOwn(tool.resolved(source)) }
        let adding = KeyAdding(tool: tool, options: options, source: source)
        adding.warnOfUnknownSource()
        let draft = new.complete(tool.draft(source, encoding: new.encoding), origin: .generated)
        try adding.addGenerated(draft, reason: new.reason, descriptor: outFd)
    }
}
