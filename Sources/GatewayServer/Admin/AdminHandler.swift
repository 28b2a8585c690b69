import GatewayConfig
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers one request after another of an admin connection; the work is done off the event loops.
final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// An answer of the admin listener.
    struct Reply: Sendable {
        let status: HTTPResponseStatus
        let type: String
        let body: String

        static func text(_ status: HTTPResponseStatus, _ body: String) -> Reply {
            Reply(status: status, type: "text/plain; charset=utf-8", body: body)
        }
    }

    private let view: AdminView
    private let mayReload: Bool
    private var head: HTTPRequestHead?
    private var received: [UInt8] = []
    /// The user at the other end of a unix socket.
    private var uid: Int?

    init(view: AdminView, mayReload: Bool) {
        self.view = view
        self.mayReload = mayReload
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            received = []
            uid = mayReload ? AdminHandler.peer(of: context.channel) : nil
        case .body(let part):
            // No request of ours is this long; what is more is not looked at, and not understood then.
            if received.count + part.readableBytes <= 65_536 { received += part.readableBytesView }
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let view = self.view
        let mayReload = self.mayReload
        let method = head.method
        let uri = head.uri
        let body = received
        let uid = self.uid
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        // Metrics ask every loop, reload builds everything anew: neither may block this loop.
        NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) {
            AdminHandler.reply(method, uri, body, uid: uid, view: view, mayReload: mayReload)
        }.whenComplete { result in
            let reply = (try? result.get()) ?? .text(.internalServerError, "failed\n")
            bound.value.0.send(reply, keepAlive: head.isKeepAlive, isHead: method == .HEAD, bound.value.1)
        }
    }

    private func send(_ reply: Reply, keepAlive: Bool, isHead: Bool, _ context: ChannelHandlerContext) {
        var fields = HTTPHeaders()
        fields.add(name: "Content-Type", value: reply.type)
        fields.add(name: "Content-Length", value: String(reply.body.utf8.count))
        fields.add(name: "Cache-Control", value: "no-store")
        if !keepAlive { fields.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: reply.status, headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: reply.body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !keepAlive { context.close(promise: nil) }
    }

    /// What SO_PEERCRED gives: three numbers of 32 bits (unix(7)).
    private struct Credentials {
        var pid: Int32 = 0
        var uid: UInt32 = 0
        var gid: UInt32 = 0
    }

    /// The user of the process at the other end, as the system knows it.
    private static func peer(of channel: any Channel) -> Int? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let level = NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET)
        let name = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        let future: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(level: level, name: name)
        // On the channel's own loop the answer is there at once.
        var found: Int?
        future.assumeIsolated().whenSuccess { found = Int($0.uid) }
        return found
    }

    private static func reply(
        _ method: HTTPMethod,
        _ uri: String,
        _ body: [UInt8],
        uid: Int?,
        view: AdminView,
        mayReload: Bool
    ) -> Reply {
        guard let gateway = view.gateway else { return .text(.serviceUnavailable, "starting\n") }
        let path = uri.split(separator: "?", maxSplits: 1).first.map(String.init) ?? uri
        switch (method, path) {
        case (.GET, "/livez"), (.HEAD, "/livez"): return .text(.ok, "ok\n")
        case (.GET, "/readyz"), (.HEAD, "/readyz"):
            let reasons = gateway.unreadiness
            return reasons.isEmpty
                ? .text(.ok, "ok\n") : .text(.serviceUnavailable, reasons.map { $0 + "\n" }.joined())
        case (.GET, "/metrics"), (.HEAD, "/metrics"):
            guard gateway.configuration.telemetry.servesMetrics else { return .text(.notFound, "metrics are off\n") }
            return Reply(
                status: .ok,
                type: "text/plain; version=0.0.4; charset=utf-8",
                body: gateway.renderMetrics()
            )
        case (.GET, "/v1/keys"):
            guard let report = gateway.keyReport else { return .text(.notFound, "no keyring\n") }
            return Reply(status: .ok, type: "application/json", body: report)
        case (.POST, "/v1/reload"):
            guard mayReload else { return .text(.forbidden, "only on the unix socket\n") }
            switch gateway.reloadFromFile() {
            case .success: return .text(.ok, "reloaded\n")
            case .failure(let fault): return .text(.unprocessableEntity, fault.description + "\n")
            }
        case (.POST, "/v1/audit"):
            guard mayReload else { return .text(.forbidden, "only on the unix socket\n") }
            guard let reply = gateway.performAudit(body, uid: uid) else {
                return .text(.badRequest, "not understood\n")
            }
            // The exit code of the command travels in front of the object.
            return Reply(status: .ok, type: "application/json", body: "\(reply.code) \(reply.text)\n")
        case (.GET, "/v1/config"):
            guard mayReload else { return .text(.forbidden, "only on the unix socket\n") }
            return .text(.ok, ConfigurationRenderer.render(gateway.configuration, resolved: true))
        case (_, _) where path.hasPrefix("/v1/replay/"):
            guard mayReload else { return .text(.forbidden, "only on the unix socket\n") }
            return ReplayRoutes.reply(method, uri, gateway) ?? .text(.notFound, "not found\n")
        default:
            guard path.hasPrefix("/v1/sources/") else { return .text(.notFound, "not found\n") }
            guard mayReload else { return .text(.forbidden, "only on the unix socket\n") }
            return ArmingRequest.reply(method, path, uri, gateway) ?? .text(.notFound, "not found\n")
        }
    }
}
