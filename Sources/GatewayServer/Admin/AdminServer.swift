import GatewayConfig
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import WebhookVerification

/// Health, metrics and reload on a unix socket or a loopback address; nothing of it on the public port.
///
/// Source: `docs/operations.md`, endpoints. Reload only on the unix socket: nothing changes over TCP (R-PROC-08). A reload
/// prepares a new set, which binds what is new, and then takes it, which closes what is gone.
final class AdminServer: Sendable {
    /// One socket that is listening.
    fileprivate struct Bound: Sendable {
        let endpoint: Endpoint
        let channel: any Channel
        /// The address with the port that the system chose.
        let address: String
    }

    /// A set that is complete and not in force yet.
    struct Prepared: Sendable {
        fileprivate let bound: [Bound]
        fileprivate let added: [Bound]
        fileprivate let removed: [Bound]
    }

    private let group: MultiThreadedEventLoopGroup
    private let view: AdminView
    private let bound = Mutex<[Bound]>([])

    init(group: MultiThreadedEventLoopGroup, view: AdminView) {
        self.group = group
        self.view = view
    }

    /// The addresses as bound: the socket first.
    var addresses: [String] { bound.withLock { $0.map(\.address) } }

    /// Binds what the configuration has and is not bound yet, or nothing.
    func prepare(_ configuration: AdminConfiguration?) throws(GatewayStartFault) -> Prepared {
        var endpoints: [Endpoint] = []
        if let path = configuration?.socket { endpoints.append(.unix(path)) }
        if let endpoint = configuration?.endpoint { endpoints.append(endpoint) }
        var old = bound.withLock { $0 }
        var all: [Bound] = []
        var added: [Bound] = []
        for endpoint in endpoints {
            if let index = old.firstIndex(where: { $0.endpoint == endpoint }) {
                all.append(old.remove(at: index))
                continue
            }
            do {
                let one = try bind(endpoint)
                added.append(one)
                all.append(one)
            } catch {
                AdminServer.close(added)
                throw GatewayStartFault(.unavailable, "admin: \(endpoint): cannot listen: \(error)")
            }
        }
        return Prepared(bound: all, added: added, removed: old)
    }

    /// Puts a set in force; whoever is being answered on a socket that is gone gets the answer.
    func take(_ prepared: Prepared) {
        bound.withLock { $0 = prepared.bound }
        AdminServer.close(prepared.removed)
    }

    /// Gives up a set that was prepared.
    func abandon(_ prepared: Prepared) { AdminServer.close(prepared.added) }

    /// Stops listening.
    func close() { AdminServer.close(bound.withLock { $0 }) }

    private static func close(_ bound: [Bound]) {
        for one in bound {
            try? one.channel.close().wait()
            if case .unix(let path) = one.endpoint { unlink(path) }
        }
    }

    private func bind(_ endpoint: Endpoint) throws -> Bound {
        switch endpoint {
        case .unix(let path):
            let channel = try bootstrap(mayReload: true)
                .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).wait()
            return Bound(endpoint: endpoint, channel: channel, address: "\(endpoint)")
        case .ip(let address, let port):
            let channel = try bootstrap(mayReload: false).bind(host: address.text, port: port).wait()
            let chosen = Endpoint.ip(address, port: channel.localAddress?.port ?? port)
            return Bound(endpoint: endpoint, channel: channel, address: "\(chosen)")
        }
    }

    private func bootstrap(mayReload: Bool) -> ServerBootstrap {
        let view = view
        return ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause())
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(AdminHandler(view: view, mayReload: mayReload))
                }
            }
    }
}
