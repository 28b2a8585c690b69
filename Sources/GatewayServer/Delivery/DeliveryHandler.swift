import AuditLog
import GatewayConfig
import GatewayCrypto
import GatewayStorage
import HTTPCodec
import NIOCore
import WebhookVerification

/// One request after another of a connection, from its head to its answer: owns the order.
///
/// inspect → body → verify → claim → admit entry durable → forward → outcome entry → finish or release → answer
///
/// and nothing of HTTP's framing. Owned by one event loop; reused for every request of its connection. When the sender
/// leaves while its event is being forwarded, the exchange goes on without it.
final class DeliveryHandler: DeadlineHolder, UpstreamExchange, ReplayReceiver, AuditReceiver {
    enum Step {
        case idle
        case receiving
        case claiming
        /// A copy of the event is in flight: its result decides ours.
        case waitingForTwin
        /// The admit entry is on its way to the disk.
        case recording
        case forwarding
    }

    /// What the connection does next with a head.
    enum HeadDecision {
        /// Read the body, at most so many bytes.
        case readBody(max: Int)
        /// Send this; the request is over.
        case answer(OwnAnswer)
    }

    static let twinDeadline: Int64 = 2_000_000_000

    let loop: LoopContext
    /// Sent to while the connection is there.
    private(set) weak var responder: (any DeliveryResponder)?
    var step = Step.idle

    // The current request.
    var snapshot: GatewaySnapshot
    var verifier: DeliveryVerifier
    private(set) var requestID = UUIDv7(high: 0, low: 0)
    var receivedAt = Timestamp(microseconds: 0)
    var started: Int64 = 0
    var facts = DeliveryFacts()
    var inspected: InspectedDelivery?
    var head = DeliveryHead()
    var request = RequestHead()
    var info: ConnectionInfo
    var received: ReceivedBody?
    var valid: ValidDelivery?
    var verified: VerifiedDelivery?
    var owner = ReplayOwner(high: 0, low: 0)
    var leaseEnd: Int64 = 0
    var forwardStarted: Int64 = 0
    private var recordingStarted: Int64 = 0
    var durations = RequestEntry.Durations()
    var bodyBytes = -1
    /// Whether it has waited for a copy of the event once.
    var hasWaited = false
    /// Which endpoint of the upstream is being tried.
    var endpoint = 0
    /// Why the head was refused of a request whose body may be a handshake.
    var refusedHead: Denial?

    init(loop: LoopContext, info: ConnectionInfo) {
        self.loop = loop
        self.info = info
        snapshot = loop.snapshot
        verifier = loop.verifier
    }

    func attach(_ responder: any DeliveryResponder) { self.responder = responder }

    /// What a PROXY header or a TLS handshake adds to what is known of the connection.
    func update(_ info: ConnectionInfo) { self.info = info }

    /// Whether an exchange is under way that outlives the connection.
    var isBusy: Bool {
        switch step {
        case .idle, .receiving: false
        case .claiming, .waitingForTwin, .recording, .forwarding: true
        }
    }

    // MARK: 4 inspect

    /// A new request whose head could be read.
    ///
    /// The head is exchanged for the one of the last request, so that both keep their memory.
    func begin(
        _ request: inout RequestHead,
        announced: Int?,
        body: SignatureVerifier.BodyState
    ) -> HeadDecision {
        open(at: GatewayClock.now())
        head.fill(from: request)
        swap(&self.request, &request)
        if loop.isDraining { return .answer(deny(Denial(.draining))) }
        if self.request.hasVia, snapshot.loopGuard.hasPassed(self.request) {
            return .answer(deny(Denial(.httpFraming, "a loop: this gateway forwarded the request before")))
        }
        let context = DeliveryContext(
            peer: info.peer,
            resolver: info.resolver,
            transport: info.transport,
            now: receivedAt
        )
        let result = verifier.inspect(
            head,
            bytes: self.request.bytes.readableBytesUInt8Span,
            announced: announced,
            body: body,
            context: context,
            facts: &facts
        )
        switch result {
        case .failure(let denial):
            return challenge(at: denial, announced: announced) ?? postMortem(at: denial, announced: announced)
                ?? .answer(deny(denial))
        case .success(let inspected):
            if let flood = snapshot.rates.refuseFlood(source: inspected.source, client: facts.client) {
                return .answer(deny(flood).closing)
            }
            self.inspected = inspected
            step = .receiving
            return .readBody(max: verifier.table.sources[inspected.source].content.bodyLimit)
        }
    }

