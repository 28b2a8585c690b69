import GatewayConfig
import NIOSSL
import WebhookVerification

/// Everything a configuration says, built and immutable: a request is judged by exactly one snapshot (I9).
///
/// A reload builds a new one and swaps the reference; the old one lives until its last request has ended.
final class GatewaySnapshot: Sendable {
    /// Counts the snapshots of this process from 1.
    let generation: Int
    let configuration: GatewayConfiguration
    let table: RouteTable
    let upstreams: [Upstream]
    /// Recognises requests that this gateway forwarded itself.
    let loopGuard: LoopGuard
    /// Counts requests while this snapshot is in force.
    let rates: RateLimiter
    /// `Postern-Source: NAME CRLF` of each source.
    let sourceLines: [[UInt8]]
    /// Sources whose refused deliveries are looked into, by index; `nil` for the others.
    let diagnosed: [DiagnosedSource?]
    /// The digest in audit entries.
    let digest: UInt64

    /// Builds the snapshot: routes, upstreams and the contexts that verify them.
    ///
    /// - Throws: where the system's or the configured authorities cannot be loaded.
    init(_ configuration: GatewayConfiguration, generation: Int) throws {
        self.generation = generation
        self.configuration = configuration
        table = RouteTable(sources: configuration.sources, reachableFrom: GatewaySnapshot.union(configuration.sources))
        let loopGuard = LoopGuard(origin: configuration.audit.origin, node: configuration.audit.node)
        self.loopGuard = loopGuard
        upstreams = try configuration.upstreams.enumerated().map { index, upstream in
            let usesTLS = upstream.targets.contains { $0.usesTLS }
            let tls = usesTLS ? try TLSContexts.client(upstream) : nil
            return Upstream(upstream, index: index, tls: tls, via: loopGuard.name)
        }
        rates = RateLimiter(configuration.sources.map(\.rate))
        sourceLines = configuration.sources.map { Array("Postern-Source: \($0.name)\r\n".utf8) }
        diagnosed = zip(configuration.sources, configuration.origins).map { source, origin in
            origin.postmortem == .on ? DiagnosedSource(source) : nil
        }
        digest = UInt64(configuration.digest, radix: 16) ?? 0
    }

    private static func union(_ sources: [Source]) -> AllowList {
        var sets: [IPNetworkSet] = []
        for source in sources {
            // A source that only watches its allow list is reachable from everywhere.
            guard case .networks(let networks) = source.allow, !source.shadow.contains(.address) else { return .any }
            sets.append(networks)
        }
        return .networks(IPNetworkSet.union(sets))
    }
}
