import HTTPCodec
import NIOCore
import WebhookVerification

/// Deliveries whose keys were replaced while they came.
extension DeliveryHandler {
    /// Judges a delivery once more whose keys were replaced while it came: the newer ones decide.
    ///
    /// So a key that the sender was just given is not refused, and one that was just revoked is. `nil` where the newer
    /// snapshot does not have the delivery's route any more: then it ends by the one that took it. Source:
    /// `docs/keys.md`, states.
    func judgeOnNewerKeys(_ body: ReceivedBody) -> Result<ValidDelivery, Denial>? {
        let newer = loop.snapshot
        let context = DeliveryContext(
            peer: info.peer,
            resolver: info.resolver,
            transport: info.transport,
            now: receivedAt
        )
        var again = DeliveryFacts()
        let inspection = loop.verifier.inspect(
            head,
            bytes: request.bytes.readableBytesUInt8Span,
            announced: body.buffer.readableBytes,
            body: .complete,
            context: context,
            facts: &again
        )
        let result: Result<ValidDelivery, Denial>
        switch inspection {
        case .failure(let denial):
            if denial.reason == .routeUnknown || denial.reason == .routeMisdirected { return nil }
            result = .failure(denial)
        case .success(let inspected):
            result = loop.verifier.verify(
                Delivery(body: body, inspected: inspected),
                head: head,
                headBytes: request.bytes.readableBytesUInt8Span,
                now: receivedAt,
                facts: &again
            )
        }
        snapshot = newer
        verifier = loop.verifier
        facts = again
        return result
    }
}
