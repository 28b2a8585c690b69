import GatewayTestSupport

/// Headers of the PROXY protocol version 2.
enum ProxyHeader {
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// PROXY over TCP from an IPv4 address to 127.0.0.1:443.
    static func v2(from source: String, port: Int) -> [UInt8] {
        let address = source.split(separator: ".").map { UInt8($0) ?? 0 }
        let ports = [UInt8(port >> 8), UInt8(port & 255), 1, 187]
        return signature + [0x21, 0x11, 0x00, 0x0C] + address + [127, 0, 0, 1] + ports
    }

    /// LOCAL: the proxy's own connection, a health check.
    static let local: [UInt8] = signature + [0x20, 0x00, 0x00, 0x00]
}
