import ArgumentParser
import GatewayConfig

/// Shows and makes configurations.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show and compare configurations, their JSON Schema, or a first file to start from.",
        subcommands: [ShowCommand.self, ConfigDiffCommand.self, SchemaCommand.self, InitCommand.self]
    )

    /// The configuration as it is understood.
    struct ShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Print the configuration; secrets appear as fingerprints only."
        )

        @OptionGroup var source: ConfigurationFile

        @Flag(help: "With every default and everything that presets fill in.")
        var resolved = false

        func run() throws {
            print(ConfigurationRenderer.render(try source.load(warns: true), resolved: resolved), terminator: "")
        }
    }

    /// The JSON Schema for editors.
    struct SchemaCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "schema",
            abstract: "Print the JSON Schema (2020-12) of the configuration."
        )

        func run() { print(ConfigurationSchema.document) }
    }

    /// A first configuration.
    struct InitCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Print a configuration to start from."
        )

        @Option(help: "01software, standard, github, stripe, slack, shopify or gitlab.")
        var preset: String

        func run() throws {
            guard let text = ConfigurationTemplates.initial(preset: preset) else {
                throw ValidationError("There is no preset '\(preset)'.")
            }
            print(text, terminator: "")
        }
    }
}
