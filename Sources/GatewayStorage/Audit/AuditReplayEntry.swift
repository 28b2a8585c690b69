package import AuditLog

/// What one stored entry says about a replay key.
package struct AuditReplayEntry: Sendable, Equatable {
    /// What happened.
    package enum Act: Sendable, Equatable {
        /// A delivery was let through; its outcome may follow.
        case admitted
        /// The upstream took it.
        case done(status: Int)
        /// The upstream definitely did not take it.
        case failed
        /// Nobody knows.
        case unknown
        /// A repeat was answered without being forwarded.
        case duplicate(status: Int)
        /// An operator decided what became of an attempt whose outcome was unknown.
        case resolved(isDone: Bool)
        /// An operator had a finished delivery forgotten, so that the next copy is forwarded.
        case allowed
    }

    /// What happened.
    package let act: Act
    /// The replay key: 20 bytes, the last word holds four.
    package let key: ReplayKeyBytes
    /// The request.
    package let requestID: UUIDv7
    /// What stands for the body and for the signed content; both 0 where the entry does not say.
    package let marks: Marks
    /// The configured source.
    package let source: String
    /// When, microseconds since 1970.
    package let time: Int64
}

extension AuditReplayEntry {
    /// What tells copies of one event apart: the member `rm`.
    package struct Marks: Sendable, Equatable {
        /// Of the body.
        package let body: UInt64
        /// Of the signed content.
        package let content: UInt64

        /// What an entry without `rm` says.
        package static let none = Marks(body: 0, content: 0)
    }
}

/// The 20 bytes of a replay key, kept inline.
package struct ReplayKeyBytes: Sendable, Hashable {
    /// Bytes 0 to 7, big-endian.
    package let first: UInt64
    /// Bytes 8 to 15.
    package let second: UInt64
    /// Bytes 16 to 19.
    package let third: UInt32

    /// Reads the 27 characters of base64url; `nil` for anything else.
    package init?(text: Span<UInt8>) {
        guard text.count == 27 else { return nil }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var bits: UInt64 = 0
        // 10 digits are 60 bits; three groups of 10, 10 and 7 digits are put together below.
        for index in 0..<27 {
            let digit = ReplayKeyBytes.values[Int(text[index])]
            guard digit < 64 else { return nil }
            bits = bits << 6 | UInt64(digit)
            if index == 9 { (words.0, bits) = (bits, 0) }
            if index == 19 { (words.1, bits) = (bits, 0) }
        }
        // 162 bits of digits for 160 bits of key: the last two have to be zero.
        guard bits & 3 == 0 else { return nil }
        words.2 = bits >> 2
        first = words.0 << 4 | words.1 >> 56
        second = words.1 << 8 | words.2 >> 32
        third = UInt32(truncatingIfNeeded: words.2)
    }

    /// The 20 bytes.
    package var bytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: first >> UInt64(56 - 8 * $0)) }
            + (0..<8).map { UInt8(truncatingIfNeeded: second >> UInt64(56 - 8 * $0)) }
            + (0..<4).map { UInt8(truncatingIfNeeded: third >> UInt32(24 - 8 * $0)) }
    }

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for (value, digit) in digits.utf8.enumerated() { table[Int(digit)] = UInt8(value) }
        return table
    }()
}
