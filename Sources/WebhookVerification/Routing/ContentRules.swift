/// What the head of a delivery may announce.
package struct ContentRules: Sendable {
    /// What happens to a body with a content coding other than identity.
    package enum Coding: Sendable, Equatable {
        /// 415: nothing is ever decompressed.
        case refuse
        /// Verified and forwarded as it came; only where no schema is enforced.
        case forward
    }

    /// Whether the client's query goes to the upstream although no signature covers it.
    package enum Query: Sendable, Equatable {
        case drop
        case forward
    }

    /// Accepted methods, exact case; `POST` unless configured.
    package let methods: [[UInt8]]
    /// Accepted media types in lower case without parameters, for example `application/json`.
    package let mediaTypes: [[UInt8]]
    /// What happens to coded bodies.
    package let coding: Coding
    /// What happens to the query.
    package let query: Query
    /// Largest body in bytes.
    package let bodyLimit: Int

    /// Makes the rules.
    package init(methods: [[UInt8]], mediaTypes: [[UInt8]], coding: Coding, query: Query, bodyLimit: Int) {
        self.methods = methods
        self.mediaTypes = mediaTypes
        self.coding = coding
        self.query = query
        self.bodyLimit = bodyLimit
    }
}
