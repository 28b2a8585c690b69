package import GatewayConfig
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import WebhookVerification

/// What a configuration needs of its surroundings, tried out for `postern check --online`: upstreams, addresses, directory.
///
/// Connects to every upstream, TLS included, and sends nothing. Blocks for at most the connect deadline of each.
package enum OnlineReview {
    /// One thing that was tried.
    package struct Row: Sendable {
        /// What, for example `upstream cms`.
        package let subject: String
        /// The address or path.
        package let place: String
        /// `nil` where it works, else what is wrong.
        package let fault: String?
    }

    /// Tries everything, in the order of the configuration.
    package static func run(_ configuration: GatewayConfiguration) -> [Row] {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let listeners = configuration.listeners.map { listener in
            Row(subject: "listen", place: "\(listener.endpoint)", fault: bindFault(listener.endpoint, group))
        }
        let directory = Row(
            subject: "audit.dir",
            place: configuration.audit.directory,
            fault: directoryFault(configuration.audit.directory)
        )
        let upstreams = configuration.upstreams.flatMap { upstream in
            upstream.targets.map { target in
                Row(
                    subject: "upstream \(upstream.name)",
                    place: target.description,
                    fault: connectFault(target, upstream, group)
                )
            }
        }
        return listeners + [directory] + upstreams
    }

    private static func bindFault(_ endpoint: Endpoint, _ group: MultiThreadedEventLoopGroup) -> String? {
        guard case .ip(let address, let port) = endpoint else { return nil }
        do {
            let bootstrap = ServerBootstrap(group: group).serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            let channel = try bootstrap.bind(host: address.text, port: port).wait()
            try? channel.close().wait()
            return nil
        } catch {
            let isTaken = (error as? IOError)?.errnoCode == EADDRINUSE
            return isTaken ? "in use already, by a gateway that runs or by something else" : "cannot be bound: \(error)"
        }
    }

    /// Whether the directory, or the first one above it that exists, can be written.
    private static func directoryFault(_ path: String) -> String? {
        var current = path
        while access(current, F_OK) != 0, current.utf8.contains(UInt8(ascii: "/")) {
            current = String(current[..<(current.lastIndex(of: "/") ?? current.startIndex)])
            if current.isEmpty { current = "/" }
        }
        return access(current, W_OK) == 0 ? nil : "\(current) cannot be written: \(String(cString: strerror(errno)))"
    }

    private static func connectFault(
        _ target: UpstreamTarget,
        _ upstream: UpstreamConfiguration,
        _ group: MultiThreadedEventLoopGroup
    ) -> String? {
        do {
            let context = target.usesTLS ? try TLSContexts.client(upstream) : nil
            let name = if case .name(let name, _) = target.place { name } else { String?.none }
            let ready = group.next().makePromise(of: Void.self)
            let bootstrap = ClientBootstrap(group: group)
                .connectTimeout(.milliseconds(upstream.connectTimeout))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        guard let context else { return ready.succeed() }
                        let handlers = channel.pipeline.syncOperations
                        try handlers.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
                        try handlers.addHandler(HandshakeWaiter(ready: ready))
                    }
                }
            let connected =
                switch target.place {
                case .name(let name, let port): bootstrap.connect(host: name, port: port)
                case .address(let address, let port): bootstrap.connect(host: address.text, port: port)
                case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
                }
            connected.whenFailure { ready.fail($0) }
            let channel = try connected.wait()
            defer { channel.close(promise: nil) }
            let limit = group.next().scheduleTask(in: .milliseconds(upstream.connectTimeout)) {
                ready.fail(ChannelError.connectTimeout(.milliseconds(upstream.connectTimeout)))
            }
            defer { limit.cancel() }
            try ready.futureResult.wait()
            let isForbidden = channel.remoteAddress.flatMap(PeerAddress.ip).map(UpstreamTarget.isForbidden) ?? false
            return isForbidden ? "resolves to an address that is never connected to" : nil
        } catch {
            return "cannot be reached: \(text(error))"
        }
    }

    private static func text(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { text($0.error) } ?? "the name does not resolve"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case is ChannelError: "no answer within the connect deadline"
        case is NIOSSLError, is BoringSSLError: "TLS: \(error)"
        default: "\(error)"
        }
    }
}
