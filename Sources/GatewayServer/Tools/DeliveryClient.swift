import NIOCore
import NIOPosix
import NIOSSL

/// Sends deliveries as a sender does: over a socket, with TLS, every byte as it was given, one connection each.
///
/// Trusts one certificate only and checks it against `localhost`. Answers are read as strictly as those of an upstream;
/// bytes behind an answer are a fault. Calls block and are not for event loops. For tools and the demo.
package final class DeliveryClient: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let context: NIOSSLContext
    private let port: Int

    /// A client of the gateway at 127.0.0.1 and `port`, whose certificate is the one in the PEM file at `certificate`.
    package init(port: Int, certificate: String) throws(DeliveryFault) {
        self.port = port
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(certificate))
            configuration.certificateVerification = .fullVerification
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw DeliveryFault("\(certificate): cannot be trusted: \(error)")
        }
    }

    /// Sends `bytes` from the local address `local` and waits for the answer, at most 10 s.
    ///
    /// Where the answer says that the connection ends, its end is waited for too: what comes instead is a fault. Not for
    /// HEAD.
    package func send(
        _ bytes: [UInt8],
        from local: String = "127.0.0.1"
    ) throws(DeliveryFault) -> DeliveryAnswer {
        let loop = group.next()
        let promise = loop.makePromise(of: DeliveryAnswer.self)
        let timeout = loop.scheduleTask(in: .seconds(10)) { promise.fail(DeliveryFault("no answer within 10 s")) }
        let context = context
        do {
            let channel = try ClientBootstrap(group: loop)
                .connectTimeout(.seconds(5))
                .bind(to: SocketAddress(ipAddress: local, port: 0))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let tls = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
                        let exchange = DeliveryExchange(bytes, promise: promise)
                        try channel.pipeline.syncOperations.addHandlers([tls, exchange])
                    }
                }
                .connect(host: "127.0.0.1", port: port).wait()
            defer { channel.close(promise: nil) }
            let answer = try promise.futureResult.wait()
            timeout.cancel()
            return answer
        } catch {
            timeout.cancel()
            promise.fail(error)
            throw error as? DeliveryFault ?? DeliveryFault("the connection failed: \(error)")
        }
    }

    /// Ends the client's thread.
    package func close() { try? group.syncShutdownGracefully() }
}
