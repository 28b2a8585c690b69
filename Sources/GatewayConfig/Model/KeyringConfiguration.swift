/// Where the keyring is, what opens it, and how long an old key stays accepted.
package struct KeyringConfiguration: Sendable, Equatable {
    /// The path of the keyring file.
    package let file: String
    /// Where the master key is found.
    package let master: MasterKeySource
    /// How long a replaced key stays accepted, in milliseconds.
    package let overlap: Int64
}
