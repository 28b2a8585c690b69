import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Ends the time of a key.
struct KeysRetireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Accept a key only for what is signed within the overlap from now on.",
        discussion: """
            Warns when the key was used within the last overlap. --after 0s ends its time now; a delivery signed before \
            that and still on its way is accepted. The only accepted key of a source is retired with --force only.
            """
    )

    @Argument(help: "The key's id.")
    var key: String

    @Option(help: ArgumentHelp("How long it stays accepted; without it, the configured overlap.", valueName: "time"))
    var after: KeySpan?

    @Flag(help: "Also the only accepted key of its source, and also after more than 7 days.")
    var force = false

    @Option(help: "Why, for the audit log.")
    var reason: String?

    @OptionGroup var options: KeyOptions

    func validate() throws {
        if let after, after.seconds > Keyring.overlapMax, !force {
            throw ValidationError("--after more than 7 days needs --force.")
        }
    }

    func run() throws {
        let tool = try options.tool()
        let keyring = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.open() }.keyring
        let found = try KeyAct.findKey(keyring, key)
        let now = GatewayClock.now()
        let usage = KeyOptions.usage(tool)
        let span = after?.seconds ?? tool.overlap
        let used = usage.records[key]?.count(since: now.seconds - min(max(span, 3600), 86_400)) ?? 0
        if used > 0 {
            let whole = KeyTimes.grouped(usage.day(ofSource: found.entry.name, before: now))
            StandardError.line(
                "warning: \(key) is in use: \(KeyTimes.grouped(used)) of \(whole) events, last "
                    + "\(KeyTimes.short(usage.records[key]?.last)) UTC"
            )
        }
        try KeyAct(tool: tool, options: options).run(.keyRetire, key: key, reason: reason, said: "retiring") {
            (keyring, now) throws(KeyringFault) in
            let entry = try keyring.find(key).entry
            if !force, !entry.keys.contains(where: { $0.isAccepting && $0.id.text != key && $0.state != .retiring }) {
                throw .refused(
                    "\(key) is the only key of '\(entry.name)' that stays accepted; add one first, or --force"
                )
            }
            let end = Timestamp(seconds: now.seconds + span) ?? now
            try keyring.retire(key, notAfter: end)
            return "accepted until \(KeyringTime.text(end)); used \(used) times in the overlap"
        }
    }
}
