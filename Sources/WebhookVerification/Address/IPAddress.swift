/// An IPv4 or IPv6 address as a number; an IPv4-mapped IPv6 address is the IPv4 address, whatever spelling it came in.
///
/// IPv4-compatible, NAT64, 6to4 and Teredo addresses are plain IPv6. Source: `docs/threat-model.md`, client address;
/// RFC 4291 section 2.5.5.2.
package struct IPAddress: Sendable, Hashable {
    /// The address family, after mapped addresses became IPv4.
    package enum Family: UInt8, Sendable {
        case v4
        case v6
    }

    /// The family; `v4` also for addresses that were written as mapped ones.
    package let family: Family
    /// The first eight bytes of an IPv6 address; zero for IPv4.
    package let high: UInt64
    /// The last eight bytes of an IPv6 address; the four bytes of an IPv4 address.
    package let low: UInt64

    /// Makes an IPv4 address out of its four bytes in network order, the first in the top byte.
    @inlinable
    package init(v4: UInt32) {
        family = .v4
        high = 0
        low = UInt64(v4)
    }

    /// Makes an address out of 16 bytes in network order; `::ffff:0:0/96` becomes IPv4.
    @inlinable
    package init(high: UInt64, low: UInt64) {
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        family = isMapped ? .v4 : .v6
        self.high = high
        self.low = isMapped ? low & 0xFFFF_FFFF : low
    }

    /// The address as one number: 32 bits used for IPv4, 128 for IPv6.
    @inlinable package var value: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// How many bits an address of this family has.
    package var bitCount: Int { family == .v4 ? 32 : 128 }

    /// The loopback addresses: `127.0.0.0/8` and `::1`.
    package var isLoopback: Bool {
        switch family {
        case .v4: low >> 24 == 127
        case .v6: high == 0 && low == 1
        }
    }

    /// The unspecified addresses `0.0.0.0` and `::`, which a listener uses for "all of them".
    package var isUnspecified: Bool { high == 0 && low == 0 }
}
