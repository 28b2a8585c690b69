import GatewayConfig

/// What a running gateway cannot change, and why.
enum ReloadRules {
    /// The sentence that refuses a new configuration; `nil` for one that can be taken.
    ///
    /// An audit log has one writer, one name in its checkpoints and one directory for as long as the process runs: a second
    /// one beside it would split what happened in two.
    static func refusal(from old: GatewayConfiguration, to new: GatewayConfiguration) -> String? {
        var names: [String] = []
        var values: [String] = []
        func compare(_ name: String, _ before: String, _ after: String) {
            if before == after { return }
            names.append("'\(name)'")
            values.append("\(before) now, \(after) in the file")
        }
        compare("audit.dir", old.audit.directory, new.audit.directory)
        compare("audit.origin", old.audit.origin, new.audit.origin)
        compare("audit.node", old.audit.node, new.audit.node)
        compare("keys.file", old.keyring?.file ?? "none", new.keyring?.file ?? "none")
        compare("audit.durability", old.audit.durability.rawValue, new.audit.durability.rawValue)
        if names.isEmpty { return nil }
        let what = names.joined(separator: ", ")
        return "\(what) cannot change while running: restart to apply it (\(values.joined(separator: "; ")))"
    }
}
