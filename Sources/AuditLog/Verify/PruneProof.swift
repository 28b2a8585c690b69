package import GatewayCrypto

/// A proof that pruning left: the tree of an old size is the beginning of the tree that was pruned.
///
/// Source: `docs/audit-log-format.md`, pruning.
package struct PruneProof: Sendable, Equatable {
    /// The old size.
    package let size: UInt64
    /// The size up to which was pruned.
    package let to: UInt64
    /// The hashes, in the order of RFC 6962 section 2.1.2.
    package let hashes: [Digest32]

    /// Makes a proof.
    package init(size: UInt64, to: UInt64, hashes: [Digest32]) {
        self.size = size
        self.to = to
        self.hashes = hashes
    }

    /// What proofs say about an old checkpoint.
    enum Verdict: Equatable {
        case holds
        case fails
        case missing
    }

    /// Whether proofs lead from a checkpoint to a tree, directly or over earlier prunings.
    static func connects(
        _ checkpoint: Checkpoint,
        to size: UInt64,
        root: Digest32,
        _ proofs: [PruneProof],
        _ hasher: TreeHasher
    ) -> Verdict {
        if checkpoint.size == size { return checkpoint.root == root ? .holds : .fails }
        // Each proof says what the new root is, if the old one is right; the last has to be the one that is there.
        for proof in proofs where proof.size == checkpoint.size && proof.to <= size {
            let next = MerkleProof.extendedRoot(
                oldSize: proof.size,
                oldRoot: checkpoint.root,
                newSize: proof.to,
                proof: proof.hashes,
                with: hasher
            )
            guard let next else { return .fails }
            let step = Checkpoint(origin: checkpoint.origin, size: proof.to, root: next)
            let verdict = connects(step, to: size, root: root, proofs.filter { $0 != proof }, hasher)
            if verdict != .missing { return verdict }
        }
        return .missing
    }
}
