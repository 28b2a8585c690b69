internal import StrictJSON

/// The JSON of a report; one object, members in a fixed order.
package enum ReportJSON {
    /// Writes it, with a line feed at its end.
    package static func bytes(_ report: AuditReport) -> [UInt8] {
        let tally = report.tally
        var object = ExportObject()
        object.add("format", "postern-audit-report/1")
        object.add("standard", report.standard.rawValue)
        object.add("title", report.standard.title)
        object.add("made", EntryTime.text(report.made))
        object.add("program", "postern \(report.version)")
        object.add("period") {
            $0.add("from", EntryTime.text(tally.from))
            $0.add("to", EntryTime.text(tally.to))
            $0.add("first_seq", tally.first.map { Int(clamping: $0) })
            $0.add("last_seq", tally.last.map { Int(clamping: $0) })
            $0.add("entries", tally.entries)
        }
        object.add("log") {
            $0.add("origin", report.origin)
            $0.add("size", Int(clamping: report.size))
            $0.add("signed", Int(clamping: report.signedSize))
            $0.add("root", report.root)
            $0.add("signers", report.signers)
            $0.add("declared_gaps", report.declaredGaps)
        }
        object.add("traffic") { add(tally.total, to: &$0) }
        object.addList("timeline", Array(tally.traffic.enumerated())) { object, item in
            object.add("from", EntryTime.text(tally.from + Int64(item.offset) * tally.bucket))
            add(item.element, to: &object)
        }
        object.add("kinds") { add(tally.kinds, to: &$0) }
        object.add("reasons") { add(tally.reasons, to: &$0) }
        object.add("sources") { list in
            for (name, traffic) in tally.sources.sorted(by: { $0.key < $1.key }) {
                list.add(name) { add(traffic, to: &$0) }
            }
        }
        object.add("keys") { list in
            for (id, use) in tally.keys.sorted(by: { $0.key < $1.key }) {
                list.add(id) {
                    $0.add("source", use.source)
                    if !use.made.isEmpty { $0.add("made", use.made) }
                    $0.add("deliveries", use.deliveries)
                    $0.add("first", use.first)
                    $0.add("last", use.last)
                    $0.add("acts", use.acts)
                }
            }
        }
        addLists(report, to: &object)
        return object.bytes + [UInt8(ascii: "\n")]
    }

    private static func addLists(_ report: AuditReport, to object: inout ExportObject) {
        let tally = report.tally
        for (name, acts) in [
            ("configuration", tally.changes), ("administration", tally.administration), ("incidents", tally.incidents),
            ("access", tally.accesses),
        ] {
            object.addList(name, acts) { object, act in
                object.add("seq", Int(clamping: act.sequence))
                object.add("ts", act.time)
                object.add("kind", act.kind)
                object.add("actor", act.actor)
                object.add("text", act.text)
            }
        }
        object.add("unlisted_acts", tally.unlisted)
        object.add("unknown_outcomes", tally.unknownOutcomes)
        object.add("degraded_decisions", tally.degraded)
        object.add("reviewed_entries", tally.reviewedEntries)
        object.addList("reviews", tally.reviews) { object, review in
            object.add("from_seq", review.from)
            object.add("to_seq", review.to)
            object.add("reviewer", review.reviewer)
            object.add("verdict", review.verdict)
            object.add("ts", review.time)
        }
        object.addList("evidence", report.evidence) { object, item in
            object.add("requirement", item.requirement)
            object.add("asks", item.asks)
            object.add("shows", item.shows)
            object.add("attention", item.needsAttention ? 1 : 0)
        }
    }

    private static func add(_ traffic: ReportTally.Traffic, to object: inout ExportObject) {
        object.add("allowed", traffic.allowed)
        object.add("denied", traffic.denied)
        object.add("duplicates", traffic.duplicates)
    }

    private static func add(_ counts: [String: Int], to object: inout ExportObject) {
        for (name, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) { object.add(name, count) }
    }
}
