import AuditLog
import GatewayCrypto
import Testing

@Suite struct InclusionCollectorTests {
    @Test(
        "Its proof is that of the whole list of leaves, for every leaf of every tree up to 70, pruned anywhere before"
    )
    func bruteForce() throws {
        let hasher = try TreeHasher()
        let leaves = (0..<70).map { hasher.leaf([UInt8($0)].span) }
        for size in 1...70 {
            let slice = leaves[..<size]
            let root = MerkleProof.root(slice, with: hasher)
            for index in 0..<size {
                let wanted = MerkleProof.inclusion(of: index, in: slice, with: hasher)
                for gone in Set([0, 1, index / 2, index]) where gone <= index {
                    var pruned = CompactRange()
                    for leaf in leaves[..<gone] { pruned.append(leaf, with: hasher) }
                    let made = InclusionCollector(
                        index: UInt64(index),
                        size: UInt64(size),
                        pruned: pruned,
                        hasher: hasher
                    )
                    var collector = try #require(made)
                    for leaf in leaves[gone...] { collector.append(leaf) }
                    #expect(collector.proof == wanted, "\(index) of \(size) after \(gone)")
                    #expect(collector.root == root)
                    #expect(collector.size == UInt64(size))
                }
            }
        }
    }

    @Test("There is no proof of an entry beyond the size, nor of one that was pruned")
    func absent() throws {
        let hasher = try TreeHasher()
        var pruned = CompactRange()
        for byte in 0..<5 { pruned.append(hasher.leaf([UInt8(byte)].span), with: hasher) }
        #expect(InclusionCollector(index: 9, size: 9, hasher: hasher) == nil)
        #expect(InclusionCollector(index: 4, size: 9, pruned: pruned, hasher: hasher) == nil)
        #expect(InclusionCollector(index: 5, size: 9, pruned: pruned, hasher: hasher) != nil)
    }

    @Test("The text form has the header, the index, one hash a line, an empty line and the note")
    func text() {
        let hash = SHA256.hash([1].span)
        let bytes = InclusionCollector.text(
            index: 7,
            extra: Array("{}".utf8),
            proof: [hash],
            note: Array("note\n".utf8)
        )
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 7)
        #expect(lines[0] == "c2sp.org/tlog-proof@v1")
        #expect(lines[1] == "extra e30=")
        #expect(lines[2] == "index 7")
        #expect(lines[3].utf8.count == 44)
        #expect(lines[4] == "" && lines[5] == "note" && lines[6] == "")
    }
}
