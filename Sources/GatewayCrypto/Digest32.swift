/// Thirty-two bytes kept inline, the size of a SHA-256 digest: usable as a key, never an allocation.
package struct Digest32: Sendable, Hashable {
    /// The bytes in the order of memory, eight at a time.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Takes four words as they lie in memory.
    init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (first, second, third, fourth) = words
    }

    /// Copies exactly 32 bytes; `nil` for any other number.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &words) { target in
            unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
        self.init(words: words)
    }

    /// Lends the 32 bytes.
    package func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        unsafe withUnsafeBytes(of: self) { unsafe body(Span(_bytes: RawSpan(_unsafeBytes: $0))) }
    }

    /// The 32 bytes as an array.
    package var bytes: [UInt8] { unsafe withUnsafeBytes(of: self) { unsafe Array($0) } }

    /// Appends 64 lower-case hexadecimal digits.
    package func appendHex(to output: inout [UInt8]) {
        withBytes { Hex.append($0, to: &output) }
    }

    /// Appends 43 characters of base64url without padding (RFC 4648 section 5).
    package func appendBase64URL(to output: inout [UInt8]) {
        withBytes { Base64.append($0, alphabet: .url, padding: .none, to: &output) }
    }

    /// The hexadecimal form as text.
    package var hex: String {
        var output: [UInt8] = []
        output.reserveCapacity(64)
        appendHex(to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
