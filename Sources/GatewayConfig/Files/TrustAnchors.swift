internal import GatewayCrypto
package import WebhookVerification

/// The trust anchors that senders' certificates have to lead to.
package enum TrustAnchors {
    /// The PEM text for keys of this form: of its file, or of the system's; empty where none is needed or can be read.
    ///
    /// Nothing leads to no anchors. Throws where the file cannot be read.
    package static func read(for form: SignatureScheme.KeyForm) throws(FileReader.Fault) -> [UInt8] {
        guard !form.certificateNames.isEmpty else { return [] }
        let path = form.trust ?? KeyMaterialReader.systemAnchors
        return try FileReader.read(path, trust: .configuration, limit: 1 << 20)
    }
}
