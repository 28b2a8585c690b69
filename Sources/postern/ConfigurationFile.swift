import ArgumentParser
import GatewayConfig
import GatewayServer
import Glibc

/// Which configuration a command uses.
struct ConfigurationFile: ParsableArguments {
    @Option(name: [.customShort("c"), .customLong("config")], help: "The configuration file.")
    var file = "postern.yaml"

    @Flag(help: "Allow what is for development only: the certificates in certs/, secrets in the file.")
    var dev = false

    /// Loads the file and says everything that is wrong with it.
    func result() -> ConfigurationLoader.Result {
        ConfigurationLoader.load(file: file, environment: Environment.all, mode: dev ? .development : .production)
    }

    /// Loads the file for a command that only asks a running gateway: its warnings were seen by others.
    func loadQuietly() throws -> GatewayConfiguration {
        let result = result()
        for mistake in result.mistakes { StandardError.line("\(mistake)") }
        guard let configuration = result.configuration else { throw ExitCodes.configuration }
        return configuration
    }

    /// Loads the file; prints every mistake and ends the command with 78 where there are any.
    func load() throws -> GatewayConfiguration {
        let result = result()
        for warning in result.warnings { StandardError.line("warning: \(warning)") }
        for mistake in result.mistakes { StandardError.line("\(mistake)") }
        guard let configuration = result.configuration else { throw ExitCodes.configuration }
        return configuration
    }
}
