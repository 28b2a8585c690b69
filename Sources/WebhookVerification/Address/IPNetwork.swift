/// A network in CIDR notation: an address whose host bits are zero, and the length of its prefix.
///
/// Source: RFC 4632 section 3.1, RFC 4291 section 2.3. A network inside `::ffff:0:0/96` is the IPv4 network it maps.
package struct IPNetwork: Sendable, Hashable {
    /// Why a text is not a network.
    package enum Fault: Error, Sendable, Equatable {
        /// The part before the slash is not an address.
        case address
        /// The part after the slash is not a number that fits the family, or has leading zeros.
        case prefixLength
        /// The address has bits below the prefix; what was meant may be `corrected`.
        case hostBits(corrected: IPNetwork)

        /// What is wrong, as the end of a sentence that starts with the text in question.
        package var sentence: String {
            switch self {
            case .address: "is not an IPv4 or IPv6 address"
            case .prefixLength: "has a prefix length that is not a number from 0 to 32 (IPv4) or 128 (IPv6)"
            case .hostBits(let corrected): "has host bits set (did you mean '\(corrected.text)'?)"
            }
        }
    }

    /// The first address.
    package let address: IPAddress
    /// Leading bits that all addresses of the network share: 0 to 32 or 0 to 128.
    package let prefixLength: Int

    /// The network of exactly one address.
    package init(_ address: IPAddress) {
        self.address = address
        prefixLength = address.bitCount
    }

    /// The network of `prefixLength` bits that `address` lies in, host bits cleared.
    fileprivate init(containing address: IPAddress, prefixLength: Int) {
        let hostBits = UInt128(address.bitCount - prefixLength)
        // A shift by the full width gives zero, as it must for a prefix of no bits.
        let network = (address.value >> hostBits) << hostBits
        self.address =
            address.family == .v4
            ? IPAddress(v4: UInt32(truncatingIfNeeded: network))
            : IPAddress(high: UInt64(truncatingIfNeeded: network >> 64), low: UInt64(truncatingIfNeeded: network))
        self.prefixLength = prefixLength
    }

    /// Reads `address/length`, or an address alone as the network of that one address.
    ///
    /// Throws `Fault`; set host bits are a fault, because the reader of the list would see another network than the
    /// one that is compared (R-IP-11).
    package init(parsing text: String) throws(Fault) {
        let bytes = Array(text.utf8)
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else {
            guard let address = IPAddress(bytes.span) else { throw .address }
            self.init(address)
            return
        }
        let addressText = bytes.span.extracting(0..<slash)
        guard let address = IPAddress(addressText) else { throw .address }
        var isWrittenAsV6 = false
        for byte in bytes[..<slash] where byte == UInt8(ascii: ":") { isWrittenAsV6 = true }
        guard var length = IPNetwork.prefixLength(bytes[(slash + 1)...]) else { throw .prefixLength }
        if isWrittenAsV6, address.family == .v4 {
            // `::ffff:10.0.0.0/104` is `10.0.0.0/8`; a shorter prefix than 96 would cut through the mapping itself.
            guard length >= 96 else { throw .prefixLength }
            length -= 96
        }
        guard length <= address.bitCount else { throw .prefixLength }
        let network = IPNetwork(containing: address, prefixLength: length)
        guard network.address == address else { throw .hostBits(corrected: network) }
        self = network
    }

    private static func prefixLength(_ digits: ArraySlice<UInt8>) -> Int? {
        guard let first = digits.first, digits.count <= 3, first != UInt8(ascii: "0") || digits.count == 1 else {
            return nil
        }
        var length = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            length = length * 10 + Int(digit)
        }
        return length
    }

    /// The last address of the network as a number.
    package var lastValue: UInt128 {
        let hostBits = UInt128(address.bitCount - prefixLength)
        return address.value | ((1 << hostBits) &- 1)
    }

    /// The canonical text, for example `203.0.113.0/24`.
    package var text: String { "\(address.text)/\(prefixLength)" }
}
