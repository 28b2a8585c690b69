import GatewayConfig

/// What a running gateway cannot change.
enum ReloadRules {
    /// The setting that would need a restart, or `nil`.
    static func needsRestart(from old: GatewayConfiguration, to new: GatewayConfiguration) -> String? {
        if old.audit != new.audit { return "'audit'" }
        if old.keyring?.file != new.keyring?.file || old.keyring?.master != new.keyring?.master {
            return "'file' and 'master' under 'keys'"
        }
        if old.replay != new.replay { return "'replay'" }
        if old.admin != new.admin { return "'admin'" }
        if old.listeners.map(\.endpoint) != new.listeners.map(\.endpoint) { return "the addresses under 'listen'" }
        if old.listeners.map({ $0.tls == nil }) != new.listeners.map({ $0.tls == nil }) { return "'tls' of a listener" }
        return nil
    }
}
