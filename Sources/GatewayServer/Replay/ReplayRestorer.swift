import GatewayConfig
import GatewayStorage
import Logging
import WebhookVerification

/// Rebuilds the replay store from what the audit log says of earlier runs, so that a restart forgets nothing.
///
/// Acknowledged deliveries become finished ones with what is left of their time; an admission without an outcome may
/// have reached the handler: the next attempt is forwarded, marked uncertain, or held where the source says so. Source: `docs/architecture.md`, replay
/// state machine, restart.
enum ReplayRestorer {
    private struct Past {
        var status: Int?
        var isFailure: Bool
        var attempt: Int
        var time: Int64
        var source: Int
        var marks: AuditReplayEntry.Marks
    }

    /// Fills the store; refuses to start where the log cannot be read, since what it would not know could be replayed.
    static func restore(
        _ store: MemoryReplayStore,
        configuration: GatewayConfiguration,
        logger: Logger
    ) throws(GatewayStartFault) {
        let protections = configuration.sources.map(protection)
        let ttls = protections.map { $0?.ttl ?? 0 }
        let longest = max(ttls.max() ?? 0, 86_400)
        let now = GatewayClock.now().microseconds
        let directory = "\(configuration.audit.directory)/\(configuration.audit.node)"
        var names: [String: Int] = [:]
        for source in configuration.sources { names[source.name] = source.index }
        var past: [ReplayKey: Past] = [:]
        do {
            let summary = try AuditReplayReader(directory: directory).read(since: now - longest * 1_000_000) { entry in
                guard let source = names[entry.source] else { return }
                let key = ReplayKey(high: entry.key.first, middle: entry.key.second, low: entry.key.third)
                apply(entry, source, to: &past[key])
            }
            let restored = put(past, protections, into: store, now: now)
            if summary.entries > 0 {
                logger.info(
                    "replay store rebuilt from the audit log",
                    metadata: ["entries": "\(summary.entries)", "keys": "\(restored)"]
                )
            }
        } catch {
            throw GatewayStartFault(.inputOutput, "\(directory): the replay store cannot be rebuilt: \(error)")
        }
    }

    private static func protection(_ source: Source) -> ReplayRule.Protection? {
        switch source.replay {
        case .off: nil
        case .on(let protection): protection
        }
    }

    private static func apply(_ entry: AuditReplayEntry, _ source: Int, to past: inout Past?) {
        let before = past
        var next = Past(
            status: nil,
            isFailure: false,
            attempt: max(before?.attempt ?? 0, 1),
            time: entry.time,
            source: source,
            marks: before?.marks ?? .none
        )
        switch entry.act {
        case .admitted:
            next.attempt = (before?.attempt ?? 0) + 1
            next.marks = entry.marks
        case .done(let status): next.status = status
        case .failed: next.isFailure = true
        case .unknown: break
        case .duplicate(let status):
            // Where its admission is older than what is read, the repeat says that it was done, and how long ago last.
            next.status = before?.status ?? status
            if before == nil { next.marks = entry.marks }
        case .resolved(let isDone):
            if isDone { next.status = 200 } else { next.isFailure = true }
        case .allowed:
            past = nil
            return
        }
        past = next
    }

    private static func put(
        _ past: [ReplayKey: Past],
        _ protections: [ReplayRule.Protection?],
        into store: MemoryReplayStore,
        now: Int64
    ) -> Int {
        let monotonic = GatewayClock.monotonic()
        var count = 0
        // A definite failure needs no memory: its next attempt is forwarded either way.
        for (key, known) in past where !known.isFailure {
            guard let protection = protections[known.source] else { continue }
            let isHeld = known.status == nil && protection.holdsUnknown
            let memory = known.status == nil && !isHeld ? 86_400 : protection.ttl
            // A clock that was set back must not prolong what is remembered.
            let age = max(0, now - known.time)
            let remaining = memory * 1_000_000 - age
            guard remaining > 0 else { continue }
            store.restore(
                ReplayRecord(
                    key: key,
                    status: known.status,
                    isHeld: isHeld,
                    attempt: known.attempt,
                    digest: known.marks.body,
                    fingerprint: known.marks.content,
                    remaining: remaining * 1000,
                    ttl: protection.ttl
                ),
                now: monotonic
            )
            count += 1
        }
        return count
    }
}
