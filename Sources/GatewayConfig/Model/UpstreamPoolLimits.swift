/// How much of an upstream is used at once, and when it is left alone; for each target and event loop.
package struct UpstreamPoolLimits: Sendable, Equatable {
    /// Connections.
    package var connections = 64
    /// Deliveries that wait for a connection.
    package var queue = 256
    /// Milliseconds for which they wait.
    package var queueTimeout: Int64 = 5_000
    /// Milliseconds that an unused connection is kept.
    package var keepIdle: Int64 = 30_000
    /// Refused connections in a row after which the target is left alone.
    package var circuitFailures = 20
    /// Milliseconds for which it is left alone, until one delivery tries it again.
    package var circuitPause: Int64 = 1_000

    /// The limits that hold where nothing is written.
    package init() {}
}
