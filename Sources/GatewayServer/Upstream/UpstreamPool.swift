import GatewayConfig
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// The connections of one event loop to one upstream: a request never hops between loops.
///
/// Bounded: so many exchanges at once, and so many that wait for so long (R-FWD-17). After a number of refused connections
/// in a row nothing is tried for a while, then by one exchange alone (R-FWD-18). Owned by its event loop.
final class UpstreamPool {
    let target: UpstreamEndpoint
    let wheel: DeadlineWheel
    private let loop: any EventLoop
    private var idle: [UpstreamConnection] = []
    private let waiting: UpstreamQueue
    /// Connections that exist or are being made.
    private var openCount = 0
    private var failuresInARow = 0
    private var nextTry: Int64 = 0

    init(target: UpstreamEndpoint, wheel: DeadlineWheel, loop: any EventLoop) {
        self.target = target
        self.wheel = wheel
        self.loop = loop
        waiting = UpstreamQueue(wheel: wheel)
    }

    /// Starts an exchange: on an idle connection, on a new one, or when one becomes free.
    func start(_ exchange: any UpstreamExchange, now: Int64) {
        while let connection = idle.popLast() {
            if connection.isIdle { return connection.send(exchange, now: now) }
        }
        if failuresInARow >= target.limits.circuitFailures {
            guard now >= nextTry else { return exchange.upstreamFinished(.notSent(.circuitOpen)) }
            // One tries again; those that come meanwhile are told at once.
            nextTry = now &+ target.limits.circuitPause &* 1_000_000
        }
        if openCount < target.limits.connections { return connect(for: exchange) }
        guard waiting.count < target.limits.queue else { return exchange.upstreamFinished(.notSent(.poolFull)) }
        waiting.append(exchange, until: now &+ target.limits.queueTimeout &* 1_000_000)
    }

    /// A connection whose exchange ended cleanly.
    func giveBack(_ connection: UpstreamConnection) {
        let now = GatewayClock.monotonic()
        if let exchange = waiting.popFirst(now: now) { return connection.send(exchange, now: now) }
        connection.waitIdle(until: now &+ target.limits.keepIdle &* 1_000_000)
        idle.append(connection)
    }

    /// A connection that was closed.
    func forget(_ connection: UpstreamConnection) {
        openCount -= 1
        idle.removeAll { $0 === connection }
        let now = GatewayClock.monotonic()
        while openCount < target.limits.connections, let exchange = waiting.popFirst(now: now) {
            connect(for: exchange)
        }
    }

    /// Closes what is idle: the configuration no longer names this upstream, or the gateway stops.
    func drain() {
        let connections = idle
        idle = []
        for connection in connections { connection.close() }
    }

    private func connect(for exchange: any UpstreamExchange) {
        openCount += 1
        let connection = UpstreamConnection(pool: self)
        // The system's timeout ends with TCP; this one holds for the TLS handshake, too.
        wheel.set(connection, at: GatewayClock.monotonic() &+ target.deadlines.connect)
        let bound = NIOLoopBound((self, connection, exchange), eventLoop: loop)
        let tls = target.tls
        let serverName = target.serverName
        let ready = loop.makePromise(of: Void.self)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(target.deadlines.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 2)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handlers = channel.pipeline.syncOperations
                    if let tls {
                        try handlers.addHandler(NIOSSLClientHandler(context: tls, serverHostname: serverName))
                        try handlers.addHandler(HandshakeWaiter(ready: ready))
                    } else {
                        ready.succeed()
                    }
                    try handlers.addHandler(bound.value.1)
                }
            }
        let connected =
            switch target.destination {
            case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
            case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        connected.whenComplete { result in
            switch result {
            case .failure(let error):
                ready.fail(error)
                bound.value.0.wheel.cancel(bound.value.1)
                bound.value.0.connectFailed(bound.value.2, error)
            case .success(let channel):
                ready.futureResult.whenComplete { handshake in
                    bound.value.0.connected(channel, bound.value.1, bound.value.2, handshake)
                }
            }
        }
    }

    private func connected(
        _ channel: any Channel,
        _ connection: UpstreamConnection,
        _ exchange: any UpstreamExchange,
        _ handshake: Result<Void, any Error>
    ) {
        if case .failure = handshake {
            connection.close()
            channel.close(promise: nil)
            noteFailure()
            return exchange.upstreamFinished(.notSent(.tls))
        }
        if let address = channel.remoteAddress.flatMap(PeerAddress.ip), UpstreamTarget.isForbidden(address) {
            connection.close()
            return exchange.upstreamFinished(.notSent(.forbiddenAddress))
        }
        failuresInARow = 0
        connection.becameReady()
        connection.send(exchange, now: GatewayClock.monotonic())
    }

    private func connectFailed(_ exchange: any UpstreamExchange, _ error: any Error) {
        openCount -= 1
        noteFailure()
        var isTimeout = false
        if let error = error as? ChannelError, case .connectTimeout = error { isTimeout = true }
        exchange.upstreamFinished(.notSent(isTimeout ? .connectTimeout : .connect))
    }

    private func noteFailure() {
        failuresInARow += 1
        nextTry = GatewayClock.monotonic() &+ target.limits.circuitPause &* 1_000_000
    }
}
