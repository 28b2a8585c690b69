import NIOCore
import WebhookVerification

/// Reads the other end of a socket: IPv4-mapped addresses of a dual-stack socket become IPv4 (R-IP-10).
enum PeerAddress {
    /// The address and port; no address on a unix socket.
    static func of(_ address: SocketAddress?) -> (IPAddress?, UInt16) {
        guard let address, let port = address.port else { return (nil, 0) }
        return (ip(address), UInt16(clamping: port))
    }

    /// The address without its port; `nil` on a unix socket.
    static func ip(_ address: SocketAddress) -> IPAddress? {
        address.withSockAddr { pointer, size in
            let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
            switch address.protocol {
            case .inet where size >= 8:
                // struct sockaddr_in: family, port, address.
                return IPAddress(v4: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
            case .inet6 where size >= 24:
                // struct sockaddr_in6: family, port, flow, address.
                return IPAddress(
                    high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                )
            default: return nil
            }
        }
    }
}
