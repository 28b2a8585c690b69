import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Refuses a key at once.
struct KeysRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Refuse a key at once: it may be in wrong hands.",
        discussion: """
            The running gateway refuses it within a second. --compromised-since reads the audit log and prints what the \
            key let in since then, by source, address, event and outcome, and how many of them no other accepted key \
            fitted (ALONE); --export writes every event as a line of JSON.
            """
    )

    @Argument(help: "The key's id.")
    var key: String

    @Option(help: "Why, for the audit log.")
    var reason: String

    @Option(help: ArgumentHelp("A time such as 2026-08-01T00:00:00Z, or 48h for so long ago.", valueName: "time"))
    var compromisedSince: KeyMoment?

    @Option(help: ArgumentHelp("Write the events that the key let in to this new file.", valueName: "file"))
    var export: String?

    @OptionGroup var options: KeyOptions

    func validate() throws {
        if export != nil, compromisedSince == nil { throw ValidationError("--export needs --compromised-since.") }
    }

    func run() throws {
        let tool = try options.tool()
        let keyring = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.open() }.keyring
        // Asked again for a key that is revoked already, only the report is made.
        if try KeyAct.findKey(keyring, key).key.state != .revoked || compromisedSince == nil {
            try KeyAct(tool: tool, options: options).run(.keyRevoke, key: key, reason: reason, said: "revoked") {
                (keyring, _) throws(KeyringFault) in
                try keyring.revoke(key)
                return compromisedSince.map { "compromised since \(KeyringTime.text($0.time))" }
            }
        }
        if let compromisedSince {
            try KeyBlastReport(tool: tool, json: options.json, export: export).print(key, since: compromisedSince.time)
        }
    }
}
