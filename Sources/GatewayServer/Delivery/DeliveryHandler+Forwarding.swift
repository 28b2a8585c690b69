import AuditLog
import GatewayCrypto
import HTTPCodec
import NIOCore
import WebhookVerification

/// The exchange with the handler: what is sent, and what its end means.
extension DeliveryHandler {
    func forward() {
        guard let verified else { return }
        let now = GatewayClock.monotonic()
        if valid?.replay != nil, leaseEnd &- now < snapshot.upstreams[verified.upstream].longest &+ 1_000_000_000 {
            return withdraw(.auditUnavailable, "too much of the claim's lease was used up")
        }
        step = .forwarding
        forwardStarted = now
        loop.count(verified.source, of: snapshot) { $0.inFlight += 1 }
        // A reload may have replaced the pools: those of the snapshot that judged the request are what counts.
        loop.pool(verified.upstream, endpoint, of: snapshot).start(self, now: now)
    }

    var requestMethod: HTTPMethod { request.method }

    func takeRequest() -> UpstreamRequest {
        // What is sent is the very body that was judged (I1, I2); nothing else can come here.
        guard let verified, let received, verified.body === received else { return .joined(ByteBuffer()) }
        return UpstreamRequestWriter.make(
            verified,
            body: received.buffer,
            request: request,
            requestID: requestID,
            client: facts.client,
            info: info,
            keyID: facts.signature?.keyID,
            replayKey: valid?.replay?.key,
            endpoint: snapshot.upstreams[verified.upstream].endpoints[endpoint],
            rules: snapshot.upstreams[verified.upstream].forwarding,
            source: verifier.table.sources[verified.source].name,
            sourceLine: snapshot.sourceLines[verified.source],
            query: verifier.table.sources[verified.source].content.query,
            attestation: loop.attestation(verified.upstream, of: snapshot),
            resigned: resigned,
            seconds: receivedAt.seconds
        )
    }

    // MARK: 10 outcome

    func upstreamFinished(_ result: UpstreamResult) {
        guard step == .forwarding, let verified else { return }
        let now = GatewayClock.monotonic()
        let source = verified.source
        let target = snapshot.upstreams[verified.upstream]
        if case .notSent = result, endpoint + 1 < target.endpoints.count {
            endpoint += 1
            return loop.pool(verified.upstream, endpoint, of: snapshot).start(self, now: now)
        }
        let elapsed = now &- forwardStarted
        let outcome = UpstreamOutcome(result, completion: target.completion)
        settle(outcome, now: now)

        var upstream = RequestEntry.Upstream()
        upstream.name = .string(target.name)
        upstream.address = .string(target.endpoints[endpoint].url)
        upstream.status = outcome.status
        upstream.milliseconds = Int(elapsed / 1_000_000)
        upstream.attempt = verified.attempt
        upstream.state = outcome.state
        if let failure = outcome.failure { upstream.error = .literal(failure.text) }
        let answer = outcome.answer(form: verifier.table.sources[source].responses, response: result)

        let hasLeft = responder == nil
        loop.recorder.submitOutcome(
            requestID: requestID,
            source: verifier.table.sources[source].name,
            digest: snapshot.digest,
            replayKey: valid?.replay?.key,
            time: GatewayClock.now()
        ) { entry in
            var durations = RequestEntry.Durations()
            durations.audit = self.durations.audit
            durations.total = DeliveryHandler.microseconds(now &- started)
            entry.durations = durations
            entry.upstream = upstream
            entry.status = hasLeft ? 0 : answer.status
            if hasLeft { entry.detail = .literal("the sender had left") }
            if let reason = outcome.reason { entry.reason = .literal(reason.code) }
        }
        loop.count(source, of: snapshot) {
            $0.noteOutcome(
                outcome.state,
                bytes: bodyBytes,
                total: Double(now &- started) / 1e9,
                upstream: Double(elapsed) / 1e9,
                shadowed: facts.shadowed.count
            )
        }
        respond(answer.answer)
    }

    private func settle(_ outcome: UpstreamOutcome, now: Int64) {
        guard let key = valid?.replay?.key else { return }
        switch outcome.state {
        case .done: loop.replay.finish(key, owner: owner, status: outcome.status, now: now)
        case .failed: loop.replay.release(key, owner: owner, outcome: .failed, now: now)
        case .unknown: loop.replay.release(key, owner: owner, outcome: .unknown, now: now)
        }
    }
}