    /// A request that never became a valid head: it still gets its entry.
    func refuse(_ reason: DenialReason, _ detail: StaticString, head: RequestHead?) -> OwnAnswer {
        if step == .idle { open(at: GatewayClock.now()) }
        if let head { request = head }
        return deny(Denial(reason, "\(detail)"))
    }

    /// A request that ended before it was complete, with nobody there to answer.
    func abandon(_ reason: DenialReason, _ detail: StaticString) {
        if step == .idle { open(at: GatewayClock.now()) }
        record(Denial(reason, "\(detail)"), status: 0)
        close()
    }

    private func open(at now: Timestamp) {
        snapshot = loop.snapshot
        verifier = loop.verifier
        receivedAt = now
        started = GatewayClock.monotonic()
        requestID = loop.ids.make(at: now)
        facts.reset()
        inspected = nil
        durations = RequestEntry.Durations()
    }

    // MARK: 5 body, 6 verify

    /// Body bytes that came in a piece, while more are to come.
    func feed(_ chunk: ByteBuffer) {
        guard var current = inspected else { return }
        verifier.update(&current, with: chunk.readableBytesUInt8Span)
        inspected = current
    }

    /// The body is complete.
    func complete(_ body: ByteBuffer) {
        guard let inspected else { return completeRefused(body) }
        let begun = GatewayClock.monotonic()
        durations.read = DeliveryHandler.microseconds(begun &- started)
        let received = ReceivedBody(buffer: body)
        self.received = received
        var result = verifier.verify(
            Delivery(body: received, inspected: inspected),
            head: head,
            headBytes: request.bytes.readableBytesUInt8Span,
            now: receivedAt,
            facts: &facts
        )
        if loop.snapshot.keyringRevision > snapshot.keyringRevision {
            result = judgeOnNewerKeys(received) ?? result
        }
        // From here on only what belongs to `snapshot` is used: it may be the newer one by now.
        if !facts.schema.isEmpty { loop.count(facts.source, of: snapshot) { $0.noteSchema(facts.schema) } }
        bodyBytes = body.readableBytes
        durations.verify = DeliveryHandler.microseconds(GatewayClock.monotonic() &- begun)
        switch result {
        case .failure(let denial):
            if let answer = challenge(in: body, after: denial) { return respond(.own(answer)) }
            offerPostMortem(denial, body)
            respond(.own(deny(denial)))
        case .success(let delivery):
            if let answer = challenge(in: body, after: nil) { return respond(.own(answer)) }
            valid = delivery
            countSignature(delivery.source)
            if let denial = snapshot.rates.refuseVerified(source: delivery.source) {
                return respond(.own(deny(denial)))
            }
            claim()
        }
    }

    /// Lets go of a replaced snapshot, and with it of keys that may be destroyed by now, while no request is under way.
    func forgetOldKeys() {
        guard step == .idle else { return }
        snapshot = loop.snapshot
        verifier = loop.verifier
    }

    private func countSignature(_ source: Int) {
        guard let match = facts.signature else { return }
        let offset = facts.timestamp.map { Double($0.microseconds &- receivedAt.microseconds) / 1e6 }
        loop.count(match, source, of: snapshot, offset: offset)
    }

    // MARK: 8 admit entry

