import ArgumentParser
import GatewayConfig
import GatewayServer
import WebhookVerification

/// Where a test event goes, and what it says if nothing else is said.
struct SendPlace {
    /// The socket.
    let to: RequestSender.Target
    /// Scheme and authority.
    let origin: String
    /// Path and query.
    let target: String

    /// Whether it is an address of 127.0.0.0/8.
    var isLoopback: Bool { origin.contains("://127.") || origin.contains("://localhost") }

    /// The URL, or the source's path at it or at the first listener.
    static func find(
        _ text: String?,
        source: Source?,
        configuration: GatewayConfiguration?
    ) throws -> SendPlace {
        let path = source.map { String(decoding: $0.route.path, as: UTF8.self) }
        var url = text.flatMap(SplitURL.init)
        if url == nil, let listener = configuration?.listeners.first {
            guard case .ip(let address, let port) = listener.endpoint, port > 0 else {
                throw ValidationError("The first listener has no fixed address and port: --to is needed.")
            }
            let isAny = address.text == "0.0.0.0" || address.text == "::"
            let host = isAny || address.isLoopback ? (listener.tls == nil ? "127.0.0.1" : "localhost") : address.text
            let name = host.contains(":") ? "[\(host)]" : host
            url = SplitURL("\(listener.tls == nil ? "http" : "https")://\(name):\(port)/")
        }
        guard let url, let to = RequestSender.Target(origin: url.origin) else {
            throw ValidationError("--to is not a URL that can be connected to.")
        }
        return SendPlace(to: to, origin: url.origin, target: url.target == "/" ? path ?? "/" : url.target)
    }

    /// A small event of the form that the source's preset has.
    static func event(_ source: Source?, id: String) -> [UInt8] {
        guard let source, case .scheme(let scheme, _) = source.signature, scheme.scheme.name == "01software" else {
            return Array("{\"type\":\"postern.test\",\"id\":\"\(id)\",\"data\":{}}".utf8)
        }
        return Array("{\"collection\":\"postern\",\"operation\":\"create\",\"data\":{\"id\":\"\(id)\"}}".utf8)
    }
}
