import ArgumentParser
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Says what keys were used for.
struct KeysUsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Say how often each key verified an event, and when it did so last.",
        discussion: """
            Counted by the running gateway, kept beside the keyring each minute, and exact to ten minutes for 24 hours. \
            With --json one object a line.
            """
    )

    @Argument(help: "Only this source.")
    var source: String?

    @OptionGroup var options: KeyOptions

    func run() throws {
        let tool = try options.tool()
        let keyring = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.open() }.keyring
        let entries = try source.map { [try KeyAct.find(keyring, $0)] } ?? keyring.entries
        let now = GatewayClock.now()
        let usage = KeyOptions.usage(tool)
        let table = KeyTable(usage: usage, now: now)
        for entry in entries {
            let whole = usage.day(ofSource: entry.name, before: now)
            for key in entry.keys where options.json || key.state != .destroyed {
                if options.json {
                    print(table.json(key, entry))
                    continue
                }
                let record = usage.records[key.id.text]
                print(
                    "\(entry.name) \(key.id) (\(key.state.rawValue))"
                )
                // The gateway's own keys verify no events.
                guard key.purpose == .verify else { continue }
                print(
                    "    verified \(KeyTimes.grouped(record?.day(before: now) ?? 0)) of \(KeyTimes.grouped(whole)) events in 24 h"
                )
                print(
                    record.map { "    last \(KeyTimes.short($0.last)) UTC, \(KeyTimes.grouped($0.total)) in all" }
                        ?? "    never used"
                )
            }
        }
    }
}
