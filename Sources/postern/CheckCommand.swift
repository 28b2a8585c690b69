import ArgumentParser
import GatewayConfig
import GatewayServer

/// Judges a configuration without serving.
struct CheckCommand: ParsableCommand {
    /// How the result is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a configuration: every mistake with file:line:column.",
        discussion: "Exit 0: it can be served. 2: warnings, with --strict. 78: mistakes."
    )

    @OptionGroup var source: ConfigurationFile

    @Flag(help: "Warnings are failures.")
    var strict = false

    @Option(help: "text or json.")
    var format = Format.text

    /// What is to be said about the keyring; ends the command where the gateway would not start with it.
    private func keyringRemarks(_ configuration: GatewayConfiguration) throws -> [String] {
        do throws(GatewayStartFault) {
            let remarks = try KeyringCheck.run(configuration)
            for remark in remarks { StandardError.line("warning: \(remark)") }
            return remarks
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.of(error)
        }
    }

    func run() throws {
        let result = source.result()
        switch format {
        case .json: print(CheckReport.json(result))
        case .text:
            for warning in result.warnings { StandardError.line("warning: \(warning)") }
            for mistake in result.mistakes { StandardError.line("\(mistake)") }
        }
        guard let configuration = result.configuration else { throw ExitCodes.configuration }
        let remarks = try keyringRemarks(configuration)
        if case .text = format {
            print("\(source.file): ok, \(configuration.sources.count) sources, digest \(configuration.digest)")
        }
        if strict, !result.warnings.isEmpty || !remarks.isEmpty { throw ExitCodes.attention }
    }
}
