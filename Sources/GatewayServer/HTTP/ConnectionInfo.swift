import AuditLog
import WebhookVerification

/// What is known of a connection before its first request.
struct ConnectionInfo {
    /// The address of the other end, or the one its PROXY header named; `nil` on a unix socket.
    var peer: IPAddress?
    var port: UInt16 = 0
    /// Whose X-Forwarded-For is believed on this listener.
    let resolver: ClientAddressResolver
    var transport = DeliveryContext.Transport.clear
    var tls = RequestEntry.TLSVersion.clear
    /// The server name of the TLS handshake.
    var serverName: String?
}
