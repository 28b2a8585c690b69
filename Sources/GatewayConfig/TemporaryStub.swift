package enum ConfigurationRenderer { package static func render(_ c: GatewayConfiguration, resolved: Bool) -> String { "" } }
package enum ConfigurationSchema { package static let document = "{}" }
package enum ConfigurationTemplates { package static func initial(preset: String) -> String? { nil } }
