import ArgumentParser
import GatewayConfig
import GatewayServer
import Glibc
import Logging

/// Runs the gateway.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the gateway.",
        usage: """
            postern serve [-c FILE] [--dev] [--loops N] [--ready-fd N] [--allow-root]
                          [--forget-replays]
            """,
        discussion: """
            SIGTERM or SIGINT drains: what is in flight is finished, new requests get 503, exit 0. A second signal ends \
            at once. SIGHUP reads the configuration anew; a broken file changes nothing and the log says why.
            """
    )

    @OptionGroup var source: ConfigurationFile

    @Option(help: "Event loops; 0 means one for each core.")
    var loops = 0

    @Option(help: "A descriptor that gets one line of JSON with the bound addresses, then is closed.")
    var readyFd: Int32?

    @Flag(help: "Run although the user is root.")
    var allowRoot = false

    @Flag(help: "Make a replay key that is gone anew: earlier deliveries can pass once more.")
    var forgetReplays = false

    func validate() throws {
        if loops < 0 || loops > 256 { throw ValidationError("--loops has to be from 0 to 256.") }
    }

    func run() throws {
        if geteuid() == 0, !allowRoot, !source.dev {
            StandardError.line("postern: not as root: use a user of its own, or --allow-root")
            throw ExitCodes.permission
        }
        ProcessHardening.apply()
        let signals = SignalWatcher()
        let configuration = try source.load(warns: true)
        let level = Logger.Level(rawValue: configuration.telemetry.logLevel.rawValue) ?? .info
        let logger = Logger(label: "postern") { JSONLogHandler(label: $0, level: level) }
        let file = source
        let options = Gateway.Options(
            loops: loops == 0 ? max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) : loops,
            version: Postern.version,
            logger: logger,
            forgetsReplays: forgetReplays,
            load: { ServeCommand.loadAgain(file) },
            requestStop: { kill(getpid(), SIGTERM) }
        )
        let gateway: Gateway
        do {
            gateway = try Gateway.start(configuration, options: options)
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.of(error)
        }
        logger.notice(
            "listening",
            metadata: ["addresses": "\(gateway.addresses.joined(separator: " "))", "digest": "\(configuration.digest)"]
        )
        if let readyFd { ReadyLine.write(gateway, to: readyFd) }
        StartPages.giveBack()
        wait(for: signals, gateway)
    }

    private func wait(for signals: SignalWatcher, _ gateway: Gateway) {
        while true {
            switch signals.next() {
            case .reload: _ = gateway.reloadFromFile()
            case .stop(let name):
                signals.endAtOnceOnNext()
                gateway.stop(reason: name)
                return
            }
        }
    }

    /// The configuration as it is now, or its mistakes in one text.
    private static func loadAgain(_ source: ConfigurationFile) -> Result<GatewayConfiguration, GatewayStartFault> {
        let result = source.result()
        guard let configuration = result.configuration else {
            let text = result.mistakes.map { "\($0)" }.joined(separator: "; ")
            return .failure(GatewayStartFault(.configuration, text))
        }
        return .success(configuration)
    }
}
