import ArgumentParser
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Lists keys.
struct KeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the keys: state, last use, how many events in 24 h, and their share.",
        discussion: "'*' marks the primary, '+' a key that a rotation waits for. With --json one object a line."
    )

    @Argument(help: "Only the keys of this source.")
    var source: String?

    @Flag(help: "Also destroyed keys, and the monthly ones of the audit log.")
    var all = false

    @OptionGroup var options: KeyOptions

    func run() throws {
        let tool = try options.tool()
        let keyring = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.open() }.keyring
        var entries = keyring.entries
        if let source {
            entries = [try KeyAct.find(keyring, tool.resolved(source))]
        } else if !all {
            entries.removeAll { Keyring.isEpochEntry($0.name) }
        }
        if !all { entries = entries.map { $0.without(.destroyed) } }
        let table = KeyTable(usage: KeyOptions.usage(tool), now: GatewayClock.now())
        if options.json {
            for entry in entries { for key in entry.keys { print(table.json(key, entry)) } }
        } else {
            for line in table.lines(entries) { print(line) }
            print("revision \(keyring.revision), \(KeyTimes.short(keyring.updated)) UTC")
            for entry in entries { for key in entry.keys where key.isAccepting { warn(key, entry, tool.maxAge) } }
        }
    }

    private func warn(_ key: KeyringKey, _ entry: KeyringEntry, _ maxAge: Int64?) {
        guard let due = key.due(maxAge: maxAge), due <= GatewayClock.now() else { return }
        let why = key.isDueByAge(maxAge: maxAge) ? "older than 'keys: max_age' since" : "due since"
        StandardError.line(
            "warning: \(key.id) of \(entry.name) is \(why) \(KeyTimes.short(due)): keys rotate \(entry.name)"
        )
    }
}
