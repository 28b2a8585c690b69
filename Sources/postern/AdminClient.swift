import GatewayConfig
import Glibc
import WebhookVerification

/// One request to the admin listener of a running gateway.
enum AdminClient {
    /// A status and the text that came with it.
    struct Reply {
        let status: Int
        let body: String
    }

    /// Sends `METHOD path` to where the configuration has its admin listener; `nil` where nobody answers in time.
    static func send(
        _ method: String,
        _ path: String,
        body: [UInt8] = [],
        seconds: Int = 10,
        to configuration: AdminConfiguration
    ) -> Reply? {
        guard let file = connect(configuration) else { return nil }
        defer { close(file) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let request =
            Array(
                "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
                    .utf8
            ) + body
        guard request.withUnsafeBytes({ write(file, $0.baseAddress, $0.count) }) == request.count else { return nil }
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while received.count < 16 << 20 {
            let count = chunk.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            received.append(contentsOf: chunk[..<count])
        }
        return parse(received)
    }

    private static func parse(_ bytes: [UInt8]) -> Reply? {
        let end = bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) }
        guard let end else { return nil }
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard words.count > 1, let status = Int(words[1]) else { return nil }
        return Reply(status: status, body: String(decoding: bytes[(end + 4)...], as: UTF8.self))
    }

    private static func connect(_ configuration: AdminConfiguration) -> Int32? {
        if let path = configuration.socket { return connect(path: path) }
        guard case .ip(let address, let port) = configuration.endpoint, address.family == .v4 else { return nil }
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { return nil }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = in_port_t(port).bigEndian
        name.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
        let isConnected = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return file }
        close(file)
        return nil
    }

    private static func connect(path: String) -> Int32? {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { return nil }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8) + [0]
        let fits = withUnsafeMutableBytes(of: &name.sun_path) { target in
            guard bytes.count <= target.count else { return false }
            target.copyBytes(from: bytes)
            return true
        }
        let isConnected =
            fits
            && withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
        if isConnected { return file }
        close(file)
        return nil
    }
}
