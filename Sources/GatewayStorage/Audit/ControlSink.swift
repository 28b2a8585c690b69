internal import Synchronization

/// Calls back whoever waits for an entry that is not about a request.
final class ControlSink: AuditCompletionSink {
    typealias Completion = @Sendable (Result<Void, AuditUnavailable>) -> Void

    /// The waiting completions by ticket, oldest first.
    private let waiting = Mutex<[(ticket: UInt64, completion: Completion)]>([])

    /// Hands an entry in and notes who waits for it, as one step, so that the writer cannot be faster.
    func register(_ completion: @escaping Completion, submit: () -> AuditSubmission) {
        let refusal: AuditUnavailable? = waiting.withLock { list in
            switch submit() {
            case .accepted: return .failed
            case .rejected(let reason): return reason
            case .waiting(let ticket):
                list.append((ticket, completion))
                return nil
            }
        }
        if let refusal { completion(.failure(refusal)) }
    }

    func auditAdvanced(_ progress: [AuditProgress]) {
        for event in progress {
            guard case .durable(let ticket) = event else { continue }
            let done = waiting.withLock { list in
                let done = list.filter { $0.ticket <= ticket }
                list.removeAll { $0.ticket <= ticket }
                return done
            }
            for entry in done { entry.completion(.success(())) }
        }
    }

    /// Tells everybody who still waits that nothing comes any more.
    func failAll(_ reason: AuditUnavailable) {
        let rest = waiting.withLock { list in
            let rest = list
            list = []
            return rest
        }
        for entry in rest { entry.completion(.failure(reason)) }
    }
}
