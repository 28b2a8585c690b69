import GatewayConfig
import GatewayStorage
import Logging
import WebhookVerification

/// Rebuilds the replay store from what the audit log says of earlier runs, so that a restart forgets nothing.
///
/// Acknowledged deliveries become finished ones with what is left of their time; an admission without an outcome may
/// have reached the handler: the next attempt is forwarded, marked uncertain. Source: `docs/architecture.md`, replay
/// state machine, restart.
enum ReplayRestorer {
    private struct Past {
        var status: Int?
        var isFailure: Bool
        var attempt: Int
        var time: Int64
        var source: Int
    }

    /// Fills the store; refuses to start where the log cannot be read, since what it would not know could be replayed.
    static func restore(
        _ store: MemoryReplayStore,
        configuration: GatewayConfiguration,
        logger: Logger
    ) throws(GatewayStartFault) {
        let ttls = configuration.sources.map(ttl)
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
            let restored = put(past, ttls, into: store, now: now)
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

    private static func ttl(_ source: Source) -> Int64 {
        switch source.replay {
        case .off: 0
        case .on(let protection): protection.ttl
        }
    }

    private static func apply(_ entry: AuditReplayEntry, _ source: Int, to past: inout Past?) {
        let attempt = past?.attempt ?? 0
        switch entry.act {
        case .admitted:
            past = Past(status: nil, isFailure: false, attempt: attempt + 1, time: entry.time, source: source)
        case .done(let status):
            past = Past(status: status, isFailure: false, attempt: max(attempt, 1), time: entry.time, source: source)
        case .failed:
            past = Past(status: nil, isFailure: true, attempt: max(attempt, 1), time: entry.time, source: source)
        case .unknown:
            past = Past(status: nil, isFailure: false, attempt: max(attempt, 1), time: entry.time, source: source)
        case .duplicate: past?.time = entry.time
        }
    }

    private static func put(
        _ past: [ReplayKey: Past],
        _ ttls: [Int64],
        into store: MemoryReplayStore,
        now: Int64
    ) -> Int {
        let monotonic = GatewayClock.monotonic()
        var count = 0
        // A definite failure needs no memory: its next attempt is forwarded either way.
        for (key, known) in past where !known.isFailure {
            let ttl = ttls[known.source]
            let memory = known.status == nil ? 86_400 : ttl
            // A clock that was set back must not prolong what is remembered.
            let age = max(0, now - known.time)
            let remaining = memory * 1_000_000 - age
            guard remaining > 0 else { continue }
            store.restore(
                ReplayRecord(
                    key: key,
                    status: known.status,
                    attempt: known.attempt,
                    digest: 0,
                    fingerprint: 0,
                    remaining: remaining * 1000,
                    ttl: ttl
                ),
                now: monotonic
            )
            count += 1
        }
        return count
    }
}
