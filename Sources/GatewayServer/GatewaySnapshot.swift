import GatewayConfig
import GatewayCrypto
import GatewayStorage
import NIOSSL
import WebhookVerification

/// Everything a configuration says, built and immutable: a request is judged by exactly one snapshot (I9).
///
/// A reload builds a new one and swaps the reference; the old one lives until its last request has ended.
final class GatewaySnapshot: Sendable {
    /// Counts the snapshots of this process from 1.
    let generation: Int
    /// The generation of the upstreams: the same while only keys change, so that pools stay.
    let upstreamGeneration: Int
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
    /// The keyring; `nil` where the configuration has none.
    let keyring: KeyringFile.Opened?
    /// The keyring's revision in audit entries; negative without a keyring.
    let keyringRevision: Int
    /// The monthly keys that hide what audit entries must not show; `nil` without a keyring.
    let redaction: RedactionKeys?
    /// How entries of requests are recorded that came to no source.
    let unroutedAudit: AuditFieldRules
    /// The key of `Postern-Verified` of each upstream.
    let outboundKeys: [SecretBytes?]
    /// Upstreams whose outbound key was taken away while the gateway ran: nothing is forwarded without its signature.
    let keylessUpstreams: Set<Int>
    /// What signs deliveries for handlers anew, by upstream; empty where none is.
    let resigners: [DeliveryResigner?]

    /// Builds the snapshot: routes, upstreams and the contexts that verify them.
    ///
    /// - Throws: where the system's or the configured authorities cannot be loaded.
    init(_ configuration: GatewayConfiguration, keyring: KeyringFile.Opened?, generation: Int) throws {
        self.generation = generation
        upstreamGeneration = generation
        self.keyring = keyring
        keyringRevision = keyring.map { Int($0.keyring.revision) } ?? -1
        redaction = try keyring.map { try RedactionKeys($0.keyring) }
        unroutedAudit = .standard(hasKeyring: keyring != nil)
        let sources = try KeyringKeys.sources(configuration, keyring)
        try KeyringNeed.require(configuration, keyring, now: GatewayClock.now())
        (outboundKeys, keylessUpstreams) = (try KeyringKeys.outbound(configuration, keyring), [])
        resigners = try KeyringKeys.resigners(configuration, keyring)
        self.configuration = configuration
        table = RouteTable(sources: sources, reachableFrom: GatewaySnapshot.union(sources))
        let loopGuard = LoopGuard(origin: configuration.audit.origin, node: configuration.audit.node)
        self.loopGuard = loopGuard
        upstreams = try configuration.upstreams.enumerated().map { index, upstream in
            let usesTLS = upstream.targets.contains { $0.usesTLS }
            let tls = usesTLS ? try TLSContexts.client(upstream) : nil
            return Upstream(upstream, index: index, tls: tls, via: loopGuard.name)
        }
        rates = RateLimiter(configuration.sources.map(\.rate))
        sourceLines = configuration.sources.map { Array("Postern-Source: \($0.name)\r\n".utf8) }
        diagnosed = GatewaySnapshot.diagnosed(sources, configuration)
        digest = UInt64(configuration.digest, radix: 16) ?? 0
    }

    /// The same with other keys.
    init(_ old: GatewaySnapshot, keyring: KeyringFile.Opened) throws(GatewayStartFault) {
        generation = old.generation + 1
        upstreamGeneration = old.upstreamGeneration
        configuration = old.configuration
        self.keyring = keyring
        keyringRevision = Int(keyring.keyring.revision)
        do throws(KeyringFault) {
            redaction = try RedactionKeys(keyring.keyring)
        } catch {
            throw GatewayStartFault(.configuration, "\(error)")
        }
        unroutedAudit = old.unroutedAudit
        let sources = try KeyringKeys.sources(old.configuration, keyring)
        (outboundKeys, keylessUpstreams) = try KeyringKeys.outboundLeft(old.configuration, keyring)
        resigners = try KeyringKeys.resigners(old.configuration, keyring, without: keylessUpstreams)
        table = RouteTable(sources: sources, reachableFrom: GatewaySnapshot.union(sources))
        upstreams = old.upstreams
        loopGuard = old.loopGuard
        rates = old.rates
        sourceLines = old.sourceLines
        diagnosed = GatewaySnapshot.diagnosed(sources, configuration)
        digest = old.digest
    }

    private static func diagnosed(_ sources: [Source], _ configuration: GatewayConfiguration) -> [DiagnosedSource?] {
        zip(sources, configuration.origins).map { source, origin in
            origin.postmortem == .on ? DiagnosedSource(source) : nil
        }
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
