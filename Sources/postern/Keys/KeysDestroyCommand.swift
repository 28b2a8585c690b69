import ArgumentParser
import AuditLog
import WebhookVerification

/// Destroys the secret of a key.
struct KeysDestroyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Destroy the secret of a retired, revoked or pending key; what is known of the key stays.",
        discussion: "All other secrets are sealed anew, so that an older copy of the file does not open the new one."
    )

    @Argument(help: "The key's id.")
    var key: String

    @Option(help: "Why, for the audit log.")
    var reason: String

    @OptionGroup var options: KeyOptions

    func run() throws {
        let act = KeyAct(tool: try options.tool(), options: options)
        try act.run(.keyDestroy, key: key, reason: reason, said: "destroyed") { (keyring, _) throws(KeyringFault) in
            try keyring.destroy(key)
            return nil
        }
    }
}
