internal import WebhookVerification

/// Writes configurations for people: `postern config show` and `postern config show --resolved`.
///
/// Secrets are never shown, only where they come from and, resolved, how to recognise them.
package enum ConfigurationRenderer {
    /// The configuration as text, `resolved` with everything that presets and defaults fill in.
    package static func render(_ configuration: GatewayConfiguration, resolved: Bool) -> String {
        resolved ? self.resolved(configuration) : configuration.written
    }

    /// What a file says: its values in one form, comments left out, references not replaced, literal secrets hidden.
    static func written(_ tree: ConfigNode) -> String { yaml(tree, key: "").document }

    /// What a configuration means: every setting with the value that holds, presets spelt out.
    ///
    /// Can be loaded again and then means the same.
    static func resolved(_ configuration: GatewayConfiguration) -> String {
        "# \(configuration.file), digest \(configuration.digest)\n" + ResolvedConfiguration(configuration).yaml.document
    }

    private static func yaml(_ node: ConfigNode, key: String) -> YAMLText {
        switch node.content {
        case .mapping(let members): return .mapping(members.map { ($0.key, yaml($0.value, key: $0.key)) })
        case .sequence(let items): return .list(items.map { yaml($0, key: key) })
        case .scalar(let scalar):
            if key == "secret" || key == "outbound_key" { return .text(hidden(scalar.written)) }
            switch node.kind {
            case .text?, nil: return .text(scalar.written)
            case .null?, .boolean?, .ambiguousBoolean?, .number?:
                return .plain(scalar.written.isEmpty ? "null" : scalar.written)
            }
        }
    }

    private static func hidden(_ text: String) -> String {
        let prefixes = ["file:", "env:", "credential:", "keyring:"]
        return prefixes.contains(where: text.hasPrefix) ? text : "(literal secret)"
    }
}
