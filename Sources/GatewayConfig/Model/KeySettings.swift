package import WebhookVerification

/// What commands on keys need to know of a configuration, also of one that could not be served for other reasons.
package struct KeySettings: Sendable {
    /// The keyring; `nil` where the file has no usable `keys`.
    package let keyring: KeyringConfiguration?
    /// The directory of the audit log; `nil` where `audit` is not usable.
    package let auditDirectory: String?
    /// The node's name in the audit log; `nil` where `audit` is not usable.
    package let auditNode: String?
    /// Where the running gateway can be asked; `nil` where the file has no `admin`.
    package let admin: AdminConfiguration?
    /// The scheme of every source that has a usable one.
    package let schemes: [String: SignatureScheme]
    /// What is wrong under `keys`, or keeps the whole file from being read.
    package let mistakes: [ConfigurationMistake]
}

extension KeySettings {
    /// Nothing is known: the file could not be read.
    init(failed log: MistakeLog) {
        self.init(
            keyring: nil,
            auditDirectory: nil,
            auditNode: nil,
            admin: nil,
            schemes: [:],
            mistakes: log.sortedMistakes
        )
    }
}
