package import GatewayCrypto

/// The two hashes of a Merkle tree (RFC 6962 section 2.1) over one reusable SHA-256 context; owned by one thread.
package final class TreeHasher {
    private let context: DigestContext
    private var scratch = [UInt8](repeating: 0, count: 65)

    /// Makes a hasher; throws where the provider does not offer SHA-256.
    package init() throws(CryptoFault) {
        context = try DigestContext(.sha256)
        scratch[0] = 1
    }

    /// The hash of a leaf: SHA-256(0x00 ‖ line), the line without its line feed.
    package func leaf(_ line: Span<UInt8>) -> Digest32 {
        context.update(TreeHasher.leafPrefix.span)
        context.update(line)
        return context.finish32()
    }

    /// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
    package func node(_ left: Digest32, _ right: Digest32) -> Digest32 {
        var span = scratch.mutableSpan
        TreeHasher.copy(left, to: &span, at: 1)
        TreeHasher.copy(right, to: &span, at: 33)
        context.update(scratch.span)
        return context.finish32()
    }

    /// The hash of a tree without leaves: SHA-256 of nothing.
    package func empty() -> Digest32 { context.finish32() }

    private static let leafPrefix: [UInt8] = [0]

    private static func copy(_ digest: Digest32, to target: inout MutableSpan<UInt8>, at offset: Int) {
        unsafe target.withUnsafeMutableBytes { buffer in
            unsafe buffer.storeBytes(of: digest, toByteOffset: offset, as: Digest32.self)
        }
    }
}
