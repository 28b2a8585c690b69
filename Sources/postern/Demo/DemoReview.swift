import GatewayServer
import Glibc

/// Judges a run: holds what was sent against the answers, the audit log and what the application did.
struct DemoReview {
    let rows: [DemoRow]
    /// What is wrong beside single rows.
    private(set) var faults: [String]
    /// The effects in each sink, and how many of them happened more than once.
    let effects: [(sink: EffectLedger.Sink, count: Int, repeated: Int)]
    /// The entries of requests in the audit log that belong to this run.
    let entries: [AuditTrail.Entry]
    /// The log as an auditor sees it; `nil` where it does not verify, which is a fault.
    private(set) var proof: AuditProof?
    /// The answer of a request, by its id.
    let answers: [String: DeliveryAnswer]

    /// Whether everything was as it has to be.
    var isRight: Bool { faults.isEmpty && rows.allSatisfy(\.isRight) }

    /// Reviews `sent` on `stage`, which is still running; waits up to 5 s for the audit log to catch up.
    init(_ sent: [DemoSending.Sent], on stage: DemoStage) throws {
        var answers: [String: DeliveryAnswer] = [:]
        for case .success(let answer) in sent.map(\.answer) {
            if let id = answer.requestID { answers[id] = answer }
        }
        self.answers = answers
        let entries = try DemoReview.entries(of: Set(answers.keys), stage.site)
        self.entries = entries
        let byRequest = Dictionary(grouping: entries, by: \.requestID)
        let arrivals = stage.application.arrivals
        rows = sent.enumerated().map { index, sent in
            DemoReview.row(index + 1, sent, byRequest, arrivals)
        }
        let ledger = stage.application.ledger.all
        effects = EffectLedger.Sink.allCases.map { sink in
            let counts = ledger.filter { $0.key.sink == sink }.values
            return (sink, counts.count, counts.filter { $0 > 1 }.count)
        }
        var faults = DemoReview.effectFaults(rows, ledger)
        if answers.count != sent.count {
            faults.append("\(sent.count) deliveries were answered under \(answers.count) request ids")
        }
        let strangers = arrivals.keys.filter { answers[$0] == nil }
        if !strangers.isEmpty { faults.append("the application saw \(strangers.count) requests that nobody sent") }
        self.faults = faults
    }

    /// Verifies the audit log; a gateway that still runs signs its log every now and then, which is waited for, 5 s at most.
    mutating func prove(_ site: DemoSite) {
        for attempt in 1... {
            do throws(DeliveryFault) {
                let proof = try AuditProof(directory: site.audit, node: DemoSite.node, origin: DemoSite.origin)
                self.proof = proof
                if proof.signedSize == proof.size || attempt == 100 { return }
            } catch {
                guard attempt < 100 else { return faults.append("\(error)") }
            }
            usleep(50_000)
        }
    }

    /// Every entry about one of `requests`, once each of them has its last one.
    private static func entries(of requests: Set<String>, _ site: DemoSite) throws -> [AuditTrail.Entry] {
        var entries: [AuditTrail.Entry] = []
        for _ in 0..<250 {
            entries = try AuditTrail(directory: site.audit, node: DemoSite.node).entries
                .filter { requests.contains($0.requestID) }
            if Set(entries.filter(\.isFinal).map(\.requestID)).count == requests.count { break }
            usleep(20_000)
        }
        return entries
    }

    private static func row(
        _ number: Int,
        _ sent: DemoSending.Sent,
        _ entries: [String: [AuditTrail.Entry]],
        _ arrivals: [String: ExampleApplication.Arrival]
    ) -> DemoRow {
        switch sent.answer {
        case .failure(let fault):
            let nothing = DemoOutcome(status: 0, verdict: .unknown, reason: "", isForwarded: false)
            return DemoRow(number: number, kind: sent.kind, requestID: "", outcome: nothing, faults: ["\(fault)"])
        case .success(let answer):
            let id = answer.requestID ?? ""
            let found = entries[id] ?? []
            let finals = found.filter(\.isFinal)
            let arrival = arrivals[id]
            let outcome = DemoOutcome(
                status: answer.status,
                verdict: verdict(finals.first),
                reason: finals.first?.reason ?? "",
                isForwarded: arrival != nil
            )
            var faults: [String] = []
            if finals.count != 1 { faults.append("\(finals.count) final audit entries, not 1") }
            if let final = finals.first, final.status != answer.status {
                faults.append("the audit log says \(final.status)")
            }
            if (found.count - finals.count) != (arrival == nil ? 0 : 1) {
                faults.append("\(found.count - finals.count) admit entries")
            }
            if let arrival {
                if arrival.count != 1 { faults.append("forwarded \(arrival.count) times") }
                if arrival.body != sent.body { faults.append("the application got other bytes than were signed") }
            }
            return DemoRow(number: number, kind: sent.kind, requestID: id, outcome: outcome, faults: faults)
        }
    }

    private static func verdict(_ entry: AuditTrail.Entry?) -> DemoOutcome.Verdict {
        switch entry?.kind {
        case "request.outcome": .admitted
        case "request.deny": .refused
        case "request.duplicate": .duplicate
        default: .unknown
        }
    }

    /// Every event that was to be admitted has had its effect, once; nothing else has had any.
    private static func effectFaults(_ rows: [DemoRow], _ ledger: [EffectLedger.Effect: Int]) -> [String] {
        var expected: Set<EffectLedger.Effect> = []
        for row in rows where row.kind.expected == .admitted() {
            if let effect = row.kind.event.effect { expected.insert(effect) }
        }
        var faults: [String] = []
        for effect in expected where ledger[effect] != 1 {
            faults.append("\(effect.sink.title) for \(effect.subject): \(ledger[effect] ?? 0) times, not once")
        }
        for effect in ledger.keys where !expected.contains(effect) {
            faults.append("\(effect.sink.title) for \(effect.subject) should not have happened")
        }
        return faults.sorted()
    }
}
