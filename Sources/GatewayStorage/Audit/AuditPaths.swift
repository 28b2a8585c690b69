package import AuditLog

/// The places of one log's files.
///
/// Source: `docs/audit-log-format.md`, files.
package struct AuditPaths: Sendable {
    /// The directory of the log.
    package let root: String

    /// Names the files below `root`.
    package init(root: String) { self.root = root }

    /// Held locked by the only writer.
    package var lock: String { "\(root)/LOCK" }
    /// The description of the log.
    package var description: String { "\(root)/log.json" }
    /// The newest checkpoint.
    package var checkpoint: String { "\(root)/checkpoint" }
    /// The retained checkpoints.
    package var checkpoints: String { "\(root)/checkpoints" }
    /// The segments.
    package var segments: String { "\(root)/segments" }
    /// Bytes that were cut at recovery.
    package var quarantine: String { "\(root)/quarantine" }
    /// The compact range at the start of the open segment: saves reading the closed ones, never trusted unsigned.
    package var boundary: String { "\(root)/boundary.json" }
    /// The compact range of what was pruned.
    package var pruned: String { "\(root)/pruned.json" }
    /// The compact ranges at the ends of closed segments, by size.
    package var boundaries: String { "\(root)/boundaries" }
    /// The proofs that old checkpoints are the beginning of what was pruned.
    package var prunedProofs: String { "\(root)/pruned" }
    /// The sidecar of sealed values.
    package var sealed: String { "\(root)/sealed" }
    /// The sealed values of a month.
    package func sealed(_ epoch: AuditEpoch) -> String { "\(sealed)/\(epoch.text)" }
    /// A file of sealed values without its suffix: the first entry of it.
    func sealedFile(_ epoch: AuditEpoch, _ first: UInt64) -> String { "\(sealed(epoch))/\(AuditPaths.digits(first))" }
    /// The file that is given up when the disk is nearly full.
    package var ballast: String { "\(root)/ballast" }

    /// The segment that starts with entry `first`.
    package func segment(_ first: UInt64) -> String { "\(segments)/\(AuditPaths.digits(first)).jsonl" }
    /// The compressed form of the segment that starts with entry `first`.
    package func compressed(_ first: UInt64) -> String { segment(first) + ".gz" }
    /// The compact range at `size` entries, where a segment ends there.
    package func boundary(_ size: UInt64) -> String { "\(boundaries)/\(AuditPaths.digits(size)).json" }
    /// The proofs that belong to the pruning up to `size`.
    package func proofs(_ size: UInt64) -> String { "\(prunedProofs)/\(AuditPaths.digits(size)).proofs" }
    /// The retained checkpoint of `size` entries.
    package func checkpoint(_ size: UInt64) -> String { "\(checkpoints)/\(AuditPaths.digits(size))" }

    /// Sixteen digits, so that names sort as numbers do.
    package static func digits(_ value: UInt64) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, 16 - text.utf8.count)) + text
    }

    /// The number in a name made by `digits`, with `suffix` behind; `nil` for any other name.
    package static func number(_ name: String, suffix: String) -> UInt64? {
        guard name.hasSuffix(suffix) else { return nil }
        let text = name.dropLast(suffix.count)
        guard text.utf8.count >= 16, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return UInt64(text)
    }
}
