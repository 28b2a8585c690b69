import GatewayConfig
import HTTPCodec
import NIOCore
import NIOPosix
import NIOSSL
import WebhookVerification

/// The sockets on which deliveries arrive.
final class Listeners: Sendable {
    private let channels: [any Channel]
    private let boxes: [ListenerContextBox]
    /// The addresses as bound.
    let addresses: [String]

    private init(channels: [any Channel], boxes: [ListenerContextBox], addresses: [String]) {
        self.channels = channels
        self.boxes = boxes
        self.addresses = addresses
    }

    /// Binds every listener of the configuration, or none.
    static func bind(
        _ configuration: GatewayConfiguration,
        group: MultiThreadedEventLoopGroup,
        loops: [LoopSlot],
        limiter: ConnectionLimiter,
        budget: BodyBudget
    ) throws(GatewayStartFault) -> Listeners {
        let boxes = try contexts(configuration, limiter: limiter, budget: budget).map(ListenerContextBox.init)
        var channels: [any Channel] = []
        var addresses: [String] = []
        for (listener, box) in zip(configuration.listeners, boxes) {
            do {
                let channel = try bind(listener.endpoint, box, group, loops)
                channels.append(channel)
                addresses.append(text(channel.localAddress, listener.endpoint))
            } catch {
                for channel in channels { try? channel.close().wait() }
                throw GatewayStartFault(.unavailable, "\(listener.endpoint): cannot listen: \(error)")
            }
        }
        return Listeners(channels: channels, boxes: boxes, addresses: addresses)
    }

    /// What connections of each listener need, in the order of the configuration.
    static func contexts(
        _ configuration: GatewayConfiguration,
        limiter: ConnectionLimiter,
        budget: BodyBudget
    ) throws(GatewayStartFault) -> [ListenerContext] {
        var result: [ListenerContext] = []
        for listener in configuration.listeners {
            let tls: NIOSSLContext?
            do {
                tls = try listener.tls.map(TLSContexts.server)
            } catch {
                throw GatewayStartFault(
                    .configuration,
                    "\(listener.endpoint): certificate and key cannot be used: \(error)"
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
                    limiter: limiter,
                    budget: budget,
                    tls: tls
                )
            )
        }
        return result
    }

    /// Gives new connections new contexts, for example after a certificate was renewed.
    func replace(_ contexts: [ListenerContext]) {
        for (box, context) in zip(boxes, contexts) { box.current = context }
    }

    /// Stops listening.
    func close() {
        for channel in channels { try? channel.close().wait() }
    }

    private static func bind(
        _ endpoint: Endpoint,
        _ box: ListenerContextBox,
        _ group: MultiThreadedEventLoopGroup,
        _ loops: [LoopSlot]
    ) throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
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
