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

    /// Loads the file; prints every mistake and ends the command with 78 where there are any.
    ///
    /// Its warnings are for `check`, and for whoever starts the gateway.
    func load(warns: Bool = false) throws -> GatewayConfiguration {
        let result = result()
        if warns { for warning in result.warnings { StandardError.line("warning: \(warning)") } }
        for mistake in result.mistakes { StandardError.line("\(mistake)") }
        guard let configuration = result.configuration else { throw ExitCodes.configuration }
        return configuration
    }
}
