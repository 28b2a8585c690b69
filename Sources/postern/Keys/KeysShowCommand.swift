import ArgumentParser
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Shows one key, or all of a source.
struct KeysShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about one key, or about the keys of one source; never a secret."
    )

    @Argument(help: "A key or a source.")
    var name: String

    @OptionGroup var options: KeyOptions

    func run() throws {
        let tool = try options.tool()
        let keyring = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.open() }.keyring
        let table = KeyTable(usage: KeyOptions.usage(tool), now: GatewayClock.now())
        let name = tool.resolved(name)
        let entry = try keyring.entries.first { $0.name == name } ?? KeyAct.findKey(keyring, name).entry
        let keys = entry.name == name ? entry.keys : entry.keys.filter { $0.id.text == name }
        for (index, key) in keys.enumerated() {
            if options.json {
                let recipient = KeyTool.recipient(key, in: entry.name, of: keyring)
                print(table.json(key, entry, recipient: recipient))
            } else {
                if index > 0 { print() }
                for line in table.details(key, entry) { print(line) }
                if let recipient = KeyTool.recipient(key, in: entry.name, of: keyring) {
                    print("recipient\n  \(recipient)")
                }
            }
        }
    }
}
