import ArgumentParser
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Judges the keyring.
struct KeysVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the whole keyring: form, MAC, master key, every secret, and that it is not an older copy.",
        discussion: """
            --allow-rollback takes an older copy on purpose, for example after a restored backup; it needs --reason. \
            Keys that were revoked since then are accepted again: revoke them anew.
            """
    )

    @Flag(help: "Take a keyring that is older than what was loaded before.")
    var allowRollback = false

    @Option(help: "Why, for the audit log.")
    var reason: String?

    @OptionGroup var options: KeyOptions

    func validate() throws {
        if allowRollback, reason == nil { throw ValidationError("--allow-rollback needs --reason.") }
    }

    func run() throws {
        let tool = try options.tool()
        if allowRollback, let reason {
            _ = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.allowRollback(reason: reason) }
        }
        let (opened, count) = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.verify() }
        if options.json {
            var line = JSONLine()
            line.add("ok", true)
            line.add("id", opened.keyring.id)
            line.add("revision", Int(opened.keyring.revision))
            line.add("sha256", opened.digest)
            line.add("secrets", count)
            print(line.text)
        } else {
            print("\(tool.paths.file): ok, revision \(opened.keyring.revision), \(count) secrets")
            print("sha256 \(opened.digest)")
        }
    }
}
