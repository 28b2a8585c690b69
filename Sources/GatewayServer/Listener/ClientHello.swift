/// Reads the protocols that a TLS ClientHello offers, as far as it needs to (RFC 8446 section 4.1.2, RFC 7301).
///
/// What cannot be read passes: the TLS library judges it next.
package enum ClientHello {
    /// What a client offers.
    package enum Offer: Sendable, Equatable {
        /// More bytes are needed to tell.
        case incomplete
        /// `http/1.1` is offered, or nothing, or this is no ClientHello.
        case passed
        /// Protocols are offered, and `http/1.1` is not among them.
        case refused
    }

    /// The longest ClientHello that is waited for, in bytes.
    private static let bytesMax = 16_384

    /// What the bytes received so far offer.
    package static func offer(_ bytes: Span<UInt8>) -> Offer {
        guard bytes.count >= 5 else { return bytes.count > 0 && bytes[0] != 0x16 ? .passed : .incomplete }
        guard bytes[0] == 0x16 else { return .passed }
        let length = Int(bytes[3]) << 8 | Int(bytes[4])
        guard length <= bytesMax else { return .passed }
        guard bytes.count >= 5 + length else { return .incomplete }
        var reader = Reader(at: 5, end: 5 + length)
        guard reader.byte(bytes) == 1, reader.skip(3), reader.skip(2 + 32), reader.skipVector(bytes, lengthBytes: 1),
            reader.skipVector(bytes, lengthBytes: 2), reader.skipVector(bytes, lengthBytes: 1),
            let extensions = reader.number(bytes, 2)
        else { return .passed }
        reader.end = min(reader.end, reader.position + extensions)
        while let type = reader.number(bytes, 2), let size = reader.number(bytes, 2), reader.has(size) {
            if type == 16 { return protocols(bytes, Reader(at: reader.position, end: reader.position + size)) }
            _ = reader.skip(size)
        }
        return .passed
    }

    private static func protocols(_ bytes: Span<UInt8>, _ list: Reader) -> Offer {
        var reader = list
        guard reader.number(bytes, 2) != nil else { return .passed }
        let wanted = Array("http/1.1".utf8)
        while let size = reader.number(bytes, 1), size > 0, reader.has(size) {
            var isWanted = size == wanted.count
            for index in 0..<size where isWanted && bytes[reader.position + index] != wanted[index] { isWanted = false }
            if isWanted { return .passed }
            _ = reader.skip(size)
        }
        return .refused
    }

    /// A place in the bytes, and where they end for whoever reads.
    private struct Reader {
        var position: Int
        var end: Int

        init(at position: Int, end: Int) {
            self.position = position
            self.end = end
        }

        func has(_ count: Int) -> Bool { count >= 0 && position + count <= end }

        mutating func byte(_ bytes: Span<UInt8>) -> UInt8? {
            guard has(1) else { return nil }
            position += 1
            return bytes[position - 1]
        }

        mutating func number(_ bytes: Span<UInt8>, _ count: Int) -> Int? {
            var value = 0
            for _ in 0..<count {
                guard let byte = byte(bytes) else { return nil }
                value = value << 8 | Int(byte)
            }
            return value
        }

        mutating func skip(_ count: Int) -> Bool {
            guard has(count) else { return false }
            position += count
            return true
        }

        mutating func skipVector(_ bytes: Span<UInt8>, lengthBytes: Int) -> Bool {
            guard let length = number(bytes, lengthBytes) else { return false }
            return skip(length)
        }
    }
}
