import GatewayConfig
import NIOSSL

/// Where a source's valid deliveries go: one or more endpoints, tried in order while no byte has left.
///
/// Immutable; shared by all event loops; comes from the configuration only, never from a request (R-FWD-10).
final class Upstream: Sendable {
    let index: Int
    /// The name in audit entries and metrics.
    let name: String
    let endpoints: [UpstreamEndpoint]
    let deadlines: UpstreamEndpoint.Deadlines
    /// Nanoseconds that an exchange takes at most: waiting for and making connections to all endpoints, then the exchange.
    let longest: Int64
    /// The statuses that finish a delivery.
    let completion: StatusSet
    let forwarding: ForwardingRules

    init(_ configuration: UpstreamConfiguration, index: Int, tls: NIOSSLContext?, via: [UInt8]) {
        self.index = index
        name = configuration.name
        let deadlines = UpstreamEndpoint.Deadlines(
            connect: configuration.connectTimeout &* 1_000_000,
            firstByte: configuration.firstByteTimeout &* 1_000_000,
            total: configuration.deadline &* 1_000_000
        )
        self.deadlines = deadlines
        let perEndpoint = deadlines.connect &+ configuration.pool.queueTimeout &* 1_000_000
        longest = Int64(configuration.targets.count) &* perEndpoint &+ deadlines.total
        endpoints = configuration.targets.map {
            UpstreamEndpoint($0, upstream: configuration, deadlines: deadlines, tls: $0.usesTLS ? tls : nil, via: via)
        }
        completion = configuration.completion
        forwarding = ForwardingRules(fields: configuration.headers, outboundKey: configuration.outboundKey)
    }
}
