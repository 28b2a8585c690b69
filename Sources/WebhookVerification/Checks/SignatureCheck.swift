/// A delivery whose head passed every check that needs no body, with its body complete.
package struct Delivery {
    let body: any DeliveryBody
    let inspected: InspectedDelivery

    /// Joins a body with the head it came under.
    package init(body: any DeliveryBody, inspected: InspectedDelivery) {
        self.body = body
        self.inspected = inspected
    }
}

/// A delivery whose body is signed by a live key of its source, or whose source is configured to carry no signature.
///
/// Only `SignatureCheck` can make one.
package struct AuthenticDelivery {
    let body: any DeliveryBody
    let source: Int
    /// The signature that held; `nil` for a source without signatures.
    let match: SignatureMatch?

    fileprivate init(body: any DeliveryBody, source: Int, match: SignatureMatch?) {
        self.body = body
        self.source = source
        self.match = match
    }
}

/// Check 4: did a holder of the source's key sign exactly these bytes.
///
/// Source: `docs/architecture.md`, order of the checks; R-SIG-01 to R-SIG-21.
enum SignatureCheck {
    /// Before the body: signature header present and well formed, timestamp readable.
    static func begin(
        _ verifier: SignatureVerifier?,
        head: DeliveryHead,
        bytes: Span<UInt8>,
        body: SignatureVerifier.BodyState,
        now: Timestamp
    ) -> Result<SignatureAttempt?, Denial> {
        guard let verifier else { return .success(nil) }
        switch verifier.begin(head: head, bytes: bytes, body: body, now: now) {
        case .success(let attempt): return .success(attempt)
        case .failure(let denial): return .failure(denial)
        }
    }

    /// Lets a delivery through whose source has the signature check in shadow: nobody is known to have signed it.
    static func pass(_ delivery: Delivery) -> AuthenticDelivery {
        AuthenticDelivery(body: delivery.body, source: delivery.inspected.source, match: nil)
    }

    /// After the body: one MAC of one live key must match.
    static func evaluate(
        _ delivery: Delivery,
        verifier: SignatureVerifier?,
        head: DeliveryHead,
        headBytes: Span<UInt8>,
        bodyBytes: Span<UInt8>,
        now: Timestamp
    ) -> Result<AuthenticDelivery, Denial> {
        guard let verifier, let attempt = delivery.inspected.attempt else {
            return .success(AuthenticDelivery(body: delivery.body, source: delivery.inspected.source, match: nil))
        }
        switch verifier.finish(attempt, head: head, bytes: headBytes, body: bodyBytes, now: now) {
        case .failure(let denial): return .failure(denial)
        case .success(let match):
            return .success(
                AuthenticDelivery(body: delivery.body, source: delivery.inspected.source, match: match)
            )
        }
    }
}
