import GatewayConfig
import GatewayStorage
import WebhookVerification

/// The metrics of the process in the text format of Prometheus: base units, `_total`, bounded labels; never an event id
/// or an address.
///
/// Source: `docs/operations.md`, metrics.
struct MetricsRenderer {
    let metrics: LoopMetrics
    let audit: AuditMetrics
    let replayEntries: Int
    let replayOverruns: UInt64
    let snapshot: GatewaySnapshot
    let lastReload: Gateway.ReloadResult
    let reloads: (applied: UInt64, rejected: UInt64)
    let version: String
    let isAuditOpen: Bool
    let certificates: [CertificateDates.Dates]
    /// `nil` without a keyring.
    let keys: KeyMetrics?

    func render() -> String {
        var text = MetricsText()
        requests(&text)
        signatures(&text)
        if let keys { keyring(keys, &text) }
        replay(&text)
        auditLog(&text)
        upstreams(&text)
        process(&text)
        return text.output
    }

    private func name(_ index: Int) -> String {
        index == 0 || index > snapshot.table.sources.count ? "" : snapshot.table.sources[index - 1].name
    }

    private func requests(_ text: inout MetricsText) {
        text.family("postern_requests_total", .counter, "Requests by decision and reason.")
        for (index, source) in metrics.sources.enumerated() {
            if index > 0 {
                text.sample([("source", name(index)), ("decision", "allow"), ("reason", "")], source.allowed)
                text.sample(
                    [("source", name(index)), ("decision", "duplicate"), ("reason", "replay.duplicate")],
                    source.duplicates
                )
                text.sample([("source", name(index)), ("decision", "challenge"), ("reason", "")], source.challenges)
            }
            for (ordinal, count) in source.denied.enumerated() where count > 0 {
                text.sample(
                    [
                        ("source", name(index)), ("decision", "deny"),
                        ("reason", DenialReason.allCases[ordinal].rawValue),
                    ],
                    count
                )
            }
        }
        text.family("postern_request_duration_seconds", .histogram, "From the head to the answer.")
        for (index, source) in metrics.sources.enumerated() {
            if index > 0 { text.histogram([("source", name(index)), ("decision", "allow")], source.allowDuration) }
            if source.denyDuration.total > 0 {
                text.histogram([("source", name(index)), ("decision", "deny")], source.denyDuration)
            }
        }
        text.family("postern_shadow_refusals_total", .counter, "Refusals of checks in shadow, not acted on.")
        for (index, source) in metrics.sources.enumerated() where index > 0 {
            text.sample([("source", name(index))], source.shadowed)
        }
        text.family("postern_requests_in_flight", .gauge, "Exchanges with upstreams under way.")
        each(&text) { ([("source", $0)], Double($1.inFlight)) }
        text.family("postern_request_body_bytes", .histogram, "Bytes of bodies that were judged.")
        for (index, source) in metrics.sources.enumerated() where index > 0 {
            text.histogram([("source", name(index))], source.bodyBytes)
        }
        text.family("postern_stage_duration_seconds", .histogram, "Parts of judging a delivery, one in sixteen timed.")
        for (index, source) in metrics.sources.enumerated() where index > 0 && source.schemaDuration.total > 0 {
            text.histogram([("source", name(index)), ("stage", "schema")], source.schemaDuration)
        }
        text.family("postern_schema_violations_total", .counter, "Payloads that broke a schema, shadow included.")
        for (index, source) in metrics.sources.enumerated() where index > 0 {
            text.sample([("source", name(index))], source.schemaRefusals)
        }
        text.family("postern_clock_offset_seconds", .histogram, "Signed timestamp minus now.")
        for (index, source) in metrics.sources.enumerated() where index > 0 && source.clockOffset.total > 0 {
            text.histogram([("source", name(index))], source.clockOffset)
        }
    }

    private func signatures(_ text: inout MetricsText) {
        text.family("postern_signature_verifications_total", .counter, "Verified signatures by key, and failures.")
        for source in snapshot.table.sources where source.index + 1 < metrics.sources.count {
            let counters = metrics.sources[source.index + 1]
            if case .scheme(_, let keys) = source.signature {
                for (position, key) in keys.enumerated() {
                    let count = position < counters.keyMatches.count ? counters.keyMatches[position] : 0
                    text.sample([("source", source.name), ("key", key.id.text), ("result", "match")], count)
                }
                text.sample(
                    [("source", source.name), ("key", ""), ("result", "mismatch")],
                    counters.signatureFailures
                )
            }
        }
    }

    private func keyring(_ metrics: KeyMetrics, _ text: inout MetricsText) {
        text.gauge("postern_keyring_revision", "The keyring in force.", Double(metrics.revision))
        text.gauge(
            "postern_keyring_last_reload_success",
            "Whether the newest keyring was taken.",
            metrics.isCurrent ? 1 : 0
        )
        text.family("postern_key_verifications_total", .counter, "Deliveries each key verified, over restarts.")
        for key in metrics.keys { text.sample([("source", key.source), ("key", key.id)], key.verifications) }
        text.family("postern_key_last_used_timestamp_seconds", .gauge, "When each key last verified a delivery.")
        for key in metrics.keys {
            if let time = key.lastUsed { text.sample([("source", key.source), ("key", key.id)], Double(time)) }
        }
        text.family("postern_key_expiry_timestamp_seconds", .gauge, "When each key should be replaced.")
        for key in metrics.keys {
            if let time = key.expires { text.sample([("source", key.source), ("key", key.id)], Double(time)) }
        }
    }

