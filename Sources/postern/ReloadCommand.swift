import ArgumentParser
import GatewayConfig

/// Makes the running gateway read its configuration anew.
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Make the running gateway take the configuration as it is now.",
        discussion: "Through the admin socket. Exit 0: applied. 78: refused, nothing changed. 69: no gateway answers."
    )

    @OptionGroup var source: ConfigurationFile

    func run() throws {
        guard let admin = try source.load().admin, admin.socket != nil else {
            StandardError.line("postern: \(source.file): no 'admin: socket', where a reload could be asked for")
            throw ExitCodes.configuration
        }
        guard let reply = AdminClient.send("POST", "/v1/reload", to: admin) else {
            StandardError.line(
                "postern: no gateway answers on \(admin.socket ?? ""); if 'admin' itself changed, send it SIGHUP instead"
            )
            throw ExitCodes.unavailable
        }
        guard reply.status == 200 else {
            let text = reply.body.hasSuffix("\n") ? String(reply.body.dropLast()) : reply.body
            StandardError.line("postern: refused: \(text)")
            throw ExitCodes.configuration
        }
        print(reply.body, terminator: "")
    }
}
