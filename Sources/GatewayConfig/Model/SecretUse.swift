/// A secret that a configuration uses: where it came from and how to recognise it, never what it is.
package struct SecretUse: Sendable, Hashable {
    /// The place in the configuration, for example `sources.cms.signature`.
    package let place: String
    /// The id of the signing key; `nil` for outbound keys.
    package let keyID: String?
    /// Where the secret was found.
    package let reference: SecretReference
    /// Eight hexadecimal digits of SHA-256 over a label and the secret; for comparing, not for proving.
    package let fingerprint: String
    /// How the file is brought up to date; `nil` where the operator does it.
    package var fetch: KeySetFetch?
    /// The state as written, for a key set that has not been fetched yet.
    package var state: String?
}
