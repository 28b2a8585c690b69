package import NIOCore

/// Reads the PROXY protocol version 2 header (haproxy proxy-protocol.txt, section 2.2) at the start of a connection.
///
/// Only for listeners that demand it and peers that are trusted (R-IP-13). TCP over IPv4 and IPv6 and LOCAL are accepted;
/// UNSPEC, UDP, UNIX sockets, version 1 and malformed TLVs are not. Every refusal means closing without an answer.
package struct ProxyProtocolV2Parser {
    /// An IP address as integers made from its network byte order, and a port.
    package enum Endpoint: Sendable, Equatable {
        /// The four bytes of an IPv4 address, the first one highest.
        case ipv4(UInt32, port: UInt16)
        /// The sixteen bytes of an IPv6 address: the first eight, then the last eight, the first one highest.
        case ipv6(high: UInt64, low: UInt64, port: UInt16)
    }

    /// What the bytes so far amount to.
    package enum Outcome: Sendable, Equatable {
        /// The header is not complete; call again when the buffer has grown.
        case needMoreBytes
        /// A connection of the proxy itself, such as a health check: the socket's own address counts. Header consumed.
        case local
        /// A relayed connection, where it came from and where it went. Header consumed.
        case proxied(source: Endpoint, destination: Endpoint)
        /// Not such a header, or one that is not accepted.
        case refused(Refusal)
    }

    /// Why a header is refused.
    package enum Refusal: Sendable, Equatable, CaseIterable {
        /// The 12 bytes of the signature are not there.
        case signature
        /// The version is not 2 or the command neither LOCAL nor PROXY.
        case versionOrCommand
        /// Not TCP over IPv4 or IPv6.
        case family
        /// Shorter than the addresses, or longer than the limit.
        case length
        /// What follows the addresses is not a list of type-length-value records.
        case extensions
    }

    private static let prefixBytes = 16

    /// Bytes that may follow the 16-byte prefix.
    private let maximumLength: Int

    /// A parser of headers of at most `maximumLength` bytes after the prefix.
    package init(maximumLength: Int = 536) {
        self.maximumLength = maximumLength
    }

    /// Reads the header at the reader index and consumes it when it is complete; a refusal consumes nothing.
    package func parse(_ buffer: inout ByteBuffer) -> Outcome {
        let (outcome, consumed) = read(buffer.readableBytesSpan)
        buffer.moveReaderIndex(forwardBy: consumed)
        return outcome
    }

    private func read(_ bytes: RawSpan) -> (Outcome, consumed: Int) {
        if let refusal = judgePrefix(bytes) { return (.refused(refusal), 0) }
        guard bytes.byteCount >= Self.prefixBytes else { return (.needMoreBytes, 0) }
        let length = Int(number(bytes, at: 14, count: 2))
        let isLocal = bytes.byte(at: 12) == 0x20
        let isIPv4 = bytes.byte(at: 13) == 0x11
        let addressBytes = isLocal ? 0 : isIPv4 ? 12 : 36
        guard length >= addressBytes, length <= maximumLength else { return (.refused(.length), 0) }
        let end = Self.prefixBytes &+ length
        guard bytes.byteCount >= end else { return (.needMoreBytes, 0) }
        // What LOCAL carries is to be skipped unread.
        if isLocal { return (.local, end) }
        guard hasWellFormedExtensions(bytes, from: Self.prefixBytes &+ addressBytes, to: end) else {
            return (.refused(.extensions), 0)
        }
        return (isIPv4 ? ipv4(bytes) : ipv6(bytes), end)
    }

    /// Judges what has arrived of signature, version, command and family, so that other protocols are seen at once.
    private func judgePrefix(_ bytes: RawSpan) -> Refusal? {
        let signature: StaticString = "\r\n\r\n\0\r\nQUIT\n"
        for offset in 0..<min(bytes.byteCount, 12) where bytes.byte(at: offset) != signature.utf8Start[offset] {
            return .signature
        }
        guard bytes.byteCount > 12 else { return nil }
        let versionAndCommand = bytes.byte(at: 12)
        guard versionAndCommand == 0x20 || versionAndCommand == 0x21 else { return .versionOrCommand }
        guard bytes.byteCount > 13, versionAndCommand == 0x21 else { return nil }
        let family = bytes.byte(at: 13)
        return family == 0x11 || family == 0x21 ? nil : .family
    }

    private func hasWellFormedExtensions(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
        var position = start
        while position < end {
            guard position &+ 3 <= end else { return false }
            position &+= 3 &+ Int(number(bytes, at: position &+ 1, count: 2))
        }
        return position == end
    }

    private func ipv4(_ bytes: RawSpan) -> Outcome {
        .proxied(
            source: .ipv4(UInt32(truncatingIfNeeded: number(bytes, at: 16, count: 4)), port: port(bytes, at: 24)),
            destination: .ipv4(UInt32(truncatingIfNeeded: number(bytes, at: 20, count: 4)), port: port(bytes, at: 26))
        )
    }

    private func ipv6(_ bytes: RawSpan) -> Outcome {
        .proxied(
            source: .ipv6(
                high: number(bytes, at: 16, count: 8),
                low: number(bytes, at: 24, count: 8),
                port: port(bytes, at: 48)
            ),
            destination: .ipv6(
                high: number(bytes, at: 32, count: 8),
                low: number(bytes, at: 40, count: 8),
                port: port(bytes, at: 50)
            )
        )
    }

    private func port(_ bytes: RawSpan, at offset: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: number(bytes, at: offset, count: 2))
    }

    private func number(_ bytes: RawSpan, at offset: Int, count: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in 0..<count { number = number &<< 8 | UInt64(bytes.byte(at: offset &+ index)) }
        return number
    }
}
