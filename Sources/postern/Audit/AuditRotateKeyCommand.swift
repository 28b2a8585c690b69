import ArgumentParser
import GatewayConfig
import GatewayServer

/// Replaces the signing key of the log.
struct AuditRotateKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Put a new signing key in the place of the log's key; both sign for a while.",
        discussion: "Hand the new verifier key to auditors before the overlap ends. The log records the change."
    )

    @OptionGroup var options: AuditActOptions

    @Option(help: "How long the old key goes on signing, for example 30d.")
    var overlap = "30d"

    func run() throws {
        guard let milliseconds = try? Units.duration(overlap) else {
            throw ValidationError("--overlap has to be a duration such as 12h or 30d.")
        }
        try options.perform(.rotateKey(overlap: milliseconds / 1000))
    }
}
