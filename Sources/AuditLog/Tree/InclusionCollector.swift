package import GatewayCrypto

/// Makes the inclusion proof of one leaf while all leaves go by in order; keeps one hash for each bit of the size.
///
/// Gives what `MerkleProof.inclusion` gives without holding the leaves. Source: RFC 6962 section 2.1.1.
package struct InclusionCollector {
    /// One subtree whose root is in the proof, or the leaf itself.
    private struct Part {
        let range: Range<UInt64>
        /// How near to the leaf its hash stands.
        let height: Int
        var tree = CompactRange()
    }

    private let index: UInt64
    private let hasher: TreeHasher
    private var parts: [Part]
    private var current = 0
    private var whole: CompactRange

    /// Proves entry `index` of the tree of `size` leaves; `pruned` is the range of leaves that are gone.
    ///
    /// `nil` where there is no such leaf or it is among those that are gone.
    package init?(index: UInt64, size: UInt64, pruned: CompactRange = CompactRange(), hasher: TreeHasher) {
        guard index < size, index >= pruned.size else { return nil }
        self.index = index
        self.hasher = hasher
        whole = pruned
        var parts: [Part] = []
        InclusionCollector.split(index, 0..<size, height: 0, into: &parts)
        parts.sort { $0.range.lowerBound < $1.range.lowerBound }
        // The leaves that are gone are the first parts whole, and at most the beginning of one more.
        var hashes = pruned.hashes[...]
        var gone: UInt64 = 0
        for place in parts.indices where gone < pruned.size {
            let length = parts[place].range.upperBound - parts[place].range.lowerBound
            let taken = min(length, pruned.size - gone)
            let count = taken.nonzeroBitCount
            guard hashes.count >= count, let tree = CompactRange(size: taken, hashes: Array(hashes.prefix(count)))
            else {
                return nil
            }
            parts[place].tree = tree
            hashes = hashes.dropFirst(count)
            gone += taken
        }
        self.parts = parts
    }

    /// Splits the tree along the way to the leaf; the part nearest to the root has the smallest height.
    private static func split(_ index: UInt64, _ range: Range<UInt64>, height: Int, into parts: inout [Part]) {
        let count = range.upperBound - range.lowerBound
        guard count > 1 else {
            parts.append(Part(range: range, height: .max))
            return
        }
        let half = UInt64(1) << UInt64(63 - (count - 1).leadingZeroBitCount)
        let middle = range.lowerBound + half
        if index < middle {
            parts.append(Part(range: middle..<range.upperBound, height: height))
            split(index, range.lowerBound..<middle, height: height + 1, into: &parts)
        } else {
            parts.append(Part(range: range.lowerBound..<middle, height: height))
            split(index, middle..<range.upperBound, height: height + 1, into: &parts)
        }
    }

    /// Adds the next leaf; the first is number `pruned.size`.
    ///
    /// Leaves beyond the size are passed over.
    package mutating func append(_ leaf: Digest32) {
        while current < parts.count, whole.size >= parts[current].range.upperBound { current += 1 }
        guard current < parts.count else { return }
        parts[current].tree.append(leaf, with: hasher)
        whole.append(leaf, with: hasher)
    }

    /// The root over all leaves, once they were added.
    package var root: Digest32 { whole.root(with: hasher) }
    /// How many leaves are there.
    package var size: UInt64 { whole.size }

    /// The hashes from the leaf's neighbour to the child of the root.
    package var proof: [Digest32] {
        parts.filter { $0.height != .max }.sorted { $0.height > $1.height }.map { $0.tree.root(with: hasher) }
    }

    /// The text form of C2SP tlog-proof: the index, the hashes, and the checkpoint with its signatures.
    ///
    /// `extra` travels along unauthenticated; here it is the line, whose leaf hash the proof is about.
    package static func text(index: UInt64, extra: [UInt8], proof: [Digest32], note: [UInt8]) -> [UInt8] {
        var text = "c2sp.org/tlog-proof@v1\nextra \(Base64.encode(extra.span))\nindex \(index)\n"
        for hash in proof { text += hash.withBytes { Base64.encode($0) } + "\n" }
        return Array((text + "\n").utf8) + note
    }
}