    private func replay(_ text: inout MetricsText) {
        text.family("postern_replay_operations_total", .counter, "Claims by result.")
        for (result, field) in [
            ("won", \LoopMetrics.PerSource.replayWon), ("done", \.replayDone), ("in_flight", \.replayInFlight),
            ("held", \.replayHeld),
        ] {
            let sum = metrics.sources.reduce(UInt64(0)) { $0 &+ $1[keyPath: field] }
            text.sample([("store", "memory"), ("op", "claim"), ("result", result)], sum)
        }
        text.family("postern_replay_entries", .gauge, "Deliveries the replay store remembers.")
        text.sample([], Double(replayEntries))
        text.family(
            "postern_replay_lease_overruns_total",
            .counter,
            "Results that came after their claim was another's."
        )
        text.sample([], replayOverruns)
        text.family("postern_replay_store_up", .gauge, "Whether the replay store answers.")
        text.sample([("store", "memory")], 1.0)
    }

    private func auditLog(_ text: inout MetricsText) {
        text.family("postern_audit_records_total", .counter, "Audit entries written, by class.")
        for kind in AuditRecordClass.allCases {
            text.sample([("kind", "\(kind)")], audit.records[Int(kind.rawValue)])
        }
        text.family("postern_audit_commit_duration_seconds", .histogram, "Write and sync of one batch.")
        text.powers(audit.commitMicroseconds, total: Double(audit.commitMicrosecondsTotal) / 1e6)
        text.gauge("postern_audit_batch_records", "Entries of the last batch.", Double(audit.lastBatchRecords))
        text.gauge("postern_audit_queue_records", "Entries waiting for the writer.", Double(audit.queued))
        text.family("postern_audit_lost_records_total", .counter, "Entries that could not be recorded.")
        text.sample([], audit.lost)
        text.gauge("postern_audit_tree_size", "Entries in the log.", Double(audit.treeSize))
        text.gauge(
            "postern_audit_checkpoint_timestamp_seconds",
            "Time of the newest checkpoint.",
            Double(audit.checkpointTime) / 1e6
        )
        text.gauge("postern_audit_unsigned_records", "Entries no checkpoint covers yet.", Double(audit.unsignedRecords))
        text.gauge(
            "postern_audit_disk_level",
            "How scarce space is: 0 enough, 1 warn, 2 critical, 3 stop.",
            Double(audit.diskLevel.rawValue)
        )
        text.family("postern_audit_witness_errors_total", .counter, "Checkpoints not handed to a witness.")
        text.sample([], audit.witnessErrors)
        text.gauge("postern_audit_disk_free_bytes", "Free bytes where the log is.", Double(audit.freeBytes))
        text.family("postern_degraded", .gauge, "What does not work as it should.")
        text.sample([("what", "audit")], isAuditOpen ? 0.0 : 1.0)
        if let redaction = snapshot.redaction {
            text.sample([("what", "redaction")], redaction.isWhole(at: GatewayClock.now()) ? 0.0 : 1.0)
        }
    }

    private func upstreams(_ text: inout MetricsText) {
        text.family("postern_upstream_requests_total", .counter, "Exchanges with upstreams by result.")
        for (index, source) in metrics.sources.enumerated() where index > 0 {
            text.sample([("source", name(index)), ("result", "done")], source.upstreamDone)
            text.sample([("source", name(index)), ("result", "failed")], source.upstreamFailed)
            text.sample([("source", name(index)), ("result", "unknown")], source.upstreamUnknown)
        }
        text.family("postern_upstream_duration_seconds", .histogram, "From sending to the complete response.")
        for (index, source) in metrics.sources.enumerated() where index > 0 {
            text.histogram([("source", name(index))], source.upstreamDuration)
        }
        text.family("postern_upstream_unknown_total", .counter, "Exchanges whose outcome is unknown.")
        for (index, source) in metrics.sources.enumerated() where index > 0 {
            text.sample([("source", name(index))], source.upstreamUnknown)
        }
    }

    private func process(_ text: inout MetricsText) {
        text.family("postern_connections_total", .counter, "Connections accepted.")
        text.sample([], metrics.connectionsAccepted)
        text.family("postern_connections_rejected_total", .counter, "Connections above a limit.")
        text.sample([], metrics.connectionsRejected)
        text.gauge("postern_connections_open", "Connections now.", Double(metrics.connectionsOpen))
        text.family("postern_handshake_failures_total", .counter, "TLS handshakes and PROXY headers that failed.")
        text.sample([], metrics.handshakeFailures)
        text.family("postern_tls_certificate_expiry_timestamp_seconds", .gauge, "When a listener's certificate ends.")
        for dates in certificates {
            text.sample([("listener", dates.listener)], Double(dates.notAfter))
        }
        text.family("postern_limit_hits_total", .counter, "Deadlines that ended a connection or a request.")
        text.sample([], metrics.limitHits)
        text.family("postern_config_reloads_total", .counter, "Reloads by result.")
        text.sample([("result", "applied")], reloads.applied)
        text.sample([("result", "rejected")], reloads.rejected)
        var success = 1.0
        if case .rejected = lastReload { success = 0 }
        text.gauge("postern_config_last_reload_success", "Whether the last reload was applied.", success)
        text.family("postern_config_info", .gauge, "The configuration in force.")
        text.sample([("digest", snapshot.configuration.digest)], 1.0)
        text.family("postern_build_info", .gauge, "The build.")
        text.sample([("version", version)], 1.0)
    }

    private func each(
        _ text: inout MetricsText,
        _ value: (String, LoopMetrics.PerSource) -> ([(String, String)], Double)
    ) {
        for (index, source) in metrics.sources.enumerated() where index > 0 {
            let (labels, number) = value(name(index), source)
            text.sample(labels, number)
        }
    }
}
