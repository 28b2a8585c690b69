import ArgumentParser
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Says how far a rotation is and whether the old key can go.
struct KeyRotationStatus {
    let tool: KeyTool
    let options: KeyOptions

    func print(_ source: String) throws {
        let keyring = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.open() }.keyring
        let entry = try KeyAct.find(keyring, source)
        let now = GatewayClock.now()
        let usage = KeyOptions.usage(tool)
        let table = KeyTable(usage: usage, now: now)
        if options.json {
            for key in entry.keys where key.isAccepting { Swift.print(table.json(key, entry)) }
            return
        }
        for line in table.lines([entry.accepting]) { Swift.print(line) }
        for line in sentences(entry, usage, now) { Swift.print(line) }
    }

    private func sentences(_ entry: KeyringEntry, _ usage: KeyUsage, _ now: Timestamp) -> [String] {
        if let candidate = entry.candidate {
            return [
                "waiting for the first event signed with \(candidate.id);",
                "the old key is accepted without an end",
            ]
        }
        let whole = KeyTimes.grouped(usage.day(ofSource: entry.name, before: now))
        let retiring = entry.keys.filter { $0.state == .retiring }
        guard !retiring.isEmpty else { return ["no rotation is under way"] }
        return retiring.flatMap { key -> [String] in
            let count = usage.records[key.id.text]?.day(before: now) ?? 0
            let verdict = count == 0 ? "safe to retire" : "the sender still uses it"
            return [
                "old key \(key.id) verified \(KeyTimes.grouped(count)) of \(whole) events in 24 h: \(verdict)",
                "it is accepted for what is signed until \(KeyTimes.short(key.notAfter)) UTC",
            ]
        }
    }
}
