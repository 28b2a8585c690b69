import GatewayConfig
import HTTPCodec

/// The limits of a connection, from the configuration.
struct ConnectionLimits: Sendable {
    let http: HTTPLimits
    /// Nanoseconds from the first byte of a head to its end, in total.
    let headDeadline: Int64
    /// Nanoseconds for a body, in total.
    let bodyDeadline: Int64
    /// Nanoseconds a connection may be silent between requests.
    let idleDeadline: Int64
    /// Nanoseconds for a TLS handshake.
    let handshakeDeadline: Int64
    /// Nanoseconds for the sender to take an answer.
    let writeDeadline: Int64
    /// Requests of one connection.
    let requestsMax: Int

    /// After a refusal the rest of the request is read and dropped for so long, so that the refusal can be read
    /// (R-H1-43).
    static let lingerDeadline: Int64 = 2_000_000_000
    static let lingerBytesMax = 8 << 20
    /// Pipelined bytes held while a request is under way.
    static let pipelinedBytesMax = 64 << 10
}

extension ConnectionLimits {
    /// The limits as configured.
    init(_ limits: Limits) {
        var http = HTTPLimits()
        http.requestHeadBytes = limits.header
        http.requestFields = limits.headerFields
        http.targetBytes = limits.target
        self.http = http
        headDeadline = Int64(limits.headerTimeout) * 1_000_000
        bodyDeadline = Int64(limits.requestTimeout) * 1_000_000
        idleDeadline = Int64(limits.idleTimeout) * 1_000_000
        handshakeDeadline = Int64(limits.handshakeTimeout) * 1_000_000
        writeDeadline = Int64(limits.answerTimeout) * 1_000_000
        requestsMax = limits.requestsPerConnection
    }
}
