package import GatewayCrypto

/// The part of a Merkle tree that is needed to go on: one hash for each bit of its size, at most 64.
///
/// Appending costs one inner hash on average. Source: RFC 6962 section 2.1.
package struct CompactRange: Sendable, Equatable {
    /// How many leaves.
    package private(set) var size: UInt64 = 0
    /// The roots of the complete subtrees, largest first.
    package private(set) var hashes: [Digest32] = []

    /// A tree without leaves.
    package init() {}

    /// Takes a stored range; `nil` where the number of hashes is not that of the bits of `size`.
    package init?(size: UInt64, hashes: [Digest32]) {
        guard hashes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.hashes = hashes
    }

    /// Adds the hash of a leaf.
    package mutating func append(_ leaf: Digest32, with hasher: TreeHasher) {
        var node = leaf
        var rest = size
        while rest & 1 == 1, let left = hashes.popLast() {
            node = hasher.node(left, node)
            rest >>= 1
        }
        hashes.append(node)
        size &+= 1
    }

    /// The root of the tree.
    package func root(with hasher: TreeHasher) -> Digest32 {
        guard var node = hashes.last else { return hasher.empty() }
        for left in hashes.dropLast().reversed() { node = hasher.node(left, node) }
        return node
    }
}
