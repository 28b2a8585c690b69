import ArgumentParser
import GatewayConfig
import Glibc

/// Ends the running gateway without losing a delivery.
struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Drain the running gateway: finish what is in flight, refuse what is new, then end it.",
        discussion: """
            The same as SIGTERM, through the admin socket. With --wait the command returns when the gateway has ended. Exit \
            0: it drains, or has ended. 69: no gateway answers. 75: it has not ended in time.
            """
    )

    @OptionGroup var source: ConfigurationFile

    @Option(help: ArgumentHelp("Wait so many seconds at most for its end.", valueName: "seconds"))
    var wait: Int?

    func validate() throws {
        if let wait, !(1...3600).contains(wait) { throw ValidationError("--wait takes 1 to 3600 seconds.") }
    }

    func run() throws {
        let configuration = try source.load()
        print(try AdminSocket.ask("POST", "/v1/drain", configuration, file: source.file), terminator: "")
        guard let wait, let admin = configuration.admin else { return }
        for _ in 0..<(wait * 10) {
            if AdminClient.send("GET", "/livez", to: admin) == nil { return print("ended") }
            usleep(100_000)
        }
        StandardError.line("postern: the gateway has not ended within \(wait) s")
        throw ExitCodes.temporary
    }
}
