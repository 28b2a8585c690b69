package import WebhookVerification

/// Where a socket listens.
package enum Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// An address and a port from 0 to 65535; 0 lets the system choose.
    case ip(IPAddress, port: Int)
    /// An absolute path of at most 107 bytes, the system's limit.
    case unix(String)

    /// The form in configurations.
    package var description: String {
        switch self {
        case .ip(let address, let port):
            address.family == .v6 ? "[\(address.text)]:\(port)" : "\(address.text):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Whether only processes of this machine can connect.
    package var isLocal: Bool {
        switch self {
        case .ip(let address, _): address.isLoopback
        case .unix: true
        }
    }

    /// Longest path of a unix socket, in bytes.
    static let pathLimit = 107

    /// Reads `address:port`, `[address]:port` or `unix:/path`; `nil` for everything else.
    init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard Endpoint.isSocketPath(path) else { return nil }
            self = .unix(path)
            return
        }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
            let port = Endpoint.port(text[text.index(after: colon)...], allowsZero: true)
        else { return nil }
        var host = String(text[..<colon])
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        guard let address = IPAddress(host), host.utf8.contains(UInt8(ascii: ":")) == isBracketed else { return nil }
        self = .ip(address, port: port)
    }

    /// Whether `path` can be the path of a unix socket.
    static func isSocketPath(_ path: String) -> Bool {
        path.utf8.first == UInt8(ascii: "/") && (2...pathLimit).contains(path.utf8.count)
            && !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
    }

    /// A port in decimal digits without leading zeros.
    static func port(_ text: some StringProtocol, allowsZero: Bool) -> Int? {
        let bytes = Array(text.utf8)
        guard (1...5).contains(bytes.count), bytes.count == 1 || bytes[0] != UInt8(ascii: "0") else { return nil }
        var port = 0
        for byte in bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            port = port * 10 + Int(digit)
        }
        return port <= 65535 && (port > 0 || allowsZero) ? port : nil
    }
}
