import ArgumentParser
import GatewayConfig

/// Asks the running gateway, and ends the command where that is not possible.
enum AdminSocket {
    /// The body of an answer with 200.
    static func ask(
        _ method: String,
        _ path: String,
        _ configuration: GatewayConfiguration,
        file: String
    ) throws -> String {
        guard let admin = configuration.admin else {
            StandardError.line("postern: \(file): no 'admin', where the gateway could be asked")
            throw ExitCodes.configuration
        }
        guard let reply = AdminClient.send(method, path, to: admin) else {
            StandardError.line("postern: no gateway answers")
            throw ExitCodes.unavailable
        }
        guard reply.status == 200 else {
            StandardError.line("postern: the gateway refuses: \(reply.body.split(separator: "\n").first ?? "")")
            throw ExitCodes.unavailable
        }
        return reply.body
    }
}
