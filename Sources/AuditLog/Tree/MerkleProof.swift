package import GatewayCrypto

/// Inclusion and consistency proofs of a Merkle tree: made from leaf hashes, checked against roots.
///
/// Source: RFC 6962 section 2.1.1 and 2.1.2 (making), RFC 9162 section 2.1.3.2 and 2.1.4.2 (checking).
package enum MerkleProof {
    /// The root of the tree over `leaves`.
    package static func root(_ leaves: ArraySlice<Digest32>, with hasher: TreeHasher) -> Digest32 {
        var range = CompactRange()
        for leaf in leaves { range.append(leaf, with: hasher) }
        return range.root(with: hasher)
    }

    /// The hashes that lead from leaf `index` to the root over `leaves`; empty where there is no such leaf.
    package static func inclusion(of index: Int, in leaves: ArraySlice<Digest32>, with hasher: TreeHasher) -> [Digest32]
    {
        guard index >= 0, index < leaves.count, leaves.count > 1 else { return [] }
        let split = largestPower(below: leaves.count)
        let middle = leaves.startIndex + split
        if index < split {
            return inclusion(of: index, in: leaves[..<middle], with: hasher) + [root(leaves[middle...], with: hasher)]
        }
        return inclusion(of: index - split, in: leaves[middle...], with: hasher)
            + [root(leaves[..<middle], with: hasher)]
    }

    /// The hashes that show that the first `size` of `leaves` are the start of all; empty where nothing has to be shown.
    package static func consistency(
        from size: Int,
        in leaves: ArraySlice<Digest32>,
        with hasher: TreeHasher
    ) -> [Digest32] {
        guard size > 0, size < leaves.count else { return [] }
        return subproof(size, leaves, isComplete: true, hasher)
    }

    private static func subproof(
        _ size: Int,
        _ leaves: ArraySlice<Digest32>,
        isComplete: Bool,
        _ hasher: TreeHasher
    ) -> [Digest32] {
        if size == leaves.count { return isComplete ? [] : [root(leaves, with: hasher)] }
        let split = largestPower(below: leaves.count)
        let middle = leaves.startIndex + split
        if size <= split {
            return subproof(size, leaves[..<middle], isComplete: isComplete, hasher)
                + [root(leaves[middle...], with: hasher)]
        }
        return subproof(size - split, leaves[middle...], isComplete: false, hasher)
            + [root(leaves[..<middle], with: hasher)]
    }

    /// Whether `proof` shows that `leaf` is number `index` of the tree of `size` leaves with root `root`.
    package static func verifyInclusion(
        of leaf: Digest32,
        at index: UInt64,
        size: UInt64,
        root: Digest32,
        proof: [Digest32],
        with hasher: TreeHasher
    ) -> Bool {
        guard index < size else { return false }
        var place = index
        var last = size - 1
        var node = leaf
        for hash in proof {
            if last == 0 { return false }
            if place & 1 == 1 || place == last {
                node = hasher.node(hash, node)
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                node = hasher.node(node, hash)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && node == root
    }

    /// Whether `proof` shows that the tree of `oldSize` leaves is the start of the tree of `newSize` leaves.
    package static func verifyConsistency(
        oldSize: UInt64,
        oldRoot: Digest32,
        newSize: UInt64,
        newRoot: Digest32,
        proof: [Digest32],
        with hasher: TreeHasher
    ) -> Bool {
        guard oldSize <= newSize else { return false }
        if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return proof.isEmpty && oldRoot == hasher.empty() }
        let root = extendedRoot(oldSize: oldSize, oldRoot: oldRoot, newSize: newSize, proof: proof, with: hasher)
        return root == newRoot
    }

    /// The root of the tree of `newSize` leaves that a consistency proof gives for an old root; `nil` where it does not
    /// belong to that root or those sizes.
    package static func extendedRoot(
        oldSize: UInt64,
        oldRoot: Digest32,
        newSize: UInt64,
        proof: [Digest32],
        with hasher: TreeHasher
    ) -> Digest32? {
        guard oldSize > 0, oldSize < newSize else { return nil }
        var place = oldSize - 1
        var last = newSize - 1
        while place & 1 == 1 {
            place >>= 1
            last >>= 1
        }
        var rest = proof[...]
        let isPower = oldSize & (oldSize - 1) == 0
        guard let first = isPower ? oldRoot : rest.popFirst() else { return nil }
        var old = first
        var new = first
        for hash in rest {
            if last == 0 { return nil }
            if place & 1 == 1 || place == last {
                old = hasher.node(hash, old)
                new = hasher.node(hash, new)
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                new = hasher.node(new, hash)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && old == oldRoot ? new : nil
    }

    /// The largest power of two that is smaller than `count`, which is at least 2.
    private static func largestPower(below count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
