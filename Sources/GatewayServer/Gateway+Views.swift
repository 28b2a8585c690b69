import AuditLog
import GatewayConfig
import GatewayStorage
import NIOCore
import Synchronization
import WebhookVerification

/// What the admin listener shows.
extension Gateway {
    /// The reasons why deliveries cannot be taken now; empty when ready.
    var unreadiness: [String] {
        var reasons: [String] = []
        if state.withLock({ $0.isDraining }) { reasons.append("draining") }
        if let refusal = writer.refusal { reasons.append("audit log: \(refusal.rawValue)") }
        return reasons
    }

    /// The metrics of the whole process in the text format of Prometheus; blocks until every loop has answered.
    func renderMetrics() -> String {
        var merged = LoopMetrics()
        for bound in loops {
            if let metrics = try? bound.eventLoop.submit({ bound.value.metrics }).wait() { merged.merge(metrics) }
        }
        let (snapshot, last, reloads) = state.withLock { ($0.snapshot, $0.lastReload, $0.reloads) }
        return MetricsRenderer(
            metrics: merged,
            audit: writer.metrics,
            replayEntries: replay.entryCount,
            replayOverruns: replay.overrunCount,
            snapshot: snapshot,
            lastReload: last,
            reloads: reloads,
            version: options.version,
            isAuditOpen: writer.state == .open,
            certificates: listeners.certificates,
            keys: snapshot.keyring.flatMap { keys?.metrics($0, maxAge: configuration.keyring?.maxAge) }
        ).render()
    }

    /// How the gateway is, for `GET /v1/status`; blocks until every loop has answered.
    func renderStatus() -> String {
        var merged = LoopMetrics()
        for bound in loops {
            if let metrics = try? bound.eventLoop.submit({ bound.value.metrics }).wait() { merged.merge(metrics) }
        }
        let (snapshot, last) = state.withLock { ($0.snapshot, $0.lastReload) }
        let names = [""] + snapshot.table.sources.map(\.name)
        let audit = writer.metrics
        return StatusText(
            version: options.version,
            configuration: snapshot.configuration,
            addresses: listeners.addresses,
            unreadiness: unreadiness,
            lastReload: last,
            uptime: (GatewayClock.monotonic() - started) / 1_000_000_000,
            connections: merged.connectionsOpen,
            sources: zip(names, merged.sources).map { name, counts in
                StatusText.SourceCounts(
                    name: name,
                    admitted: counts.allowed,
                    duplicates: counts.duplicates,
                    denied: counts.denied.reduce(0, +),
                    inFlight: counts.inFlight
                )
            },
            auditEntries: audit.treeSize,
            auditUnsigned: audit.unsignedRecords,
            replayEntries: replay.entryCount
        ).json
    }
}
