import GatewayConfig
import Glibc
import HTTPCodec
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import WebhookVerification

/// The sockets on which deliveries arrive.
///
/// A reload prepares a new set, which binds what is new, and then takes it, which closes what is gone; an address that stays
/// keeps its socket. Safe to use from any thread; its calls block.
final class Listeners: Sendable {
    /// What is needed to bind one.
    struct Ground: Sendable {
        let group: MultiThreadedEventLoopGroup
        let loops: [LoopSlot]
        let limiter: ConnectionLimiter
        let budget: BodyBudget
    }

    /// One socket that is listening.
    fileprivate struct Bound: Sendable {
        let endpoint: Endpoint
        let channel: any Channel
        let box: ListenerContextBox
        /// The address with the port that the system chose.
        let address: String
    }

    /// A set that is complete and not in force yet.
    struct Prepared: Sendable {
        fileprivate let bound: [Bound]
        fileprivate let contexts: [ListenerContext]
        /// Those of `bound` that were bound for this set.
        fileprivate let added: [Bound]
        /// Those in force that are not in this set.
        fileprivate let removed: [Bound]
    }

    private let ground: Ground
    private let bound = Mutex<[Bound]>([])

    init(_ ground: Ground) { self.ground = ground }

    /// The addresses as bound, in the order of the configuration.
    var addresses: [String] { bound.withLock { $0.map(\.address) } }

    /// When the certificates in force are valid.
    var certificates: [CertificateDates.Dates] { bound.withLock { $0.compactMap { $0.box.current.dates } } }

    /// Binds every address of the configuration that is not bound yet, or none.
    func prepare(_ configuration: GatewayConfiguration) throws(GatewayStartFault) -> Prepared {
        let contexts = try contexts(configuration)
        var old = bound.withLock { $0 }
        var all: [Bound] = []
        var added: [Bound] = []
        for (listener, context) in zip(configuration.listeners, contexts) {
            if let index = old.firstIndex(where: { $0.endpoint == listener.endpoint }) {
                all.append(old.remove(at: index))
                continue
            }
            do {
                let box = ListenerContextBox(context)
                let channel = try Listeners.bind(listener.endpoint, box, ground)
                let address = Listeners.text(channel.localAddress, listener.endpoint)
                let one = Bound(endpoint: listener.endpoint, channel: channel, box: box, address: address)
                added.append(one)
                all.append(one)
            } catch {
                Listeners.close(added)
                throw GatewayStartFault(.unavailable, "\(listener.endpoint): cannot listen: \(error)")
            }
        }
        return Prepared(bound: all, contexts: contexts, added: added, removed: old)
    }

    /// Puts a set in force: new connections get its contexts, addresses that are gone take no more connections.
    func take(_ prepared: Prepared) {
        for (one, context) in zip(prepared.bound, prepared.contexts) { one.box.current = context }
        bound.withLock { $0 = prepared.bound }
        Listeners.close(prepared.removed)
    }

    /// Gives up a set that was prepared.
    func abandon(_ prepared: Prepared) { Listeners.close(prepared.added) }

    /// Stops listening.
    func close() { Listeners.close(bound.withLock { $0 }) }

    private static func close(_ bound: [Bound]) {
        for one in bound {
            try? one.channel.close().wait()
            if case .unix(let path) = one.endpoint { unlink(path) }
        }
    }

    /// What connections of each listener need, in the order of the configuration.
    private func contexts(_ configuration: GatewayConfiguration) throws(GatewayStartFault) -> [ListenerContext] {
        var result: [ListenerContext] = []
        for listener in configuration.listeners {
            let tls: NIOSSLContext?
            do {
                tls = try listener.tls.map(TLSContexts.server)
            } catch {
                throw GatewayStartFault(
                    .configuration,
                    "\(listener.endpoint): certificate and key cannot be used: \(TLSContexts.text(error))"
                )
            }
            let dates = listener.tls.flatMap { try? CertificateDates.read($0, of: "\(listener.endpoint)") }
            if let dates, listener.tls?.servesExpired == false,
                let refusal = CertificateDates.refusal(dates, now: GatewayClock.now().seconds)
            {
                throw GatewayStartFault(
                    .configuration,
                    "\(listener.endpoint): \(refusal); renew it, or write 'expired: serve' under its 'tls'"
                )
            }
            result.append(
                ListenerContext(
                    limits: ConnectionLimits(configuration.limits),
                    resolver: ClientAddressResolver(
                        trustedProxies: listener.trustedProxies,
                        elementsMax: configuration.limits.forwardedElements,
                        bytesMax: configuration.limits.forwardedBytes
                    ),
                    proxyPeers: listener.proxyProtocolPeers,
                    limiter: ground.limiter,
                    budget: ground.budget,
                    tls: tls,
                    dates: dates
                )
            )
        }
        return result
    }

    private static func bind(_ endpoint: Endpoint, _ box: ListenerContextBox, _ ground: Ground) throws -> any Channel {
        let loops = ground.loops
        let bootstrap = ServerBootstrap(group: ground.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause())
                }
            }
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 8192))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try setUp(channel, endpoint, box.current, loops) }
            }
        switch endpoint {
        case .ip(let address, let port):
            return try bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: address.text, port: port).wait()
        case .unix(let path):
            return try bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).wait()
        }
    }

    private static func setUp(
        _ channel: any Channel,
        _ endpoint: Endpoint,
        _ context: ListenerContext,
        _ loops: [LoopSlot]
    ) throws {
        guard let slot = loops.first(where: { $0.eventLoop === channel.eventLoop }) else { throw ChannelError.eof }
        let (peer, port) = PeerAddress.of(channel.remoteAddress)
        // Already reset: without an address it must not pass for a connection of a unix socket.
        if case .ip = endpoint, peer == nil { throw ChannelError.eof }
        let handler = ConnectionHandler(loop: slot.value, listener: context, peer: peer, port: port)
        let pipeline = channel.pipeline.syncOperations
        if let tls = context.tls {
            try pipeline.addHandler(ALPNGuard())
            try pipeline.addHandler(NIOSSLServerHandler(context: tls))
        }
        try pipeline.addHandler(handler)
    }

    private static func text(_ address: SocketAddress?, _ endpoint: Endpoint) -> String {
        guard let address, let port = address.port, case .ip(let ip, _) = endpoint else { return "\(endpoint)" }
        return "\(Endpoint.ip(ip, port: port))"
    }
}
