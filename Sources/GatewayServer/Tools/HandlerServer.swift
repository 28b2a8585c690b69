import NIOCore
import NIOHTTP1
import NIOPosix

/// A small web server for handlers in this process, on a real socket and a thread of its own.
///
/// Stands in for the application behind the gateway in the demo and in tests; it knows nothing of the gateway. Not for
/// production: it takes bodies of up to 2 MiB and has no deadlines.
package final class HandlerServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    /// The port at 127.0.0.1.
    package let port: Int

    /// Starts the server; `answer` is called for each complete request, on the server's thread.
    package init(_ answer: @escaping @Sendable (HandlerRequest) -> HandlerResponse) throws(DeliveryFault) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            channel = try ServerBootstrap(group: group)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                        try channel.pipeline.syncOperations.addHandler(HandlerConnection(answer))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).wait()
        } catch {
            try? group.syncShutdownGracefully()
            throw DeliveryFault("the handler cannot listen: \(error)")
        }
        port = channel.localAddress?.port ?? 0
    }

    /// Stops the server.
    package func close() {
        try? channel.close().wait()
        try? group.syncShutdownGracefully()
    }
}

/// One connection to the handler: collects a request, asks for the answer, sends it.
///
/// Owned by its event loop.
private final class HandlerConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let bodyMax = 2 << 20
    private let answer: @Sendable (HandlerRequest) -> HandlerResponse
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ answer: @escaping @Sendable (HandlerRequest) -> HandlerResponse) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part):
            body.writeBuffer(&part)
            if body.readableBytes > HandlerConnection.bodyMax { context.close(promise: nil) }
        case .end:
            if let head { respond(to: head, context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let request = HandlerRequest(
            method: head.method.rawValue,
            target: head.uri,
            fields: head.headers.map { ($0.name.lowercased(), $0.value) },
            body: Array(body.readableBytesView)
        )
        let response = answer(request)
        let bytes = context.channel.allocator.buffer(string: response.body)
        let headers: HTTPHeaders = [
            "Content-Type": "application/json", "Content-Length": String(bytes.readableBytes),
        ]
        let status = HTTPResponseStatus(statusCode: response.status)
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
            promise: nil
        )
        context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
