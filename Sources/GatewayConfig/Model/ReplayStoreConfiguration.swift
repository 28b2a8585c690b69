/// The store that remembers deliveries: in the memory of this process, rebuilt from the audit log at start.
package struct ReplayStoreConfiguration: Sendable, Equatable {
    /// How many deliveries are remembered at once.
    package let maxEntries: Int
}
