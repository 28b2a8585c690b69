import ArgumentParser
import GatewayConfig
import GatewayServer
import WebhookVerification

/// Finds a source of a configuration by its name.
enum SourceChoice {
    /// The source called `name`; ends the command with 78 where there is none.
    static func find(_ name: String, in configuration: GatewayConfiguration) throws -> Source {
        let sources: [Source]
        do throws(DeliveryFault) {
            sources = try ConfiguredSources.load(configuration)
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.configuration
        }
        if let source = sources.first(where: { $0.name == name }) { return source }
        let names = configuration.sources.map(\.name).joined(separator: ", ")
        StandardError.line("postern: \(configuration.file): there is no source '\(name)'; there are \(names)")
        throw ExitCodes.configuration
    }
}
