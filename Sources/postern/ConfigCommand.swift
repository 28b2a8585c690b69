import ArgumentParser
import GatewayConfig

/// Shows and makes configurations.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the configuration, its JSON Schema, or a first file to start from.",
        subcommands: [ShowCommand.self, DiffCommand.self, SchemaCommand.self, InitCommand.self]
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
            print(ConfigurationRenderer.render(try source.load(), resolved: resolved), terminator: "")
        }
    }

    /// What would change.
    struct DiffCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract: "Compare what the configuration means with another file, or with the running gateway.",
            discussion: """
                postern config diff --running      what a reload would change
                postern config diff other.yaml     what the other file says differently
                Everything that presets and defaults fill in is compared; secrets by their fingerprints. Lines that would go begin \
                with -, lines that would come with +. Exit 0: the same. 1: different. 69: no gateway answers.
                """
        )

        @OptionGroup var source: ConfigurationFile

        @Flag(help: "Compare with the gateway that runs; through the admin socket.")
        var running = false

        @Argument(help: "The other file.")
        var other: String?

        func validate() throws {
            if running == (other != nil) { throw ValidationError("One of --running and another file is needed.") }
        }

        func run() throws {
            let configuration = try source.load()
            let own = ConfigurationRenderer.render(configuration, resolved: true)
            let theirs = try otherText(configuration)
            let lines =
                running
                ? TextDifference.lines(from: theirs, to: own) : TextDifference.lines(from: own, to: theirs)
            for line in lines { print(line) }
            if !lines.isEmpty { throw ExitCodes.negative }
        }

        private func otherText(_ configuration: GatewayConfiguration) throws -> String {
            if let other {
                var file = ConfigurationFile()
                file.file = other
                file.dev = source.dev
                return ConfigurationRenderer.render(try file.load(), resolved: true)
            }
            return try AdminSocket.ask("GET", "/v1/config", configuration, file: source.file)
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
