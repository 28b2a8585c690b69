import AuditLog
import WebhookVerification

/// Refusals: the answer and the entry of what is not forwarded.
extension DeliveryHandler {
    func deny(_ refusal: Denial, status: Int? = nil) -> OwnAnswer {
        let denial = snapshot.rates.judge(refusal, source: facts.source, client: facts.client)
        let source = facts.source.map { verifier.table.sources[$0] }
        var answer = AnswerTable.answer(denial.reason, form: source?.responses ?? .json)
        if let status, denial.reason == refusal.reason { answer.status = status }
        if let source {
            if let status = source.statusOverrides[denial.reason] { answer.status = status }
            if denial.reason == .contentMethod { answer.allow = source.content.methods }
            if denial.reason == .signatureMismatch, SignatureFault(of: denial) == .unknownKey {
                loop.keySets.want(source.name, snapshot.configuration)
            }
        } else if denial.reason == .contentMethod {
            return closePathless(denial, answer)
        }
        record(denial, status: answer.status)
        close()
        return answer
    }

    /// `CONNECT` and its like never reach a source: what follows them is not HTTP, and `Allow` names what may come at all.
    private func closePathless(_ denial: Denial, _ answer: OwnAnswer) -> OwnAnswer {
        var answer = answer.closing
        answer.allow = [Array("POST".utf8)]
        record(denial, status: answer.status)
        close()
        return answer
    }

    func record(_ denial: Denial, status: Int) {
        let isDuplicate = denial.reason == .replayDuplicate
        let now = GatewayClock.monotonic()
        durations.total = DeliveryHandler.microseconds(now &- started)
        loop.count(facts.source, of: snapshot) {
            $0.noteRefusal(denial.reason, bytes: bodyBytes, total: Double(now &- started) / 1e9)
        }
        let name = facts.source.map { verifier.table.sources[$0].name } ?? ""
        let client = facts.client ?? info.peer
        if !isDuplicate, loop.recorder.isFlood(source: name, client: client, reason: denial.reason, time: receivedAt) {
            return
        }
        let kind = isDuplicate ? RequestEntry.Kind.duplicate : .deny
        _ = loop.recorder.submit(kind, record: makeRecord(at: receivedAt), body: received) { entry in
            entry.decision = isDuplicate ? .duplicate : .deny
            entry.reason = .literal(denial.reason.code)
            if !denial.detail.isEmpty { entry.detail = .string(denial.detail) }
            entry.status = status
            entry.bodyBytes = bodyBytes
            entry.durations = durations
        }
    }
}
