/// What a report counts: fed with every entry, it keeps those of its period.
///
/// Bounded: at most 366 days, 200 names in each table, 500 listed acts; what is beyond is counted as `other`.
package struct ReportTally: Sendable {
    /// Deliveries and refusals of one stretch of time.
    package struct Traffic: Sendable, Equatable {
        /// Let through.
        package var allowed = 0
        /// Refused, also those that were only counted.
        package var denied = 0
        /// Repeats.
        package var duplicates = 0
    }

    /// An act that a reviewer wants to see by itself.
    package struct Act: Sendable, Equatable {
        /// The number of the entry.
        package let sequence: UInt64
        /// Its time.
        package let time: String
        /// Its kind.
        package let kind: String
        /// What it says.
        package let text: String
        /// Who did it.
        package let actor: String
    }

    /// What is known of a key.
    package struct KeyUse: Sendable, Equatable {
        /// The source it belongs to.
        package var source: String
        /// Deliveries it signed.
        package var deliveries = 0
        /// Times of the first and the last of them.
        package var first: String
        /// As above.
        package var last: String
        /// When it was added or imported; empty where that was before the period.
        package var made = ""
        /// Its acts, oldest first: kind and time.
        package var acts: [String] = []
    }

    /// A stretch of entries that somebody has signed off.
    package struct Coverage: Sendable, Equatable {
        /// The first and the last entry.
        package let from: Int
        /// As above.
        package let to: Int
        /// Who signed.
        package let reviewer: String
        /// The verdict.
        package let verdict: String
        /// When.
        package let time: String
    }

    private static let namesMax = 200
    private static let actsMax = 500

    /// The period, microseconds since 1970; `to` is not part of it.
    package let from: Int64
    /// As above.
    package let to: Int64
    /// The length of one bar of the chart.
    package let bucket: Int64
    /// Traffic by stretches of `bucket`.
    package private(set) var traffic: [Traffic]
    /// The whole period's traffic.
    package private(set) var total = Traffic()
    /// All entries of the period.
    package private(set) var entries = 0
    /// Entries by kind.
    package private(set) var kinds: [String: Int] = [:]
    /// Refusals by reason.
    package private(set) var reasons: [String: Int] = [:]
    /// Traffic by source.
    package private(set) var sources: [String: Traffic] = [:]
    /// Keys by source and id, with a slash between them.
    package private(set) var keys: [String: KeyUse] = [:]
    /// Configuration changes.
    package private(set) var changes: [Act] = []
    /// Acts on keys and the log.
    package private(set) var administration: [Act] = []
    /// Gaps, starts after crashes, degradations, clock steps.
    package private(set) var incidents: [Act] = []
    /// Who read, searched and exported.
    package private(set) var accesses: [Act] = []
    /// Sign-offs, also later ones that reach into the period.
    package private(set) var reviews: [Coverage] = []
    /// The first and the last entry of the period.
    package private(set) var first: UInt64?
    /// As above.
    package private(set) var last: UInt64?
    /// Handlers' answers that are unknown.
    package private(set) var unknownOutcomes = 0
    /// Decisions taken while something was degraded.
    package private(set) var degraded = 0
    /// Acts that found no room in their list.
    package private(set) var unlisted = 0

    /// A tally of a period.
    package init(from: Int64, to: Int64) {
        self.from = from
        self.to = max(to, from + 1)
        let hour: Int64 = 3_600_000_000
        let length = self.to - from
        bucket = length <= 48 * hour ? hour : length <= 92 * 24 * hour ? 24 * hour : 7 * 24 * hour
        traffic = Array(repeating: Traffic(), count: Int(min((length + bucket - 1) / bucket, 400)))
    }

    /// Counts one entry.
    package mutating func add(_ entry: EntryView) {
        let time = entry.microseconds
        let kind = entry.knownKind
        if kind == .auditReview { addReview(entry) }
        guard time >= from, time < to else { return }
        entries += 1
        first = min(first ?? .max, entry.sequence)
        last = max(last ?? 0, entry.sequence)
        ReportTally.count(entry.kind, &kinds)
        if entry.isDegraded { degraded += 1 }
        addTraffic(entry, kind, Int((time - from) / bucket))
        if entry.text("up", "state") == "unknown" { unknownOutcomes += 1 }
        addAct(entry, kind)
    }

    private mutating func addTraffic(_ entry: EntryView, _ kind: EntryKind?, _ place: Int) {
        var change = Traffic()
        switch kind {
        case .requestAdmit: change.allowed = 1
        case .requestDeny: change.denied = 1
        case .requestDuplicate: change.duplicates = 1
        case .requestDenySummary: change.denied = entry.integer("sum", "count") ?? 0
        default: return
        }
        total.add(change)
        // A review's range is of all time, and its stretches are not shown.
        if traffic.indices.contains(place) { traffic[place].add(change) }
        let source = entry.text("source") ?? "(none)"
        sources[sources[source] != nil || sources.count < ReportTally.namesMax ? source : "other", default: Traffic()]
            .add(change)
        if change.denied > 0 || change.duplicates > 0 {
            let reason = entry.text("reason") ?? entry.text("sum", "reason") ?? "(none)"
            ReportTally.count(reason, &reasons, by: change.denied + change.duplicates)
        }
        if kind == .requestAdmit, let key = entry.text("sig", "key") { addUse(key, source, entry.time) }
    }

    private mutating func addUse(_ key: String, _ source: String, _ time: String) {
        // Ids of keys are only unique within their source.
        let key = "\(source)/\(key)"
        guard keys[key] != nil || keys.count < ReportTally.namesMax else { return }
        var use = keys[key] ?? KeyUse(source: source, first: time, last: time)
        use.deliveries += 1
        use.first = use.first.isEmpty ? time : min(use.first, time)
        use.last = max(use.last, time)
        keys[key] = use
    }

    private mutating func addAct(_ entry: EntryView, _ kind: EntryKind?) {
        let act = Act(
            sequence: entry.sequence,
            time: entry.time,
            kind: entry.kind,
            text: text(entry),
            actor: entry.text("actor", "id") ?? ""
        )
        switch kind {
        case .configLoad, .configReload, .configReject: ReportTally.list(act, &changes, &unlisted)
        case .auditAccess, .auditExport: ReportTally.list(act, &accesses, &unlisted)
        case .auditGap, .systemRecovered, .systemClockStep, .systemDegraded, .systemRestored, .auditAlert:
            ReportTally.list(act, &incidents, &unlisted)
        case .auditLogKey, .auditPrune, .auditPruned, .auditHold, .auditRelease, .auditRedact, .auditOpen,
            .auditReview, .systemStart, .systemStop, .adminLogin, .adminLoginFailed, .adminAction, .keyringLoad,
            .keyringReject:
            ReportTally.list(act, &administration, &unlisted)
        case _ where entry.kind.hasPrefix("key."):
            ReportTally.list(act, &administration, &unlisted)
            let name = entry.text("source") ?? entry.text("key", "source") ?? "(none)"
            if let id = entry.text("key", "id").map({ "\(name)/\($0)" }),
                keys[id] != nil || keys.count < ReportTally.namesMax
            {
                var use = keys[id] ?? KeyUse(source: name, first: "", last: "")
                if entry.knownKind == .keyAdd || entry.knownKind == .keyImport { use.made = entry.time }
                if use.acts.count < 20 { use.acts.append("\(entry.kind.dropFirst(4)) \(entry.time.prefix(10))") }
                keys[id] = use
            }
        default: break
        }
    }

    private func text(_ entry: EntryView) -> String {
        let parts = [
            entry.text("detail"), entry.text("reason"), entry.text("cfg").map { "configuration \($0)" },
            entry.text("access", "command"), entry.text("access", "about"), entry.text("export", "to"),
            entry.text("export", "about"), entry.text("key", "id"), entry.text("actor", "reason"),
            entry.text("degraded", "what"),
            entry.integer("gap", "lost").map { "\($0) entries lost" },
        ]
        return EntryStory.clean(parts.compactMap { $0 }.joined(separator: ", "), 200)
    }

    private static func list(_ act: Act, _ acts: inout [Act], _ unlisted: inout Int) {
        if acts.count < actsMax { acts.append(act) } else { unlisted += 1 }
    }

    private mutating func addReview(_ entry: EntryView) {
        guard let from = entry.integer("review", "from_seq"), let to = entry.integer("review", "to_seq"),
            reviews.count < ReportTally.actsMax
        else { return }
        reviews.append(
            Coverage(
                from: from,
                to: to,
                reviewer: entry.text("actor", "id") ?? "",
                verdict: entry.text("review", "verdict") ?? "",
                time: entry.time
            )
        )
    }

    /// How many of the period's entries a sign-off covers.
    package var reviewedEntries: Int {
        guard let first, let last else { return 0 }
        var covered = 0
        var next = Int(clamping: first)
        for review in reviews.sorted(by: { $0.from < $1.from }) {
            let start = max(review.from, next)
            let end = min(review.to, Int(clamping: last))
            if end >= start {
                covered += end - start + 1
                next = end + 1
            }
        }
        return covered
    }

    private static func count(_ name: String, _ table: inout [String: Int], by amount: Int = 1) {
        table[table[name] != nil || table.count < namesMax ? name : "other", default: 0] += amount
    }
}

extension ReportTally.Traffic {
    /// Adds another count.
    mutating func add(_ other: ReportTally.Traffic) {
        allowed += other.allowed
        denied += other.denied
        duplicates += other.duplicates
    }
}
