import HTTPCodec
import NIOCore

/// A complete response of an upstream.
struct UpstreamResponse {
    /// The final status, 200 to 599.
    let status: Int
    /// The parsed head; owned by whoever takes the response.
    let head: ResponseHead
    let body: ByteBuffer
}

/// How an exchange with an upstream ended.
///
/// Source: `docs/architecture.md`, upstream result: `notSent` and `failed` are definite, `unknown` is not.
enum UpstreamResult {
    /// A complete response.
    case response(UpstreamResponse)
    /// No byte of the request left: nothing can have happened there.
    case notSent(UpstreamFailure)
    /// A byte may have arrived, and no complete answer came.
    case unknown(UpstreamFailure)
}

/// Why an exchange failed.
enum UpstreamFailure: Equatable {
    case connect
    case connectTimeout
    case poolFull
    case circuitOpen
    case forbiddenAddress
    case tls
    case reset
    case firstByteTimeout
    case totalTimeout
    case badResponse(HTTPRefusal)
    case responseTooLarge
    case drained

    /// A constant text for the audit entry.
    var text: StaticString {
        switch self {
        case .connect: "connection refused or unreachable"
        case .connectTimeout: "no connection within the deadline"
        case .poolFull: "too many exchanges with this upstream"
        case .circuitOpen: "not tried: the upstream refused too many connections in a row"
        case .forbiddenAddress: "the name resolves to a link-local, multicast or unspecified address"
        case .tls: "TLS handshake or certificate refused"
        case .reset: "connection closed before a complete response"
        case .firstByteTimeout: "no response within the deadline"
        case .totalTimeout: "response not complete within the deadline"
        case .badResponse(let refusal): refusal.detail
        case .responseTooLarge: "response larger than the limit"
        case .drained: "the gateway is stopping"
        }
    }
}
