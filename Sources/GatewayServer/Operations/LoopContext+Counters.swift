import WebhookVerification

/// Counters of sources across reloads.
///
/// A request may be judged by a snapshot that was replaced meanwhile, in which sources and keys have other positions than
/// in the one whose counters are kept: they are found by name there, and what is gone is not counted.
extension LoopContext {
    /// Counts for a source of `snapshot`, `nil` for requests that reached none.
    func count(_ source: Int?, of snapshot: GatewaySnapshot, _ change: (inout LoopMetrics.PerSource) -> Void) {
        guard let source else { return change(&metrics.sources[0]) }
        if snapshot === self.snapshot { return change(&metrics.sources[source + 1]) }
        let name = snapshot.table.sources[source].name
        guard let present = self.snapshot.table.sources.first(where: { $0.name == name }) else { return }
        change(&metrics.sources[present.index + 1])
    }

    /// Counts a signature that held; `offset` is how far the signed time is from ours, in seconds.
    func count(_ match: SignatureMatch, _ source: Int, of snapshot: GatewaySnapshot, offset: Double?) {
        var key: Int? = match.keyIndex
        if snapshot !== self.snapshot {
            let name = snapshot.table.sources[source].name
            let present = self.snapshot.table.sources.first { $0.name == name }
            key = present?.signature.keys.firstIndex { $0.id == match.keyID }
        }
        count(source, of: snapshot) { $0.noteSignature(key: key, offset: offset) }
    }

    /// The counters as the sources and keys of `next` need them; those that are new begin at zero.
    func counters(for next: GatewaySnapshot) -> [LoopMetrics.PerSource] {
        var counters = LoopMetrics(sourceCount: next.table.sources.count).sources
        counters[0] = metrics.sources[0]
        for source in next.table.sources {
            guard let before = snapshot.table.sources.first(where: { $0.name == source.name }) else { continue }
            var kept = metrics.sources[before.index + 1]
            kept.keyMatches = LoopContext.movedKeyMatches(kept.keyMatches, from: before, to: source)
            counters[source.index + 1] = kept
        }
        return counters
    }
}

extension SignatureRule {
    /// The keys in their order; none for a source without signatures.
    fileprivate var keys: [SigningKey] {
        switch self {
        case .none: []
        case .scheme(_, let keys): keys
        }
    }
}
