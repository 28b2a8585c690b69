import GatewayConfig
import GatewayStorage
import WebhookVerification

/// Which sources no key of a keyring is accepted for (R-KEY-10).
///
/// A configuration with such a source is a mistake: at a start and at a reload it is refused. While the gateway runs, the
/// keys decide: what takes the last key away, a revocation above all, is in force at once, and the source refuses everything.
enum KeyringNeed {
    /// The names of the sources without an accepted key at `now`.
    static func unmet(
        _ configuration: GatewayConfiguration,
        _ opened: KeyringFile.Opened?,
        now: Timestamp
    ) -> [String] {
        guard let opened else { return [] }
        return zip(configuration.sources, configuration.origins).compactMap { source, origin in
            guard let name = origin.keyringEntry, let entry = try? opened.keyring.entry(name),
                !entry.accepts(at: now, grace: source.keyClock.grace)
            else { return nil }
            return source.name
        }
    }

    /// Throws where a source has no accepted key.
    static func require(
        _ configuration: GatewayConfiguration,
        _ opened: KeyringFile.Opened?,
        now: Timestamp
    ) throws(GatewayStartFault) {
        guard let first = unmet(configuration, opened, now: now).first else { return }
        let file = configuration.keyring?.file ?? ""
        throw GatewayStartFault(
            .configuration,
            "\(file): no key of source '\(first)' is accepted, so that all its deliveries would be refused; "
                + "'postern keys add \(first)' adds one"
        )
    }
}
