import AuditLog
import GatewayServer
import GatewayStorage
import WebhookVerification

/// One change of one key: written, recorded, and waited for.
struct KeyAct {
    let tool: KeyTool
    let options: KeyOptions

    /// Changes a key and says so.
    func run(
        _ kind: EntryKind,
        key id: String,
        reason: String?,
        said word: String,
        _ change: (inout Keyring, Timestamp) throws(KeyringFault) -> String?
    ) throws {
        var source = ""
        let opened = try KeyOptions.orEnd { () throws(KeyToolFault) in
            try tool.update { (keyring, now) throws(KeyringFault) in
                let found = try keyring.find(id)
                source = found.entry.name
                try OwnKeyRules.check(kind, found.key, in: found.entry)
                let detail = try change(&keyring, now)
                return [tool.act(kind, key: id, of: source, detail, reason: reason)]
            }
        }
        if kind == .keyRevoke || kind == .keySuspend, let entry = try? opened.keyring.entry(source) {
            KeyAct.warnOfLast(entry)
        }
        try say(opened, id, source, word)
    }

    /// It is in force all the same: nothing of the entry is accepted or signed from now on.
    private static func warnOfLast(_ entry: KeyringEntry) {
        let name = entry.name
        guard KeyringEntry.purpose(of: name) != .internal, !entry.keys.contains(where: \.isAccepting) else { return }
        StandardError.line(
            name.hasPrefix("sign:")
                ? "warning: '\(name)' has no active key now: what it signs for is not forwarded until 'keys add \(name)'"
                : "warning: '\(name)' has no accepted key now: it refuses everything, and the gateway does not start or "
                    + "reload with it until 'keys add \(name)'"
        )
    }

    /// Prints what was done and waits for the running gateway.
    func say(_ opened: KeyringFile.Opened, _ id: String, _ source: String, _ word: String) throws {
        let revision = opened.keyring.revision
        if options.json {
            var line = JSONLine()
            line.add("source", source)
            line.add("id", id)
            line.add("state", (try? opened.keyring.find(id).key.state.rawValue))
            line.add("revision", Int(revision))
            print(line.text)
        } else {
            print("\(id) of \(source): \(word), revision \(revision)")
        }
        try KeyOptions.tellArrival(tool, of: revision)
    }

    /// The entry of a name; ends the command with 1 where there is none.
    static func find(_ keyring: Keyring, _ name: String) throws -> KeyringEntry {
        try KeyOptions.orEnd { () throws(KeyToolFault) in
            do throws(KeyringFault) {
                return try keyring.entry(name)
            } catch {
                throw KeyToolFault(.keyring(error, ""))
            }
        }
    }

    /// The key of an id with its entry; ends the command with 1 where there is none.
    static func findKey(_ keyring: Keyring, _ id: String) throws -> (entry: KeyringEntry, key: KeyringKey) {
        try KeyOptions.orEnd { () throws(KeyToolFault) in
            do throws(KeyringFault) {
                return try keyring.find(id)
            } catch {
                throw KeyToolFault(.keyring(error, ""))
            }
        }
    }
}
