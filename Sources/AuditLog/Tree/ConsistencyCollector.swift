package import GatewayCrypto

/// Makes the consistency proofs from several old sizes to one new size in a single pass over the leaves between.
///
/// Keeps only the inner hashes that the proofs need: a few for each size. Used when a prefix is pruned, so that whoever
/// kept an old checkpoint can still hold the log to it. Source: RFC 6962 section 2.1.2.
package struct ConsistencyCollector {
    /// A complete subtree: of `1 << level` leaves, the `index`-th of its size.
    private struct Node: Hashable {
        let level: UInt64
        let index: UInt64
    }

    private let end: UInt64
    private let sizes: [UInt64]
    private var needed: Set<Node> = []
    private var known: [Node: Digest32] = [:]
    /// The tree over what was added.
    package private(set) var range: CompactRange

    /// Starts behind `start`; proofs are for those of `sizes` that lie from the end of `start` up to `end`.
    package init(start: CompactRange, sizes: [UInt64], end: UInt64) {
        self.end = end
        self.sizes = Set(sizes).filter { $0 > 0 && $0 >= start.size && $0 < end }.sorted()
        range = start
        for size in self.sizes {
            for part in ConsistencyCollector.parts(size, 0..<end, isComplete: true) {
                needed.formUnion(ConsistencyCollector.nodes(part))
            }
        }
        for (node, hash) in zip(ConsistencyCollector.nodes(0..<start.size), start.hashes) { known[node] = hash }
    }

    /// Adds the next leaf.
    package mutating func append(_ leaf: Digest32, with hasher: TreeHasher) {
        var hash = leaf
        var node = Node(level: 0, index: range.size)
        if needed.contains(node) { known[node] = hash }
        // The same merges as in the range itself, looked at one by one.
        var rest = range.hashes.count
        while node.index & 1 == 1, rest > 0 {
            rest -= 1
            hash = hasher.node(range.hashes[rest], hash)
            node = Node(level: node.level + 1, index: node.index >> 1)
            if needed.contains(node) { known[node] = hash }
        }
        range.append(leaf, with: hasher)
    }

    /// The proofs, smallest size first; `nil` where not all leaves were added.
    package func proofs(with hasher: TreeHasher) -> [(size: UInt64, proof: [Digest32])]? {
        guard range.size == end else { return nil }
        var result: [(size: UInt64, proof: [Digest32])] = []
        for size in sizes {
            var proof: [Digest32] = []
            for part in ConsistencyCollector.parts(size, 0..<end, isComplete: true) {
                guard let hash = hash(of: part, hasher) else { return nil }
                proof.append(hash)
            }
            result.append((size, proof))
        }
        return result
    }

    private func hash(of part: Range<UInt64>, _ hasher: TreeHasher) -> Digest32? {
        var hashes: [Digest32] = []
        for node in ConsistencyCollector.nodes(part) {
            guard let hash = known[node] else { return nil }
            hashes.append(hash)
        }
        guard var hash = hashes.popLast() else { return nil }
        while let left = hashes.popLast() { hash = hasher.node(left, hash) }
        return hash
    }

    /// The parts of the tree whose roots make the proof, in its order.
    private static func parts(_ size: UInt64, _ part: Range<UInt64>, isComplete: Bool) -> [Range<UInt64>] {
        let count = part.upperBound - part.lowerBound
        if size == count { return isComplete ? [] : [part] }
        let split = UInt64(1) << (63 - UInt64((count - 1).leadingZeroBitCount))
        let middle = part.lowerBound + split
        if size <= split {
            return parts(size, part.lowerBound..<middle, isComplete: isComplete) + [middle..<part.upperBound]
        }
        return parts(size - split, middle..<part.upperBound, isComplete: false) + [part.lowerBound..<middle]
    }

    /// The complete subtrees that a part consists of, largest first; its start is a multiple of the largest.
    private static func nodes(_ part: Range<UInt64>) -> [Node] {
        var result: [Node] = []
        var start = part.lowerBound
        while start < part.upperBound {
            let count = part.upperBound - start
            let level = 63 - UInt64(count.leadingZeroBitCount)
            result.append(Node(level: level, index: start >> level))
            start += 1 << level
        }
        return result
    }
}
