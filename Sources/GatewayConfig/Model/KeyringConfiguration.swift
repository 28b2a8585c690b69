/// Where the keyring is, what opens it, and how long an old key stays accepted.
package struct KeyringConfiguration: Sendable, Equatable {
    /// The path of the keyring file.
    package let file: String
    /// Where the master key is found.
    package let master: MasterKeySource
    /// How long a replaced key stays accepted, in milliseconds.
    package let overlap: Int64
    /// How old a key may become before it is said that it has to be replaced, in milliseconds; `nil` for no limit.
    package let maxAge: Int64?
}
