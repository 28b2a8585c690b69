import ArgumentParser
import GatewayConfig
import GatewayServer

/// How commands come to the monthly keys.
enum RedactionOptions {
    /// The keys of a configuration; says why there are none.
    static func reader(_ configuration: GatewayConfiguration) throws -> RedactionReader {
        do throws(GatewayStartFault) {
            return try RedactionReader(configuration)
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.of(error)
        }
    }
}
