import GatewayConfig
import NIOCore
import NIOHTTP1
import NIOPosix
import WebhookVerification

/// Health, metrics and reload on a unix socket or a loopback address; nothing of it on the public port.
///
/// Source: `docs/operations.md`, endpoints. Reload only on the unix socket: nothing changes over TCP (R-PROC-08).
final class AdminServer: Sendable {
    private let channels: [any Channel]
    let addresses: [String]

    private init(channels: [any Channel], addresses: [String]) {
        self.channels = channels
        self.addresses = addresses
    }

    static func bind(
        _ configuration: AdminConfiguration,
        group: MultiThreadedEventLoopGroup,
        view: AdminView
    ) throws(GatewayStartFault) -> AdminServer {
        var channels: [any Channel] = []
        var addresses: [String] = []
        do {
            if let path = configuration.socket {
                channels.append(
                    try bootstrap(group, view, mayReload: true)
                        .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).wait()
                )
                addresses.append("unix:\(path)")
            }
            if case .ip(let address, let port) = configuration.endpoint {
                let channel = try bootstrap(group, view, mayReload: false).bind(host: address.text, port: port).wait()
                channels.append(channel)
                addresses.append("\(Endpoint.ip(address, port: channel.localAddress?.port ?? port))")
            }
        } catch {
            for channel in channels { try? channel.close().wait() }
            throw GatewayStartFault(.unavailable, "admin: cannot listen: \(error)")
        }
        return AdminServer(channels: channels, addresses: addresses)
    }

    func close() {
        for channel in channels { try? channel.close().wait() }
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup,
        _ view: AdminView,
        mayReload: Bool
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(AdminHandler(view: view, mayReload: mayReload))
                }
            }
    }
}
