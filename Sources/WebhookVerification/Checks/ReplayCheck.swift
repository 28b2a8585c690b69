/// A delivery that passed every check and holds the claim on its event: the only thing that is forwarded (I1).
///
/// Only `ReplayCheck` can make one.
package struct VerifiedDelivery {
    /// The signed bytes, unchanged (I2).
    package let body: any DeliveryBody
    /// Index of the source in the route table.
    package let source: Int
    /// Index of the upstream in the configuration's table.
    package let upstream: Int
    /// Counts from 1; above 1 after an attempt that failed or whose outcome is unknown.
    package let attempt: Int
    /// Whether an earlier attempt may have reached the handler.
    package let isUncertain: Bool

    fileprivate init(_ valid: ValidDelivery, attempt: Int, isUncertain: Bool) {
        body = valid.body
        source = valid.source
        upstream = valid.upstream
        self.attempt = attempt
        self.isUncertain = isUncertain
    }
}

/// Check 7: is this the one copy of the event that goes upstream now.
///
/// Source: `docs/architecture.md`, replay state machine; `docs/denial-reasons.md`, replay.
package enum ReplayCheck {
    /// Judges the store's answer for a valid delivery.
    ///
    /// An exact copy of a finished delivery is a replay only where the sender signs every attempt anew: such a sender
    /// never repeats bytes, so somebody else did.
    package static func evaluate(
        _ delivery: ValidDelivery,
        claim: ReplayClaim,
        rule: ReplayRule
    ) -> Result<VerifiedDelivery, Denial> {
        guard let request = delivery.replay, case .on(let protection) = rule else {
            return .success(VerifiedDelivery(delivery, attempt: 1, isUncertain: false))
        }
        switch claim {
        case .won(let attempt, let isUncertain):
            return .success(VerifiedDelivery(delivery, attempt: attempt, isUncertain: isUncertain))
        case .inFlight: return .failure(Denial(.replayInFlight, "another copy is being forwarded"))
        case .held: return .failure(Denial(.replayHeld, "the outcome of an earlier attempt is unknown"))
        case .full: return .failure(Denial(.replayStoreFull, "the replay store has no room"))
        case .unavailable: return .failure(Denial(.replayStoreUnavailable, "the replay store does not answer"))
        case .done(let finished):
            // Zero: rebuilt from the audit log, which does not hold it.
            if finished.digest != 0, finished.digest != request.digest {
                return .failure(Denial(.replayIDConflict, "an event with this id and another body was delivered"))
            }
            switch protection.retryForm {
            case .identical: return .failure(Denial(.replayDuplicate, "already delivered"))
            case .resigned:
                return finished.fingerprint == request.fingerprint
                    ? .failure(Denial(.replayExact, "exact copy of a finished delivery"))
                    : .failure(Denial(.replayDuplicate, "already delivered"))
            }
        }
    }

    /// Lets a delivery through whose source has the replay check in shadow.
    package static func pass(_ delivery: ValidDelivery) -> VerifiedDelivery {
        VerifiedDelivery(delivery, attempt: 1, isUncertain: false)
    }
}
