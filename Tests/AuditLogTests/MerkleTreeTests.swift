import AuditLog
import GatewayCrypto
import Testing

@Suite("Merkle tree")
struct MerkleTreeTests {
    private func leaves(_ count: Int, _ hasher: TreeHasher) -> [Digest32] {
        (0..<count).map { hasher.leaf(Array("entry \($0)".utf8).span) }
    }

    /// RFC 6962 section 2.1, word for word.
    private func reference(_ leaves: ArraySlice<Digest32>, _ hasher: TreeHasher) -> Digest32 {
        guard leaves.count > 1 else { return leaves.first ?? SHA256.hash([UInt8]().span) }
        var power = 1
        while power * 2 < leaves.count { power *= 2 }
        let middle = leaves.startIndex + power
        return hasher.node(reference(leaves[..<middle], hasher), reference(leaves[middle...], hasher))
    }

    @Test("leaf and node hashes are those of RFC 6962, seen from plain SHA-256")
    func hashes() throws {
        let hasher = try TreeHasher()
        func plain(_ bytes: [UInt8]) -> Digest32 { SHA256.hash(bytes.span) }
        func leaf(_ bytes: [UInt8]) -> Digest32 { hasher.leaf(bytes.span) }
        #expect(leaf([0x61]) == plain([0x00, 0x61]))
        let (one, two) = (leaf([1]), leaf([2]))
        #expect(hasher.node(one, two) == plain([0x01] + one.bytes + two.bytes))
        #expect(hasher.empty().hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("the compact range has the root of the whole tree at every size up to 70")
    func compactRange() throws {
        let hasher = try TreeHasher()
        let all = leaves(70, hasher)
        var range = CompactRange()
        for size in 0...70 {
            #expect(range.root(with: hasher) == reference(all[..<size], hasher))
            #expect(range.hashes.count == size.nonzeroBitCount)
            #expect(CompactRange(size: range.size, hashes: range.hashes) == range)
            if size < 70 { range.append(all[size], with: hasher) }
        }
        #expect(CompactRange(size: 3, hashes: [all[0]]) == nil)
    }

    @Test("every inclusion proof up to 70 leaves holds, and no other leaf, place, size or root does")
    func inclusion() throws {
        let hasher = try TreeHasher()
        let all = leaves(70, hasher)
        for size in 1...70 {
            let root = reference(all[..<size], hasher)
            for index in 0..<size {
                let proof = MerkleProof.inclusion(of: index, in: all[..<size], with: hasher)
                func holds(_ leaf: Digest32, _ place: Int, _ size: Int, _ proof: [Digest32]) -> Bool {
                    MerkleProof.verifyInclusion(
                        of: leaf,
                        at: UInt64(place),
                        size: UInt64(size),
                        root: root,
                        proof: proof,
                        with: hasher
                    )
                }
                #expect(holds(all[index], index, size, proof))
                #expect(!holds(all[(index + 1) % 70], index, size, proof))
                if size > 1 { #expect(!holds(all[index], (index + 1) % size, size, proof)) }
                #expect(!holds(all[index], index, size, proof + [root]))
                if !proof.isEmpty { #expect(!holds(all[index], index, size, Array(proof.dropLast()))) }
            }
            #expect(
                !MerkleProof.verifyInclusion(
                    of: all[0],
                    at: UInt64(size),
                    size: UInt64(size),
                    root: root,
                    proof: [],
                    with: hasher
                )
            )
        }
    }

    @Test("every consistency proof up to 70 leaves holds, and fails against another root")
    func consistency() throws {
        let hasher = try TreeHasher()
        let all = leaves(70, hasher)
        let other = hasher.leaf([9].span)
        for new in 1...70 {
            let newRoot = reference(all[..<new], hasher)
            for old in 0...new {
                let oldRoot = reference(all[..<old], hasher)
                let proof = MerkleProof.consistency(from: old, in: all[..<new], with: hasher)
                func holds(_ oldRoot: Digest32, _ newRoot: Digest32, _ proof: [Digest32]) -> Bool {
                    MerkleProof.verifyConsistency(
                        oldSize: UInt64(old),
                        oldRoot: oldRoot,
                        newSize: UInt64(new),
                        newRoot: newRoot,
                        proof: proof,
                        with: hasher
                    )
                }
                #expect(holds(oldRoot, newRoot, proof))
                #expect(!holds(all[0], other, proof))
                if old > 0 { #expect(!holds(other, newRoot, proof)) }
                if old > 0, old < new {
                    #expect(!holds(oldRoot, other, proof))
                    #expect(!holds(oldRoot, newRoot, proof + [newRoot]))
                }
            }
        }
    }
}
