import GatewayConfig
import GatewayCrypto
import GatewayStorage
import WebhookVerification

/// Puts the keys of a keyring where a configuration names its entries.
enum KeyringKeys {
    /// The sources with their keys; those whose keys stand in the configuration are as they were.
    static func sources(
        _ configuration: GatewayConfiguration,
        _ opened: KeyringFile.Opened?
    ) throws(GatewayStartFault) -> [Source] {
        var sources: [Source] = []
        for (index, source) in configuration.sources.enumerated() {
            guard let name = configuration.origins[index].keyringEntry,
                case .scheme(let scheme, _) = source.signature
            else {
                sources.append(source)
                continue
            }
            let clock = source.keyClock
            let keys = try orFault(configuration, name, opened) { (keyring) throws(KeyringFault) in
                try keyring.signingKeys(
                    for: name,
                    scheme: scheme.scheme,
                    skew: clock.skew,
                    grace: clock.grace
                )
            }
            sources.append(source.with(keys: keys, scheme: scheme))
        }
        return sources
    }

    /// The keys of `Postern-Verified` by upstream; `nil` where it is not sent.
    static func outbound(
        _ configuration: GatewayConfiguration,
        _ opened: KeyringFile.Opened?,
        without keyless: Set<Int> = []
    ) throws(GatewayStartFault) -> [SecretBytes?] {
        var keys: [SecretBytes?] = []
        for (index, upstream) in configuration.upstreams.enumerated() {
            guard !keyless.contains(index) else {
                keys.append(nil)
                continue
            }
            guard let name = upstream.outboundEntry else {
                keys.append(upstream.outboundKey)
                continue
            }
            let key = try orFault(configuration, name, opened) { (keyring) throws(KeyringFault) in
                try keyring.outboundSecret(name)
            }
            keys.append(key)
        }
        return keys
    }

    /// The same while the gateway runs: an upstream whose key was revoked or suspended has none, and is named.
    static func outboundLeft(
        _ configuration: GatewayConfiguration,
        _ opened: KeyringFile.Opened
    ) throws(GatewayStartFault) -> (keys: [SecretBytes?], keyless: Set<Int>) {
        var keyless: Set<Int> = []
        for (index, upstream) in configuration.upstreams.enumerated() {
            for name in [upstream.outboundEntry, upstream.resign?.entry] {
                if let name, let entry = try? opened.keyring.entry(name), entry.primary == nil { keyless.insert(index) }
            }
        }
        return (try outbound(configuration, opened, without: keyless), keyless)
    }

    /// What signs deliveries for handlers, by upstream; none where no upstream has it.
    static func resigners(
        _ configuration: GatewayConfiguration,
        _ opened: KeyringFile.Opened?,
        without keyless: Set<Int> = []
    ) throws(GatewayStartFault) -> [DeliveryResigner?] {
        guard configuration.upstreams.contains(where: { $0.resign != nil }) else { return [] }
        var resigners: [DeliveryResigner?] = []
        for (index, upstream) in configuration.upstreams.enumerated() {
            guard let resign = upstream.resign, !keyless.contains(index) else {
                resigners.append(nil)
                continue
            }
            let key = try orFault(configuration, resign.entry, opened) { (keyring) throws(KeyringFault) in
                try keyring.outboundSecret(resign.entry)
            }
            do throws(SignatureSchemeMistakes) {
                resigners.append(try DeliveryResigner(resign.form, scheme: resign.scheme, key: key))
            } catch {
                throw GatewayStartFault(.configuration, "\(configuration.file): \(resign.entry): \(error)")
            }
        }
        return resigners
    }

    private static func orFault<Value>(
        _ configuration: GatewayConfiguration,
        _ name: String,
        _ opened: KeyringFile.Opened?,
        _ body: (Keyring) throws(KeyringFault) -> Value
    ) throws(GatewayStartFault) -> Value {
        guard let opened else {
            throw GatewayStartFault(.configuration, "\(configuration.file): 'keyring:\(name)' needs 'keys'")
        }
        do throws(KeyringFault) {
            return try body(opened.keyring)
        } catch {
            var text = "\(configuration.keyring?.file ?? ""): \(error)"
            if case .unknownSource = error { text += "; 'postern keys add \(name)' adds its first key" }
            throw GatewayStartFault(.configuration, text)
        }
    }
}
