import GatewayCrypto
import WebhookVerification

/// What a handler receives beside the body.
struct ForwardingRules: Sendable {
    /// Names copied from the client's head: `content-type`, `user-agent`, the preset's, and those configured.
    let fields: [FieldName]
    /// The key of `Postern-Verified`; `nil` where it is not sent.
    let outboundKey: SecretBytes?

    /// Whether a field with this name is copied.
    func copies(_ name: Span<UInt8>) -> Bool {
        for field in fields where field.bytes.count == name.count && field.matches(name) { return true }
        return false
    }
}
