/// Where a source's deliveries arrive: an exact path, and a host where the source is bound to one.
package struct Route: Sendable, Hashable {
    /// The authority in lower case without a default port; `nil` matches every host that is served.
    package let host: [UInt8]?
    /// The raw bytes of the path; compared exactly, nothing is decoded or normalised (R-H1-30).
    package let path: [UInt8]

    /// Makes a route.
    package init(host: [UInt8]?, path: [UInt8]) {
        self.host = host
        self.path = path
    }
}
