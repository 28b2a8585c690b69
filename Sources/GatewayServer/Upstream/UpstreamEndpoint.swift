import GatewayConfig
import NIOSSL
import WebhookVerification

/// One URL of an upstream as the wire path needs it: everything that does not change from request to request is made
/// beforehand.
final class UpstreamEndpoint: Sendable {
    /// Where connections go.
    enum Destination: Sendable, Equatable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    /// How long each step may take, nanoseconds.
    struct Deadlines: Sendable, Equatable {
        let connect: Int64
        let firstByte: Int64
        let total: Int64
    }

    /// The URL as configured, for audit entries.
    let url: String
    let destination: Destination
    /// What to verify the endpoint's certificate with; `nil` for clear text.
    let tls: NIOSSLContext?
    /// The name in SNI; `nil` for an address literal.
    let serverName: String?
    let deadlines: Deadlines
    /// How much of it one event loop uses at once.
    let limits: UpstreamPoolLimits
    /// Most bytes of a response that are relayed.
    let responseMax: Int
    /// ` PATH?QUERY`, with its leading space.
    let targetText: [UInt8]
    /// ` HTTP/1.1 CRLF Host: … CRLF Via: … CRLF`.
    let fixedFields: [UInt8]

    init(
        _ target: UpstreamTarget,
        upstream: UpstreamConfiguration,
        deadlines: Deadlines,
        tls: NIOSSLContext?,
        via: [UInt8]
    ) {
        url = target.description
        switch target.place {
        case .name(let name, let port):
            destination = .tcp(host: name, port: port)
            serverName = name
        case .address(let address, let port):
            destination = .tcp(host: address.text, port: port)
            serverName = nil
        case .unix(let path):
            destination = .unix(path: path)
            serverName = nil
        }
        self.tls = tls
        self.deadlines = deadlines
        limits = upstream.pool
        responseMax = upstream.responseLimit
        targetText = [UInt8(ascii: " ")] + target.target
        fixedFields =
            Array(" HTTP/1.1\r\nHost: ".utf8) + target.authority + Array("\r\nVia: 1.1 ".utf8) + via
            + Array("\r\n".utf8)
    }
}
