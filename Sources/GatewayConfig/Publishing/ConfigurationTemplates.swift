/// First configurations, for `postern config init --preset …`.
package enum ConfigurationTemplates {
    /// The presets that there is a template for, in the order of the reference.
    package static var presets: [String] { SourcePreset.allNames }

    /// The text of a first configuration for `preset`; `nil` for a name that no preset has.
    ///
    /// Loads as it is once the file `secrets/NAME` beside it holds the sender's secret with mode 0600; the name is
    /// given by `secretPath`.
    package static func initial(preset: String) -> String? {
        guard let known = SourcePreset.named(preset) else { return nil }
        return """
            # yaml-language-server: $schema=/usr/share/postern/postern.schema.json
            # Every setting: docs/configuration.md. Try it: postern check -c postern.yaml
            version: 1
            listen:
              # Plain HTTP for this machine only. For the network, give it an address and
              # tls: {certificate: certs/gateway.pem, key: certs/gateway.key}
              - address: 127.0.0.1:8080
            # Health and metrics. 'postern reload' and 'postern replay' need a unix socket:
            # admin: {socket: /run/postern/admin.sock}
            admin: {address: 127.0.0.1:9901}
            sources:
              \(preset):
                preset: \(preset)
                path: /hooks/\(preset)
                # \(allowRemark(known))
                allow: {ips: any}
                # \(secretRemark(known)) Mode 0600.
                signature: {secret: \(secretReference(preset))}
            \(schema(known))    forward: {to: http://127.0.0.1:3000/api/webhook}
            audit: {dir: audit, origin: gateway.example.com/audit}

            """
    }

    /// The path of the secret's file that a template refers to, relative to the configuration.
    package static func secretPath(preset: String) -> String { "secrets/\(preset)" }

    private static func secretReference(_ preset: String) -> String { "file:" + secretPath(preset: preset) }

    private static func allowRemark(_ preset: SourcePreset) -> String {
        switch preset.time {
        case .scheme: "List the sender's networks where it publishes them."
        case .event, .none: "List the sender's networks: it signs no time, so a captured delivery stays valid."
        }
    }

    private static func secretRemark(_ preset: SourcePreset) -> String {
        switch preset.name {
        case "01software": "The secret of this webhook URL."
        case "standard", "gitlab": "The signing secret as shown, whsec_ included."
        case "stripe": "The endpoint's signing secret as shown, whsec_ included."
        case "slack": "The app's signing secret."
        case "shopify": "The app's client secret."
        default: "The webhook's secret."
        }
    }

    private static func schema(_ preset: SourcePreset) -> String {
        if preset.schema != nil { return "" }
        return """
                # The path of a JSON Schema, for example schemas/\(preset.name).json.
                schema: none

            """
    }
}
