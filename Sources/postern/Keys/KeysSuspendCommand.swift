import ArgumentParser
import AuditLog
import WebhookVerification

/// Stop accepting an active key until it is activated again.
struct KeysSuspendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Stop accepting an active key until it is activated again."
    )

    @Argument(help: "The key's id.")
    var key: String

    @Option(help: "Why, for the audit log.")
    var reason: String?

    @OptionGroup var options: KeyOptions

    func run() throws {
        let act = KeyAct(tool: try options.tool(), options: options)
        try act.run(.keySuspend, key: key, reason: reason, said: "suspended") { (keyring, _) throws(KeyringFault) in
            try keyring.suspend(key)
            return nil
        }
    }
}
