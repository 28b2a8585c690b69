import AuditLog
import GatewayCrypto
import HTTPCodec
import NIOCore
import WebhookVerification

/// All that one event loop owns: nothing on the wire path leaves its loop, but for the audit writer.
///
/// Every field is owned by the event loop.
final class LoopContext {
    let loop: any EventLoop
    let wheel: DeadlineWheel
    let replay: any ReplayStore
    let recorder: AuditRecorder
    let postMortems: PostMortems
    /// Shared by all loops; looked at for requests that may be handshakes only.
    let challenges: ChallengeDesk
    /// Shared by all loops; told of unknown keys only.
    let keySets: KeySetFetcher
    let ids = RequestIDs()
    var date = HTTPDateLine()
    /// Makes the buffers of answers.
    let allocator = ByteBufferAllocator()
    var metrics: LoopMetrics
    /// The gateway is stopping: what is in flight is finished, new requests are refused.
    var isDraining = false
    private(set) var snapshot: GatewaySnapshot
    private(set) var verifier: DeliveryVerifier
    /// For each upstream, a pool for each of its endpoints.
    private(set) var pools: [[UpstreamPool]]
    /// The keyed context of `Postern-Verified` for each upstream.
    private(set) var attestations: [HMACContext?]
    /// Connections that are open on this loop, to be ended when the gateway stops.
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]

    init(
        loop: any EventLoop,
        snapshot: GatewaySnapshot,
        verifier: DeliveryVerifier,
        replay: any ReplayStore,
        recorder: AuditRecorder,
        postMortems: PostMortems,
        challenges: ChallengeDesk,
        keySets: KeySetFetcher
    ) throws(CryptoFault) {
        self.keySets = keySets
        self.loop = loop
        self.challenges = challenges
        self.snapshot = snapshot
        self.verifier = verifier
        self.replay = replay
        self.recorder = recorder
        self.postMortems = postMortems
        let wheel = DeadlineWheel(now: GatewayClock.monotonic())
        self.wheel = wheel
        pools = snapshot.upstreams.map { $0.endpoints.map { UpstreamPool(target: $0, wheel: wheel, loop: loop) } }
        metrics = LoopMetrics(sourceCount: snapshot.table.sources.count)
        attestations = try LoopContext.attestations(snapshot)
        recorder.redactor = try LoopContext.redactor(snapshot)
    }

    /// Takes a new snapshot; requests under way keep the one they were judged by.
    func replace(_ snapshot: GatewaySnapshot, verifier: DeliveryVerifier) throws(CryptoFault) {
        attestations = try LoopContext.attestations(snapshot)
        recorder.redactor = try LoopContext.redactor(snapshot)
        let old = pools
        metrics.sources = counters(for: snapshot)
        self.snapshot = snapshot
        self.verifier = verifier
        pools = snapshot.upstreams.map { $0.endpoints.map { UpstreamPool(target: $0, wheel: wheel, loop: loop) } }
        for pool in old.joined() { pool.drain() }
        for connection in connections.values { connection.forgetOldKeys() }
    }

    /// Takes a snapshot in which nothing but keys is new: pools and connections stay.
    func replaceKeys(_ snapshot: GatewaySnapshot, verifier: DeliveryVerifier) throws(CryptoFault) {
        attestations = try LoopContext.attestations(snapshot)
        recorder.redactor = try LoopContext.redactor(snapshot)
        for source in snapshot.table.sources {
            metrics.sources[source.index + 1].keyMatches = LoopContext.movedKeyMatches(
                metrics.sources[source.index + 1].keyMatches,
                from: self.snapshot.table.sources[source.index],
                to: source
            )
        }
        self.snapshot = snapshot
        self.verifier = verifier
        for connection in connections.values { connection.forgetOldKeys() }
    }

    /// The pool of an upstream in the snapshot that judged a request; a snapshot that was replaced meanwhile gets a pool
    /// of its own for its last requests.
    func pool(_ index: Int, _ endpoint: Int, of snapshot: GatewaySnapshot) -> UpstreamPool {
        if snapshot.upstreamGeneration == self.snapshot.upstreamGeneration { return pools[index][endpoint] }
        return UpstreamPool(target: snapshot.upstreams[index].endpoints[endpoint], wheel: wheel, loop: loop)
    }

    /// The keyed context of `Postern-Verified`, in the snapshot that judged a request.
    func attestation(_ upstream: Int, of snapshot: GatewaySnapshot) -> HMACContext? {
        if snapshot === self.snapshot { return attestations[upstream] }
        guard let key = snapshot.outboundKeys[upstream] else { return nil }
        return try? HMACContext(.sha256, key: key)
    }

    func add(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = connection
        metrics.connectionsOpen += 1
    }

    func remove(_ connection: ConnectionHandler) {
        if connections.removeValue(forKey: ObjectIdentifier(connection)) != nil { metrics.connectionsOpen -= 1 }
    }

    /// Closes what is idle now and the rest when its exchange has ended.
    func drain() {
        isDraining = true
        for connection in Array(connections.values) { connection.drain() }
    }

    /// How many connections are open.
    var connectionCount: Int { connections.count }

    /// How many requests are under way.
    var busyCount: Int { connections.values.reduce(0) { $0 + ($1.isBusy ? 1 : 0) } + orphans }

    /// Exchanges whose sender has left.
    var orphans = 0

    private static func redactor(_ snapshot: GatewaySnapshot) throws(CryptoFault) -> FieldRedactor? {
        guard let keys = snapshot.redaction else { return nil }
        return try FieldRedactor(keys)
    }

    private static func attestations(_ snapshot: GatewaySnapshot) throws(CryptoFault) -> [HMACContext?] {
        var result: [HMACContext?] = []
        for key in snapshot.outboundKeys {
            guard let key else {
                result.append(nil)
                continue
            }
            result.append(try HMACContext(.sha256, key: key))
        }
        return result
    }
}
