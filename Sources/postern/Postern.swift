import ArgumentParser
import Glibc

/// The command.
@main
struct Postern: ParsableCommand {
    /// The version of this build.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "postern",
        abstract: "A gateway that lets only verified webhook deliveries through, and keeps proof.",
        discussion: """
            Postern stands in front of existing webhook handlers. It judges every delivery - address, signature, \
            time, payload, replay - forwards what is clean byte for byte, refuses the rest, and writes an audit log.

            Try it:   postern demo
            Start:    postern config init --preset 01software > postern.yaml
                      postern check && postern serve
            """,
        version: version,
        subcommands: [
            ServeCommand.self, CheckCommand.self, ConfigCommand.self, ReloadCommand.self, StatusCommand.self,
            DrainCommand.self, HealthcheckCommand.self, ReplayCommand.self,
            DemoCommand.self, SchemesCommand.self, VerifyCommand.self, ExplainCommand.self, LearnCommand.self,
            SignCommand.self, SendCommand.self, SchemaCommand.self,
            SourceCommand.self, AuditCommand.self, KeysCommand.self, CompletionCommand.self, VersionCommand.self,
        ]
    )
}

extension Postern {
    /// Runs the command; help and mistakes are shown with usage lines that fit a terminal.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            let text = UsageLine.broken(fullMessage(for: error))
            if !text.isEmpty {
                if code.isSuccess { print(text) } else { StandardError.line(text) }
            }
            Glibc.exit(code.rawValue)
        }
    }
}

/// Prints the version.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { print("postern \(Postern.version)") }
}
