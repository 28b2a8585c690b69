import AuditLog
import GatewayCrypto
import GatewayStorage

/// Verifies the audit log of a gateway in this directory, as an auditor would, with the log's public key.
package struct AuditProof: Sendable {
    /// How many entries the log has.
    package let size: Int
    /// How many of them the newest signed checkpoint covers.
    package let signedSize: Int
    /// The root hash over all entries (RFC 9162 section 2.1), in hexadecimal digits.
    package let root: String

    /// Reads and verifies the log of `node` below `directory`, with the configured `origin`; it may be written meanwhile.
    ///
    /// Throws what is wrong with it. The public key is taken from the log's own key, so this proves consistency to
    /// whoever trusts the directory; an auditor brings the public key along.
    package init(directory: String, node: String, origin: String) throws(DeliveryFault) {
        do {
            // Each node of an origin has a log of its own name.
            let base = "\(origin)/\(node)"
            let origin = (try? AuditDescription(directory: "\(directory)/\(node)"))?.origin ?? base
            let key = try AuditNoteSigner.verifierKey(AuditKeyFile(path: "\(directory)/\(node).key"), origin: origin)
            let report = try AuditVerification(directory: "\(directory)/\(node)").run(origin: origin, keys: [key])
            size = Int(clamping: report.size)
            signedSize = Int(clamping: report.signedSize)
            root = report.root.hex
        } catch {
            throw DeliveryFault("the audit log cannot be verified: \(error)")
        }
    }
}
