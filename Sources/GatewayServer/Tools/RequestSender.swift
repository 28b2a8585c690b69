import NIOCore
import NIOPosix
import NIOSSL

/// Sends one request to any http or https URL and reads the answer as strictly as that of an upstream.
///
/// Certificates are always checked: against the system's authorities, or against those of a file. Calls block.
package struct RequestSender: Sendable {
    /// Where a request goes.
    package struct Target: Sendable, Equatable {
        let host: String
        let port: Int
        let usesTLS: Bool
        /// The value of Host.
        package let authority: String

        /// Takes `http://host[:port]` or `https://host[:port]`; `nil` for anything else.
        package init?(origin: String) {
            guard let scheme = origin.firstRange(of: "://") else { return nil }
            usesTLS = origin[..<scheme.lowerBound] == "https"
            guard usesTLS || origin[..<scheme.lowerBound] == "http" else { return nil }
            authority = String(origin[scheme.upperBound...])
            var name = authority
            var port = usesTLS ? 443 : 80
            if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
                guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else { return nil }
                port = Int(number)
                name = String(authority[..<colon])
            }
            if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
            guard !name.isEmpty, !name.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "@") }) else {
                return nil
            }
            host = name
            self.port = port
        }
    }

    private let context: NIOSSLContext

    /// `authorities` is a PEM file with what to trust instead of the system's authorities.
    package init(authorities: String?) throws(DeliveryFault) {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            if let authorities { configuration.trustRoots = .file(authorities) }
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw DeliveryFault("\(authorities ?? "the system's authorities"): cannot be used: \(error)")
        }
    }

    private static func fault(_ error: any Error) -> DeliveryFault {
        if let fault = error as? DeliveryFault { return fault }
        if let error = error as? NIOSSLError, case .handshakeFailed = error {
            return DeliveryFault("the TLS handshake failed: the certificate is of another name, expired or not trusted")
        }
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first {
            return DeliveryFault("no connection: \(first.error)")
        }
        return DeliveryFault("the connection failed: \(error)")
    }

    /// Sends `bytes` and waits for the answer, at most `seconds`; `local` is the address to send from.
    package func send(
        _ bytes: [UInt8],
        to target: Target,
        from local: String? = nil,
        seconds: Int64 = 30
    ) throws(DeliveryFault) -> DeliveryAnswer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let promise = group.next().makePromise(of: DeliveryAnswer.self)
        let timeout = group.next().scheduleTask(in: .seconds(seconds)) {
            promise.fail(DeliveryFault("no answer within \(seconds) s"))
        }
        let context = context
        do {
            var bootstrap = ClientBootstrap(group: group).connectTimeout(.seconds(5))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if target.usesTLS {
                            // A certificate for an address is checked against the address of the connection.
                            let isAddress = (try? SocketAddress(ipAddress: target.host, port: target.port)) != nil
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : target.host)
                            )
                        }
                        try channel.pipeline.syncOperations.addHandler(DeliveryExchange(bytes, promise: promise))
                    }
                }
            if let local { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: local, port: 0)) }
            let channel = try bootstrap.connect(host: target.host, port: target.port).wait()
            defer { channel.close(promise: nil) }
            let answer = try promise.futureResult.wait()
            timeout.cancel()
            return answer
        } catch {
            timeout.cancel()
            promise.fail(error)
            throw RequestSender.fault(error)
        }
    }
}
