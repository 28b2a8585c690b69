import AuditLog
import GatewayConfig
import GatewayStorage
import Logging
import WebhookVerification

/// After a start: admissions that the process before left without an outcome are reported as unknown.
///
/// Source: `docs/audit-log-format.md`, unknown outcomes.
enum OpenAdmissions {
    static func report(_ audit: AuditLogConfiguration, at writer: AuditWriter, logger: Logger) {
        let found: [AuditOpenAdmission]
        do throws(FileFailure) {
            found = try AuditOpenAdmission.find(directory: "\(audit.directory)/\(audit.node)")
        } catch {
            logger.error("admissions without outcome not looked for", metadata: ["cause": "\(error)"])
            return
        }
        guard !found.isEmpty else { return }
        logger.warning("deliveries whose outcome is unknown", metadata: ["count": "\(found.count)"])
        let now = GatewayClock.now().microseconds
        for admission in found { writer.record(admission.outcome(time: now)) }
    }
}
