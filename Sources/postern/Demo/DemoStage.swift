import GatewayConfig
import GatewayServer
import Logging
import WebhookVerification

/// Everything the demo has running: the application, the gateway in front of it, and a sender.
struct DemoStage {
    let site: DemoSite
    let application: ExampleApplication
    let handler: HandlerServer
    let gateway: Gateway
    let client: DeliveryClient
    /// The port of the gateway.
    let port: Int

    /// Writes the files of `site` and starts everything.
    init(_ site: DemoSite, now: Timestamp) throws {
        self.site = site
        try site.writeKeys(now: now.seconds)
        guard let secret = SmallFile.read(site.secret(.cms)) else {
            throw DemoFault("\(site.secret(.cms)): cannot be read")
        }
        let application = ExampleApplication(softwareSecret: secret, routes: DemoSender.allCases.compactMap(\.route))
        self.application = application
        handler = try HandlerServer { application.answer($0) }
        try site.writeConfiguration(handlerPort: handler.port)
        let result = site.load()
        guard let configuration = result.configuration else {
            throw DemoFault(result.mistakes.map { "\($0)" }.joined(separator: "\n"))
        }
        let options = Gateway.Options(
            loops: 1,
            version: Postern.version,
            logger: Logger(label: "postern") { JSONLogHandler(label: $0, level: .error) },
            load: {
                let result = site.load()
                let mistakes = result.mistakes.map { "\($0)" }.joined(separator: "; ")
                return result.configuration.map { .success($0) }
                    ?? .failure(GatewayStartFault(.configuration, mistakes))
            }
        )
        gateway = try Gateway.start(configuration, options: options)
        guard let digits = gateway.addresses.first?.split(separator: ":").last, let port = Int(digits) else {
            throw DemoFault("the gateway listens nowhere")
        }
        self.port = port
        client = try DeliveryClient(port: port, certificate: site.certificate)
    }

    /// Stops everything, the sender first.
    func stop() {
        client.close()
        gateway.stop(reason: "demo ended")
        handler.close()
    }
}

/// Why the demo cannot go on.
struct DemoFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
