import GatewayCrypto

/// The webhook route of an 01.software project, as an application has it.
///
/// Its own signature check over the raw body, one action per collection. It has no idea that there is a gateway.
package struct ExampleHandler: Sendable {
    private let secret: SecretBytes
    private let ledger: EffectLedger

    /// A handler with the secret of its webhook URL, which enters what it does into `ledger`.
    package init(secret: [UInt8], ledger: EffectLedger) {
        self.secret = SecretBytes(secret.span)
        self.ledger = ledger
    }

    /// Acts on one request and says what came of it.
    package func answer(_ request: HandlerRequest) -> HandlerResponse {
        guard request.method == "POST" else { return .notFound }
        guard isSigned(request) else { return .invalidSignature }
        guard let event = ExampleEvent(request.body) else { return .invalidEvent }
        let subject = "\(event.collection.rawValue).\(event.operation.rawValue) \(event.id)"
        switch event.collection {
        case .orders: ledger.record(EffectLedger.Effect(.notification, subject))
        case .products: ledger.record(EffectLedger.Effect(.stockSync, subject))
        case .posts: ledger.record(EffectLedger.Effect(.cachePurge, subject))
        }
        return .processed
    }

    /// HMAC-SHA256 over the raw body, in hexadecimal digits, compared in constant time.
    private func isSigned(_ request: HandlerRequest) -> Bool {
        guard let claimed = request.field("x-webhook-signature").flatMap({ Hex.decode($0) }) else { return false }
        let expected = secret.withBytes { key in
            try? HMACContext.mac(.sha256, key: key, message: request.body.span)
        }
        guard let expected else { return false }
        return constantTimeEquals(claimed.span, expected.span)
    }
}
