/// A key set that is fetched from its sender now and then, and kept in a file.
package struct KeySetFetch: Sendable, Hashable {
    /// The name of the source.
    package let source: String
    /// The id of the key whose `secret` names the file.
    package let keyID: String
    /// The file that the set is kept in, and read from like any other key.
    package let path: String
    /// Where the set is; the only place that is ever asked.
    package let url: UpstreamTarget
    /// How old the file may grow, in milliseconds.
    package let every: Int64
    /// The file with the authorities to trust instead of the system's; `nil` for the system's.
    package let authorities: String?
}
