internal import AuditLog
internal import GatewayCrypto
internal import StrictJSON

/// The file form of the proofs of a pruning: one JSON object a line, `{"proof":[base64…],"size":m,"to":p}`.
enum PruneProofFile {
    /// The line of one proof.
    static func line(_ proof: PruneProof) -> [UInt8] {
        var text: [UInt8] = []
        let hashes = proof.hashes.map { AuditValue.string(Base64.encode($0.bytes.span)) }
        AuditValue.object([
            "proof": .list(hashes), "size": .integer(Int(proof.size)), "to": .integer(Int(proof.to)),
        ]).append(to: &text)
        text.append(UInt8(ascii: "\n"))
        return text
    }

    /// The proofs of a file; lines of another form are passed over, they prove nothing.
    static func decode(_ bytes: [UInt8]) -> [PruneProof] {
        let document = JSONDocument()
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { part in
            let line = Array(part)
            guard document.parse(line.span) == nil, let root = document.root,
                let size = document.member("size", of: root, in: line.span),
                let to = document.member("to", of: root, in: line.span),
                let list = document.member("proof", of: root, in: line.span),
                let from = document.integer(size, in: line.span).flatMap(UInt64.init(exactly:)),
                let end = document.integer(to, in: line.span).flatMap(UInt64.init(exactly:))
            else { return nil }
            let texts = document.elements(of: list).compactMap { document.string($0, in: line.span) }
            let hashes = texts.compactMap { Base64.decode($0) }.compactMap { Digest32($0.span) }
            return hashes.count == texts.count ? PruneProof(size: from, to: end, hashes: hashes) : nil
        }
    }
}
