import GatewayCrypto

/// What is asked of a request once it is read; each question reaches the verifier's reader once, in place.
extension RequestReader {
    /// What a match says of the request.
    struct Description {
        let candidateCount: Int
        let timestamp: Timestamp?
        let eventID: SignatureMatch.EventID
    }

    /// What a match says of the request.
    mutating func describe(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ scheme: CompiledSignatureScheme
    ) -> Description {
        Description(candidateCount: candidates.count, timestamp: timestamp, eventID: eventID(head, bytes, scheme))
    }

    /// Hands the signed content out piece by piece, a secret in it left out.
    mutating func feed(_ body: Span<UInt8>, afterBodyOnly: Bool, _ sink: (Span<UInt8>) -> Void) {
        var isPastBody = !afterBodyOnly
        for piece in pieces {
            switch piece.kind {
            case .text: if isPastBody { sink(content.span.extracting(piece.range)) }
            case .body:
                if isPastBody { sink(body) }
                isPastBody = true
            case .key: break
            }
        }
    }

    /// SHA-256 of the signed content; of its end where `context` has seen everything up to the body.
    mutating func contentDigest(_ context: DigestContext, _ body: Span<UInt8>, afterBodyOnly: Bool) -> Digest32 {
        feed(body, afterBodyOnly: afterBodyOnly) { context.update($0) }
        return context.finish32()
    }

    /// Whether any signature is the MAC of the signed content.
    ///
    /// `isStreamed`: `context` has seen everything up to the end of the body.
    mutating func isMAC(_ context: HMACContext, of body: Span<UInt8>, isStreamed: Bool) -> Bool {
        if !isStreamed { context.reset() }
        feed(body, afterBodyOnly: isStreamed) { context.update($0) }
        return anyCandidateEquals { context.finish(into: &$0) }
    }

    /// Whether any signature is the digest of the signed content, in which the secret has its place.
    mutating func isDigest(_ context: DigestContext, of body: Span<UInt8>, _ secret: SecretBytes) -> Bool {
        for piece in pieces {
            switch piece.kind {
            case .text: context.update(content.span.extracting(piece.range))
            case .body: context.update(body)
            case .key: secret.withBytes { context.update($0) }
            }
        }
        return anyCandidateEquals { context.finish(into: &$0) }
    }

    /// Compares all signatures with what `finish` writes.
    private mutating func anyCandidateEquals(_ finish: (inout MutableSpan<UInt8>) -> Int) -> Bool {
        var output = mac.mutableSpan
        let count = finish(&output)
        guard count > 0 else { return false }
        var isFound = false
        for range in candidates
        where constantTimeEquals(decoded.span.extracting(range), mac.span.extracting(0..<count)) { isFound = true }
        return isFound
    }
}
