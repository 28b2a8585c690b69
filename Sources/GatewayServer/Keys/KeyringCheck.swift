package import GatewayConfig
import GatewayStorage
import WebhookVerification

/// Whether the keyring that a configuration names has what it needs; nothing is changed.
package enum KeyringCheck {
    /// Throws where the gateway would not start.
    package static func run(_ configuration: GatewayConfiguration) throws(GatewayStartFault) {
        guard let keyring = configuration.keyring else { return }
        let access = KeyringAccess(keyring, auditDirectory: configuration.audit.directory)
        let opened: KeyringFile.Opened
        do throws(KeyringFileFault) {
            opened = try access.file.read(master: try access.master())
        } catch {
            throw GatewayStartFault(error)
        }
        _ = try KeyringKeys.outbound(configuration, opened)
        _ = try KeyringKeys.sources(configuration, opened)
        try KeyringNeed.require(configuration, opened, now: GatewayClock.now())
    }
}
