import WebhookVerification

/// What one event loop has counted for the keys of one source since its table was last changed.
struct KeyUseSample: Sendable {
    let source: String
    /// By key, in the order of the source's table.
    let counts: [(key: KeyID, count: UInt64)]
}

extension LoopContext {
    /// The counters of every key of every source; on the event loop.
    var keyUse: [KeyUseSample] {
        verifier.table.sources.compactMap { source in
            guard case .scheme(_, let keys) = source.signature, source.index + 1 < metrics.sources.count else {
                return nil
            }
            let counters = metrics.sources[source.index + 1].keyMatches
            return KeyUseSample(
                source: source.name,
                counts: keys.enumerated().map { ($1.id, $0 < counters.count ? counters[$0] : 0) }
            )
        }
    }

    /// Where a key stands in the table in force; for a delivery that was judged by an earlier one.
    func keyPosition(_ match: SignatureMatch, source: Int, of judged: GatewaySnapshot) -> Int? {
        if judged === snapshot { return match.keyIndex }
        let name = judged.table.sources[source].name
        guard let now = snapshot.table.sources.first(where: { $0.name == name }), now.index == source,
            case .scheme(_, let keys) = now.signature
        else { return nil }
        return keys.firstIndex { $0.id == match.keyID }
    }

    /// The counters of a source after its keys changed: each follows its key.
    static func movedKeyMatches(_ counters: [UInt64], from old: Source, to new: Source) -> [UInt64] {
        guard case .scheme(_, let before) = old.signature, case .scheme(_, let after) = new.signature else {
            return []
        }
        return after.map { key in
            guard let position = before.firstIndex(where: { $0.id == key.id }), position < counters.count else {
                return 0
            }
            return counters[position]
        }
    }
}
