import ArgumentParser
import AuditLog
import WebhookVerification

/// Make an active key the primary of its source.
struct KeysPromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Make an active key the primary of its source."
    )

    @Argument(help: "The key's id.")
    var key: String

    @Option(help: "Why, for the audit log.")
    var reason: String?

    @OptionGroup var options: KeyOptions

    func run() throws {
        let act = KeyAct(tool: try options.tool(), options: options)
        try act.run(.keyPromote, key: key, reason: reason, said: "promoted") { (keyring, _) throws(KeyringFault) in
            try keyring.promote(key)
            return nil
        }
    }
}
