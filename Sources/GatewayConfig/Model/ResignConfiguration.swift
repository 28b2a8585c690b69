package import WebhookVerification

/// The signature that a handler gets in the place of the sender's.
package struct ResignConfiguration: Sendable {
    /// The entry of the keyring whose primary signs.
    package let entry: String
    /// What the signature is like.
    package let form: DeliveryResigner.Form
    /// How the sender signs; `nil` for a source without signatures.
    package let scheme: CompiledSignatureScheme?
}
