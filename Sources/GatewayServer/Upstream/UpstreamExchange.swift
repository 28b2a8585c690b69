import HTTPCodec
import NIOCore

/// One request on its way to an upstream: gives the bytes once, and hears of the end exactly once.
protocol UpstreamExchange: AnyObject {
    /// The method, which decides whether a response has a body.
    var requestMethod: HTTPMethod { get }

    /// The bytes to send; asked for exactly when a connection is there.
    func takeRequest() -> UpstreamRequest

    /// The end of the exchange.
    func upstreamFinished(_ result: UpstreamResult)
}

/// The bytes of a request: one buffer where head and body are small, two where copying the body would cost more.
enum UpstreamRequest {
    case joined(ByteBuffer)
    case parts(ByteBuffer, ByteBuffer)
}
