import AuditLog
import HTTPCodec
import NIOCore
import WebhookVerification

/// Requests that may be a handshake of the sender, and refused ones that are looked into.
extension DeliveryHandler {
    /// What a refused head means to a source with a handshake; `nil` where it is just refused.
    func challenge(at denial: Denial, announced: Int?) -> HeadDecision? {
        guard let index = facts.source, let rule = verifier.table.sources[index].challenge else { return nil }
        if ChallengeStage.mayBeInHead(rule, denial), let answer = judgeChallenge(rule, body: nil) {
            return .answer(answer)
        }
        guard ChallengeStage.mayBeInBody(rule, denial, announced: announced) else { return nil }
        refusedHead = denial
        step = .receiving
        return .readBody(max: ChallengeRule.bodyMax)
    }

    /// The answer where a whole request is a handshake; a delivery of a source without one is not looked at.
    func challenge(in body: ByteBuffer, after denial: Denial?) -> OwnAnswer? {
        guard let index = facts.source, let rule = verifier.table.sources[index].challenge else { return nil }
        return ChallengeStage.isAuthentic(denial) ? judgeChallenge(rule, body: body) : nil
    }

    /// The body of a request whose head was refused.
    func completeRefused(_ body: ByteBuffer) {
        guard let denial = refusedHead, let index = facts.source else { return }
        bodyBytes = body.readableBytes
        if let answer = verifier.table.sources[index].challenge.flatMap({ judgeChallenge($0, body: body) }) {
            return respond(.own(answer))
        }
        offerPostMortem(denial, body)
        respond(.own(deny(denial)))
    }

    /// A refused head whose body is read all the same, to find out why it was refused; `nil` where nobody asks for that.
    func postMortem(at denial: Denial, announced: Int?) -> HeadDecision? {
        guard let source = facts.source, let announced,
            loop.postMortems.wants(
                denial,
                source: source,
                announced: announced,
                time: receivedAt,
                snapshot: snapshot
            )
        else { return nil }
        refusedHead = denial
        step = .receiving
        return .readBody(max: announced)
    }

    func offerPostMortem(_ denial: Denial, _ body: ByteBuffer) {
        guard let source = facts.source else { return }
        loop.postMortems.offer(
            denial,
            source: source,
            requestID: requestID,
            request: request,
            body: body,
            time: receivedAt,
            snapshot: snapshot
        )
    }

    private func judgeChallenge(_ rule: ChallengeRule, body: ByteBuffer?) -> OwnAnswer? {
        guard let index = facts.source else { return nil }
        let verdict = loop.challenges.judge(
            rule,
            source: verifier.table.sources[index],
            head: head,
            bytes: request.bytes,
            body: body,
            isSigned: facts.signature != nil,
            now: receivedAt
        )
        switch verdict {
        case .none: return nil
        case .refused(let denial, let status): return deny(denial, status: status)
        case .answer(let answer):
            let submission = loop.recorder.submit(.challenge, record: makeRecord(at: receivedAt)) { entry in
                entry.decision = .challenge
                entry.detail = .string(rule.preset.name)
                entry.status = answer.status
                entry.bodyBytes = body?.readableBytes ?? -1
            }
            if case .unavailable = submission {
                return deny(Denial(.auditUnavailable, "the audit log does not accept entries"))
            }
            loop.count(index, of: snapshot) { $0.challenges &+= 1 }
            close()
            return ChallengeStage.own(answer)
        }
    }
}
