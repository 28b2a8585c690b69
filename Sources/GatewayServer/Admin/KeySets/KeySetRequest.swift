import GatewayConfig
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import WebhookVerification

/// One GET of a key set: no redirect, no cookie, one status, at most 1 MiB, at most 15 s.
final class KeySetRequest: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Why there is no set.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    static let bodyMax = 1 << 20
    static let deadline = TimeAmount.seconds(15)

    private let url: UpstreamTarget
    private let promise: EventLoopPromise<[UInt8]>
    private var body: [UInt8] = []
    private var status = 0

    private init(_ url: UpstreamTarget, _ promise: EventLoopPromise<[UInt8]>) {
        self.url = url
        self.promise = promise
    }

    /// Asks for a set on one of the group's event loops; the body of a 200 answer.
    static func send(_ fetch: KeySetFetch, on group: any EventLoopGroup) -> EventLoopFuture<[UInt8]> {
        let loop = group.next()
        let promise = loop.makePromise(of: [UInt8].self)
        let host: String
        let port: Int
        var name: String?
        switch fetch.url.place {
        case .name(let text, let number): (host, port, name) = (text, number, text)
        case .address(let address, let number): (host, port) = (address.text, number)
        case .unix: return loop.makeFailedFuture(Fault(description: "a key set is not fetched from a unix socket"))
        }
        let tls: NIOSSLContext?
        do { tls = try context(fetch) } catch { return loop.makeFailedFuture(error) }
        let url = fetch.url
        let serverName = name
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: serverName)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(KeySetRequest(url, promise))
                }
            }
            .connect(host: host, port: port)
            .whenComplete { result in
                switch result {
                case .failure(let error): promise.fail(error)
                case .success(let channel):
                    let timeout = loop.scheduleTask(in: deadline) {
                        promise.fail(Fault(description: "no complete answer within 15 s"))
                    }
                    promise.futureResult.whenComplete { _ in
                        timeout.cancel()
                        channel.close(promise: nil)
                    }
                }
            }
        return promise.futureResult
    }

    private static func context(_ fetch: KeySetFetch) throws -> NIOSSLContext? {
        guard fetch.url.usesTLS else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        configuration.applicationProtocols = ["http/1.1"]
        if let authorities = fetch.authorities { configuration.trustRoots = .file(authorities) }
        return try NIOSSLContext(configuration: configuration)
    }

    func channelActive(context: ChannelHandlerContext) {
        // A name may resolve to anything: what no handler may have is not asked for keys either.
        if let address = context.remoteAddress.flatMap({ PeerAddress.ip($0) }),
            UpstreamTarget.isForbidden(address)
        {
            fail(Fault(description: "the name resolves to \(address.text), which is never asked"), context)
            return
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: String(decoding: url.target, as: UTF8.self))
        head.headers.add(name: "Host", value: String(decoding: url.authority, as: UTF8.self))
        head.headers.add(name: "Accept", value: "application/json")
        head.headers.add(name: "Connection", value: "close")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
            if status != 200 { fail(Fault(description: "the answer has status \(status)"), context) }
        case .body(let part):
            body.append(contentsOf: part.readableBytesView)
            if body.count > KeySetRequest.bodyMax { fail(Fault(description: "the answer is above 1 MiB"), context) }
        case .end: if status == 200 { promise.succeed(body) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(Fault(description: "the connection ended before the answer was complete"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error, context) }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
