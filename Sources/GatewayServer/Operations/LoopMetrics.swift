import AuditLog
import WebhookVerification

/// What one event loop counts.
///
/// Plain integers: only its loop writes them, a scrape copies them on that loop.
struct LoopMetrics: Sendable {
    /// What is counted for each source; index 0 stands for requests that reached no source.
    ///
    /// A delivery changes it twice at most: when it is admitted or denied, and when its upstream has answered.
    struct PerSource: Sendable {
        var allowed: UInt64 = 0
        var duplicates: UInt64 = 0
        /// Handshakes of the sender that were answered.
        var challenges: UInt64 = 0
        /// By position in `DenialReason.allCases`.
        var denied = [UInt64](repeating: 0, count: DenialReason.allCases.count)
        var shadowed: UInt64 = 0
        var inFlight: Int64 = 0
        var allowDuration = Histogram(bounds: Histogram.latency)
        var denyDuration = Histogram(bounds: Histogram.latency)
        var bodyBytes = Histogram(bounds: Histogram.bytes)
        var clockOffset = Histogram(bounds: Histogram.clockOffset)
        var schemaDuration = Histogram(bounds: Histogram.stage)
        var schemaRefusals: UInt64 = 0
        var upstreamDuration = Histogram(bounds: Histogram.latency)
        var upstreamDone: UInt64 = 0
        var upstreamFailed: UInt64 = 0
        var upstreamUnknown: UInt64 = 0
        /// Matches by position of the key in the source's list, and failures.
        var keyMatches: [UInt64] = []
        var signatureFailures: UInt64 = 0
        var replayDone: UInt64 = 0
        var replayWon: UInt64 = 0
        var replayInFlight: UInt64 = 0
        var replayHeld: UInt64 = 0
    }

    var sources: [PerSource] = []
    var connectionsAccepted: UInt64 = 0
    var connectionsOpen: Int64 = 0
    var connectionsRejected: UInt64 = 0
    var handshakeFailures: UInt64 = 0
    var limitHits: UInt64 = 0

    init() {}

    init(sourceCount: Int) { sources = [PerSource](repeating: PerSource(), count: sourceCount + 1) }

    mutating func merge(_ other: LoopMetrics) {
        while sources.count < other.sources.count { sources.append(PerSource()) }
        for (index, source) in other.sources.enumerated() { sources[index].merge(source) }
        connectionsAccepted &+= other.connectionsAccepted
        connectionsOpen &+= other.connectionsOpen
        connectionsRejected &+= other.connectionsRejected
        handshakeFailures &+= other.handshakeFailures
        limitHits &+= other.limitHits
    }
}

extension LoopMetrics.PerSource {
    /// A delivery whose signature was judged.
    mutating func noteSignature(key index: Int, offset: Double?) {
        while keyMatches.count <= index { keyMatches.append(0) }
        keyMatches[index] &+= 1
        if let offset { clockOffset.record(offset) }
    }

    /// A payload that was held against schemas.
    mutating func noteSchema(_ measure: SchemaMeasure) {
        schemaRefusals &+= UInt64(measure.refusals)
        if measure.nanoseconds > 0 { schemaDuration.record(Double(measure.nanoseconds) / 1e9) }
    }

    /// A delivery whose upstream has answered, or failed; times in seconds.
    mutating func noteOutcome(
        _ state: RequestEntry.UpstreamState,
        bytes: Int,
        total: Double,
        upstream: Double,
        shadowed count: Int
    ) {
        inFlight -= 1
        allowed &+= 1
        shadowed &+= UInt64(count)
        switch state {
        case .done: upstreamDone &+= 1
        case .failed: upstreamFailed &+= 1
        case .unknown: upstreamUnknown &+= 1
        }
        bodyBytes.record(Double(bytes))
        upstreamDuration.record(upstream)
        allowDuration.record(total)
    }

    /// A delivery that was not admitted.
    mutating func noteRefusal(_ reason: DenialReason, bytes: Int, total: Double) {
        switch reason {
        case .replayDuplicate: duplicates &+= 1
        default: denied[reason.ordinal] &+= 1
        }
        if reason == .signatureMismatch { signatureFailures &+= 1 }
        if bytes >= 0 { bodyBytes.record(Double(bytes)) }
        denyDuration.record(total)
    }

    /// The replay store's answer.
    mutating func noteClaim(_ claim: ReplayClaim) {
        switch claim {
        case .won: replayWon &+= 1
        case .done: replayDone &+= 1
        case .held: replayHeld &+= 1
        case .inFlight, .full, .unavailable: replayInFlight &+= 1
        }
    }

    mutating func merge(_ other: LoopMetrics.PerSource) {
        allowed &+= other.allowed
        duplicates &+= other.duplicates
        challenges &+= other.challenges
        for index in denied.indices { denied[index] &+= other.denied[index] }
        shadowed &+= other.shadowed
        inFlight &+= other.inFlight
        allowDuration.merge(other.allowDuration)
        denyDuration.merge(other.denyDuration)
        bodyBytes.merge(other.bodyBytes)
        clockOffset.merge(other.clockOffset)
        schemaDuration.merge(other.schemaDuration)
        schemaRefusals &+= other.schemaRefusals
        upstreamDuration.merge(other.upstreamDuration)
        upstreamDone &+= other.upstreamDone
        upstreamFailed &+= other.upstreamFailed
        upstreamUnknown &+= other.upstreamUnknown
        while keyMatches.count < other.keyMatches.count { keyMatches.append(0) }
        for (index, count) in other.keyMatches.enumerated() { keyMatches[index] &+= count }
        signatureFailures &+= other.signatureFailures
        replayDone &+= other.replayDone
        replayWon &+= other.replayWon
        replayInFlight &+= other.replayInFlight
        replayHeld &+= other.replayHeld
    }
}
