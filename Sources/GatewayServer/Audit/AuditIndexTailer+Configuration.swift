import GatewayConfig
import GatewayStorage
import Logging

extension AuditIndexTailer {
    /// The tailer of the log that a configuration describes; `nil` where the log does not say its name.
    convenience init?(_ audit: AuditLogConfiguration, logger: Logger) {
        let directory = "\(audit.directory)/\(audit.node)"
        guard let origin = try? AuditDescription(directory: directory).origin else { return nil }
        self.init(directory: directory, origin: origin, logger: logger)
    }
}
