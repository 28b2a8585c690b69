import GatewayCrypto
package import WebhookVerification

/// Signs requests as the sender of a configured source does, with the source's own scheme and key.
package struct DeliverySigner: Sendable {
    /// Which key signs.
    package enum Choice: Sendable {
        /// The first key of the source.
        case configured
        /// A random key that the source does not have.
        case unknown
    }

    private let scheme: CompiledSignatureScheme
    private let secret: SecretBytes

    /// A signer for `source`; `nil` where it is not signed with a shared secret.
    package init?(_ source: Source) {
        guard case .scheme(let scheme, let keys) = source.signature, let key = keys.first,
            case .secret(let secret) = key.material
        else { return nil }
        self.scheme = scheme
        self.secret = secret
    }

    /// Adds to `request` what the source demands of one made at `time`; `eventID` goes where an id is signed.
    package func sign(
        _ request: inout ComposedRequest,
        at time: Timestamp,
        eventID: String,
        key: Choice = .configured
    ) throws(DeliveryFault) {
        do {
            let chosen =
                switch key {
                case .configured: secret
                case .unknown: try RandomBytes.makeSecret(32)
                }
            try SignatureSigner(scheme: scheme, key: .secret(chosen)).sign(&request, now: time, eventID: eventID)
        } catch {
            throw DeliveryFault("the request cannot be signed: \(error)")
        }
    }
}