    func admit(_ delivery: VerifiedDelivery) {
        if !snapshot.keylessUpstreams.isEmpty, snapshot.keylessUpstreams.contains(delivery.upstream) {
            return withdraw(.keyringUnavailable, "the key that signs for the handler is not active any more")
        }
        if !snapshot.resigners.isEmpty, !sign(for: delivery) {
            return withdraw(.keyringUnavailable, "the delivery cannot be signed for the handler")
        }
        verified = delivery
        step = .recording
        let begun = GatewayClock.monotonic()
        recordingStarted = begun
        durations.claim =
            DeliveryHandler.microseconds(begun &- started) - max(durations.read, 0) - max(durations.verify, 0)
        let submission = loop.recorder.submit(
            .admit,
            record: makeRecord(at: receivedAt),
            body: received,
            receiver: self
        ) { entry in
            entry.decision = .allow
            entry.bodyBytes = bodyBytes
            entry.durations = durations
        }
        switch submission {
        case .accepted: forward()
        case .pending: loop.wheel.set(self, at: begun &+ snapshot.configuration.audit.deadline &* 1_000_000)
        case .unavailable: withdraw(.auditUnavailable, "the audit log does not accept entries")
        }
    }

    /// Makes the signature for the handler, where its upstream has one; `false` where it cannot be made.
    private func sign(for delivery: VerifiedDelivery) -> Bool {
        guard let resigner = snapshot.resigners[delivery.upstream] else { return true }
        guard let received else { return false }
        resigned = ResignedFields(
            resigner,
            request,
            body: received.buffer,
            signed: facts.signature?.timestamp,
            now: receivedAt,
            id: eventName
        )
        return resigned != nil
    }

    /// What every attempt of the event has in common; the request's own id where nobody looks for repeats.
    private var eventName: String {
        var text: [UInt8] = []
        if let key = valid?.replay?.key { key.appendText(to: &text) } else { requestID.append(to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The signature for the handler; `nil` where the sender's is passed on.
    var resigned: ResignedFields?

    func auditRecorded(_ isDurable: Bool) {
        guard step == .recording else { return }
        loop.wheel.cancel(self)
        if isDurable {
            durations.audit = DeliveryHandler.microseconds(GatewayClock.monotonic() &- recordingStarted)
            forward()
        } else {
            withdraw(.auditUnavailable, "the admit entry could not be written")
        }
    }

    /// Nothing was sent: the claim is given back and the sender tries again.
    func withdraw(_ reason: DenialReason, _ detail: StaticString) {
        if let key = valid?.replay?.key {
            loop.replay.release(key, owner: owner, outcome: .withdrawn, now: GatewayClock.monotonic())
        }
        respond(.own(deny(Denial(reason, "\(detail)"))))
    }

    override func deadlineReached(now: Int64) {
        switch step {
        case .waitingForTwin:
            // Not waiting any longer: judged as in flight.
            step = .receiving
            judge(.inFlight)
        case .recording: withdraw(.auditUnavailable, "the admit entry was not durable within the deadline")
        case .idle, .receiving, .claiming, .forwarding: break
        }
    }

    // MARK: refusals and the end

    func makeRecord(at time: Timestamp) -> AuditRecorder.Record {
        AuditRecorder.Record(
            requestID: requestID,
            facts: facts,
            request: request,
            info: info,
            snapshot: snapshot,
            replay: valid?.replay,
            time: time
        )
    }

    func respond(_ answer: Answer) {
        close()
        responder?.respond(answer)
    }

    /// Forgets the request.
    func close() {
        step = .idle
        inspected = nil
        received = nil
        valid = nil
        verified = nil
        hasWaited = false
        refusedHead = nil
        resigned = nil
        endpoint = 0
        bodyBytes = -1
        request.releaseBytes()
        if snapshot !== loop.snapshot { forgetOldKeys() }
    }

    static func microseconds(_ nanoseconds: Int64) -> Int { Int(nanoseconds / 1000) }
}
