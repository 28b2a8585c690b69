import ArgumentParser
import GatewayConfig

/// Asks the running gateway whether it is ready.
struct HealthcheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Ask the running gateway whether it takes deliveries.",
        discussion: "Exit 0: ready. 1: not ready, with the reasons. 69: no gateway answers."
    )

    @OptionGroup var source: ConfigurationFile

    func run() throws {
        guard let admin = try source.load().admin else {
            StandardError.line("postern: \(source.file): no 'admin', where the gateway could be asked")
            throw ExitCodes.configuration
        }
        guard let reply = AdminClient.send("GET", "/readyz", to: admin) else {
            StandardError.line("postern: no gateway answers")
            throw ExitCodes.unavailable
        }
        print(reply.body, terminator: "")
        if reply.status != 200 { throw ExitCodes.negative }
    }
}
