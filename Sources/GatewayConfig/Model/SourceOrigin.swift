package import WebhookVerification

/// What a source was written as, where its compiled rules no longer say it: for `config show` and messages.
package struct SourceOrigin: Sendable {
    /// The preset; `nil` for none.
    package let preset: String?
    /// The networks as written; `nil` for `any`.
    package let networks: [IPNetwork]?
    /// The reference of the source's schema: a path, `builtin:NAME` or `none`.
    package let schema: String
    /// The references of the rules' schemas, by position; `nil` for rules without one.
    package let ruleSchemas: [String?]
    /// The keys in the order of `SignatureRule`, with their references; empty where nothing is signed.
    package let keys: [SecretUse]
    /// The patterns of `event.allow` as written.
    package let allowedEvents: [String]
    /// The text of `event.type`, as written or as the preset has it.
    package let eventType: String?
    /// Where the outbound key was found; `nil` for none.
    package let outboundKey: SecretUse?
    /// Where the challenge's verify token was found; `nil` for none.
    package let verifyToken: SecretUse?

    /// The entry of the keyring that holds the source's keys; `nil` where they stand in the configuration.
    package var keyringEntry: String? {
        if case .keyring(let name)? = keys.first?.reference { return name }
        return nil
    }
}
