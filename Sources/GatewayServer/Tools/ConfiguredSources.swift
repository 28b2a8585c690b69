package import GatewayConfig
import GatewayStorage
package import WebhookVerification

/// The sources of a configuration with their keys, those of the keyring included, for commands.
package enum ConfiguredSources {
    /// Reads the keyring where a source has its keys there; marks nothing as loaded.
    package static func load(_ configuration: GatewayConfiguration) throws(DeliveryFault) -> [Source] {
        guard let keyring = configuration.keyring, configuration.origins.contains(where: { $0.keyringEntry != nil })
        else { return configuration.sources }
        let access = KeyringAccess(keyring, auditDirectory: configuration.audit.directory)
        do {
            let opened = try access.file.read(master: try access.master())
            return try KeyringKeys.sources(configuration, opened)
        } catch {
            throw DeliveryFault("\(error)")
        }
    }
}
