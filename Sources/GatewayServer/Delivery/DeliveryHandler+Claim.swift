import WebhookVerification

/// The claim of an event in the memory for replays, and the wait for a copy of it that is in flight.
extension DeliveryHandler {
    func claim() {
        guard let valid else { return }
        let source = verifier.table.sources[valid.source]
        guard let request = valid.replay, case .on = source.replay else {
            facts.trace[.replay] = .notConfigured
            return judge(.won(attempt: 1, isUncertain: false))
        }
        let now = GatewayClock.monotonic()
        // The lease outlives the longest exchange, so that two owners never forward at once.
        leaseEnd = now &+ snapshot.upstreams[valid.upstream].longest &+ 10_000_000_000
        owner = loop.ids.owner()
        step = .claiming
        if let claim = loop.replay.claim(request, owner: owner, lease: leaseEnd, now: now, receiver: self) {
            judge(claim)
        }
    }

    func replayAnswered(_ claim: ReplayClaim) {
        if step == .claiming { judge(claim) }
    }

    func judge(_ claim: ReplayClaim) {
        guard let valid else { return }
        let source = verifier.table.sources[valid.source]
        if case .inFlight = claim, step == .claiming, waitForTwin(valid) { return }
        loop.count(source.index, of: snapshot) { $0.noteClaim(claim) }
        switch ReplayCheck.evaluate(valid, claim: claim, rule: source.replay) {
        case .success(let delivery):
            if facts.trace[.replay] == .absent { facts.trace[.replay] = .passed }
            admit(delivery)
        case .failure(let denial) where source.shadow.contains(.replay):
            facts.trace[.replay] = .passed
            facts.trace.markShadowed(.replay)
            facts.shadowed.append(denial)
            owner = ReplayOwner(high: 0, low: 0)
            admit(ReplayCheck.pass(valid))
        case .failure(let denial):
            facts.trace[.replay] = .failed
            respond(.own(deny(denial)))
        }
    }

    private func waitForTwin(_ valid: ValidDelivery) -> Bool {
        guard let key = valid.replay?.key else { return false }
        // Already waited once: whoever is in flight now is another attempt.
        guard !hasWaited else { return false }
        hasWaited = true
        guard loop.replay.wait(for: key, receiver: self, on: loop.loop) else {
            // It ended in between: ask again.
            claim()
            return true
        }
        step = .waitingForTwin
        loop.wheel.set(self, at: GatewayClock.monotonic() &+ DeliveryHandler.twinDeadline)
        return true
    }

    func twinEnded() {
        guard step == .waitingForTwin else { return }
        loop.wheel.cancel(self)
        claim()
    }
}
