/// The name of a delivery in the replay store: 20 bytes of an HMAC over signed material, namespaced by source.
///
/// Source: `docs/architecture.md`, replay key. Opaque: a dump of the store reveals nothing usable elsewhere (R-RPL-13).
package struct ReplayKey: Sendable, Hashable {
    /// Bytes 0..<8, big endian.
    package let high: UInt64
    /// Bytes 8..<16, big endian.
    package let middle: UInt64
    /// Bytes 16..<20, big endian.
    package let low: UInt32

    package init(high: UInt64, middle: UInt64, low: UInt32) {
        self.high = high
        self.middle = middle
        self.low = low
    }

    /// Takes the first 20 bytes of a MAC; `nil` where there are fewer.
    package init?(bytes: Span<UInt8>) {
        guard bytes.count >= 20 else { return nil }
        high = ReplayKey.load(bytes, 0, 8)
        middle = ReplayKey.load(bytes, 8, 8)
        low = UInt32(truncatingIfNeeded: ReplayKey.load(bytes, 16, 4))
    }

    /// Reads the 27 characters of base64url that audit entries carry; `nil` for anything else.
    package init?(text: Span<UInt8>) {
        guard text.count == 27 else { return nil }
        var value = [UInt8]()
        value.reserveCapacity(20)
        var bits: UInt32 = 0
        var count = 0
        for index in text.indices {
            guard let digit = ReplayKey.digit(text[index]) else { return nil }
            bits = (bits << 6) | UInt32(digit)
            count += 6
            if count >= 8 {
                count -= 8
                value.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard bits & ((1 << UInt32(count)) - 1) == 0 else { return nil }
        self.init(bytes: value.span)
    }

    /// The 27 characters of unpadded base64url.
    package var text: InlineArray<27, UInt8> {
        // 160 bits in groups of six: ten from the first eight bytes, one across each border, four bits left at the end.
        var text = InlineArray<27, UInt8>(repeating: 0)
        for index in 0..<10 { text[index] = ReplayKey.character(high >> UInt64(58 &- index &* 6)) }
        text[10] = ReplayKey.character(high << 2 | middle >> 62)
        for index in 0..<10 { text[11 &+ index] = ReplayKey.character(middle >> UInt64(56 &- index &* 6)) }
        text[21] = ReplayKey.character(middle << 4 | UInt64(low) >> 28)
        for index in 0..<4 { text[22 &+ index] = ReplayKey.character(UInt64(low) >> UInt64(22 &- index &* 6)) }
        text[26] = ReplayKey.character(UInt64(low) << 2)
        return text
    }

    /// Appends the 27 characters of unpadded base64url.
    package func appendText(to bytes: inout [UInt8]) {
        let text = self.text
        bytes.append(addingCapacity: 27) { output in
            for index in 0..<27 { output.append(text[index]) }
        }
    }

    /// The bytes are the output of a keyed MAC: any eight of them are as good as a hash.
    package func hash(into hasher: inout Hasher) { hasher.combine(high) }

    /// Which of `count` shards (a power of two) the key lives in.
    package func shard(of count: Int) -> Int { Int(truncatingIfNeeded: middle) & (count - 1) }

    /// The character of the lowest six bits.
    @inline(__always)
    private static func character(_ bits: UInt64) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits & 63)
        switch value {
        case 0..<26: return value &+ UInt8(ascii: "A")
        case 26..<52: return value &+ (UInt8(ascii: "a") &- 26)
        case 52..<62: return value &- (52 &- UInt8(ascii: "0"))
        case 62: return UInt8(ascii: "-")
        default: return UInt8(ascii: "_")
        }
    }

    private static func load(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in start..<(start + count) { value = (value << 8) | UInt64(bytes[index]) }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
