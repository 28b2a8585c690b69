import AuditLog
import WebhookVerification

/// What is known of a connection before its first request; replaced as a whole when more becomes known.
final class ConnectionInfo {
    /// The address of the other end, or the one its PROXY header named; `nil` on a unix socket.
    let peer: IPAddress?
    /// The text of `peer`, made once; empty on a unix socket.
    let peerText: [UInt8]
    let port: UInt16
    /// Whose X-Forwarded-For is believed on this listener.
    let resolver: ClientAddressResolver
    let transport: DeliveryContext.Transport
    let tls: RequestEntry.TLSVersion
    /// The server name of the TLS handshake.
    let serverName: String?

    init(
        peer: IPAddress?,
        port: UInt16,
        resolver: ClientAddressResolver,
        transport: DeliveryContext.Transport = .clear,
        tls: RequestEntry.TLSVersion = .clear,
        serverName: String? = nil
    ) {
        self.peer = peer
        var text: [UInt8] = []
        peer?.append(to: &text)
        peerText = text
        self.port = port
        self.resolver = resolver
        self.transport = transport
        self.tls = tls
        self.serverName = serverName
    }

    /// The same connection after its TLS handshake.
    func encrypted(_ version: RequestEntry.TLSVersion) -> ConnectionInfo {
        ConnectionInfo(
            peer: peer,
            port: port,
            resolver: resolver,
            transport: .tls,
            tls: version,
            serverName: serverName
        )
    }

    /// The same connection as its PROXY header describes it.
    func proxied(peer: IPAddress, port: UInt16) -> ConnectionInfo {
        ConnectionInfo(
            peer: peer,
            port: port,
            resolver: resolver,
            transport: transport,
            tls: tls,
            serverName: serverName
        )
    }
}
