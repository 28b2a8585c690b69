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

    /// Appends the 27 characters of unpadded base64url.
    package func appendText(to bytes: inout [UInt8]) {
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        alphabet.withUTF8Buffer { digits in
            var bits: UInt32 = 0
            var count = 0
            for index in 0..<20 {
                bits = (bits << 8) | UInt32(byte(at: index))
                count += 8
                while count >= 6 {
                    count -= 6
                    unsafe bytes.append(digits[Int((bits >> UInt32(count)) & 63)])
                }
            }
            unsafe bytes.append(digits[Int((bits << UInt32(6 - count)) & 63)])
        }
    }

    /// The bytes are the output of a keyed MAC: any eight of them are as good as a hash.
    package func hash(into hasher: inout Hasher) { hasher.combine(high) }

    /// Which of `count` shards (a power of two) the key lives in.
    package func shard(of count: Int) -> Int { Int(truncatingIfNeeded: middle) & (count - 1) }

    private func byte(at index: Int) -> UInt8 {
        switch index {
        case 0..<8: UInt8(truncatingIfNeeded: high >> UInt64(56 - index * 8))
        case 8..<16: UInt8(truncatingIfNeeded: middle >> UInt64(120 - index * 8))
        default: UInt8(truncatingIfNeeded: low >> UInt32(152 - index * 8))
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
