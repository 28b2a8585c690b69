import ArgumentParser
import AuditLog
import WebhookVerification

/// Accept a pending or suspended key, or undo a retirement.
struct KeysActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Accept a pending or suspended key, or undo a retirement."
    )

    @Argument(help: "The key's id.")
    var key: String

    @Option(help: "Why, for the audit log.")
    var reason: String?

    @OptionGroup var options: KeyOptions

    func run() throws {
        let act = KeyAct(tool: try options.tool(), options: options)
        try act.run(.keyActivate, key: key, reason: reason, said: "activated") { (keyring, now) throws(KeyringFault) in
            try keyring.activate(key, now: now)
            return nil
        }
    }
}
