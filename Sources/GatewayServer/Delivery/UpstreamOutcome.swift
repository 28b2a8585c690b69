import AuditLog
import GatewayConfig
import WebhookVerification

/// What an upstream's result means: for the replay store, the audit entry and the sender.
///
/// Source: `docs/architecture.md`, upstream result → transition and answer.
struct UpstreamOutcome {
    /// An answer with the status that is recorded.
    struct Reply {
        let answer: Answer
        let status: Int
    }

    /// The upstream's status; 0 where none came.
    let status: Int
    let state: RequestEntry.UpstreamState
    let failure: UpstreamFailure?
    /// Why the sender gets an answer of ours.
    let reason: DenialReason?

    init(_ result: UpstreamResult, completion: StatusSet) {
        switch result {
        case .response(let response):
            status = response.status
            failure = nil
            switch response.status {
            case let status where completion.contains(status):
                state = .done
                reason = nil
            case 300..<400:
                // Never followed: the address of an upstream comes from the configuration only.
                state = .failed
                reason = .upstreamRedirect
            default:
                state = .failed
                reason = nil
            }
        case .notSent(let failure):
            status = 0
            state = .failed
            self.failure = failure
            reason = UpstreamOutcome.reason(failure)
        case .unknown(let failure):
            status = 0
            state = .unknown
            self.failure = failure
            reason = UpstreamOutcome.reason(failure)
        }
    }

    /// What the sender gets.
    func answer(form: ResponseForm, response result: UpstreamResult) -> Reply {
        if let reason {
            let answer = AnswerTable.answer(reason, form: form)
            return Reply(answer: .own(answer), status: answer.status)
        }
        guard case .response(let response) = result else {
            let answer = AnswerTable.answer(.upstreamReset, form: form)
            return Reply(answer: .own(answer), status: answer.status)
        }
        return Reply(answer: .relayed(response), status: response.status)
    }

    private static func reason(_ failure: UpstreamFailure) -> DenialReason {
        switch failure {
        case .connect, .connectTimeout, .circuitOpen, .forbiddenAddress, .tls, .drained: .upstreamConnect
        case .poolFull: .limitConcurrency
        case .reset: .upstreamReset
        case .firstByteTimeout, .totalTimeout: .upstreamTimeout
        case .badResponse, .responseTooLarge: .upstreamBadResponse
        }
    }
}
