package import GatewayConfig
import GatewayStorage
import WebhookVerification

/// Whether the keyring that a configuration names has what it needs; nothing is changed.
package enum KeyringCheck {
    /// Sentences for the operator: sources of which no key is accepted.
    ///
    /// Throws where the gateway would not start.
    package static func run(_ configuration: GatewayConfiguration) throws(GatewayStartFault) -> [String] {
        guard let keyring = configuration.keyring else { return [] }
        let access = KeyringAccess(keyring, auditDirectory: configuration.audit.directory)
        let opened: KeyringFile.Opened
        do throws(KeyringFileFault) {
            opened = try access.file.read(master: try access.master())
        } catch {
            throw GatewayStartFault(error)
        }
        _ = try KeyringKeys.outbound(configuration, opened)
        return try KeyringKeys.sources(configuration, opened).compactMap { source in
            guard case .scheme(_, let keys) = source.signature, configuration.origins[source.index].keyringEntry != nil
            else { return nil }
            let isAccepted = keys.contains { $0.state == .live || $0.state == .retiring }
            return isAccepted ? nil : "no key of source '\(source.name)' is accepted: all its deliveries are refused"
        }
    }
}
