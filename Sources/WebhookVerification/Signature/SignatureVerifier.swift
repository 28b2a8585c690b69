package import GatewayCrypto

/// Judges the signatures of one source on one event loop: keyed once, allocating nothing per request.
///
/// The usual way is `begin` with the head and `finish` with the whole body. A body that arrives in pieces goes through
/// `begin(…, body: .arriving)`, `update` and `finish`; any number of requests of the loop may be between the two, each
/// with its `SignatureAttempt`. Not shared between threads. Nothing here reads a clock.
package final class SignatureVerifier {
    /// Whether the whole body is there when the head is judged.
    package enum BodyState: Sendable {
        case complete
        case arriving
    }

    /// At most this many signatures are looked at (contract, defaults).
    package static let maximumCandidates = 32
    /// At most this many for public-key signatures, which cost a thousand times a comparison.
    package static let maximumPublicKeyCandidates = 8
    /// The longest value a signature is looked for in, in bytes.
    package static let maximumSignatureHeader = 4096

    /// The scheme.
    package let scheme: CompiledSignatureScheme
    let keys: [VerifierKey]
    let digest: DigestContext
    /// Reused buffers; what is in them belongs to the request of `generation`.
    var reader: RequestReader
    private var generation: UInt64 = 0
    let tokenDocuments = CompactToken.Documents()
    private var message: [UInt8] = []
    private var spareStreams: [SignatureStream] = []

    /// Keys the contexts; throws where a key is not of the kind that the scheme needs.
    package init(scheme: CompiledSignatureScheme, keys: [SigningKey]) throws(CryptoFault) {
        self.scheme = scheme
        var prepared: [VerifierKey] = []
        for key in keys { prepared.append(try VerifierKey(key, scheme.algorithm)) }
        self.keys = prepared
        digest = try DigestContext(.sha256)
        reader = RequestReader()
        message.reserveCapacity(4096)
    }

    /// Judges what can be judged before the body: signature present and well formed, timestamp readable.
    package func begin(
        head: DeliveryHead,
        bytes: Span<UInt8>,
        body state: BodyState = .complete,
        now: Timestamp
    ) -> Result<SignatureAttempt, Denial> {
        generation &+= 1
        if let denial = reader.readHead(head, bytes, scheme) { return .failure(denial) }
        var attempt = SignatureAttempt(generation: generation, stream: nil)
        if state == .arriving, let index = scheme.streamedBodyIndex, reader.isResolved {
            attempt.stream = startStream(now: now, bodyIndex: index)
        }
        return .success(attempt)
    }

    /// Takes bytes of the body as they arrive; needed only for attempts begun with `.arriving`, harmless for others.
    package func update(_ attempt: inout SignatureAttempt, _ bytes: Span<UInt8>) {
        guard let stream = attempt.stream else { return }
        for context in stream.contexts { context?.update(bytes) }
        stream.digest.update(bytes)
    }

    /// Judges the signature over the whole body.
    ///
    /// `head` and `bytes` are those of `begin`. The window of the returned timestamp is for the caller to judge.
    package func finish(
        _ attempt: consuming SignatureAttempt,
        head: DeliveryHead,
        bytes: Span<UInt8>,
        body: Span<UInt8>,
        now: Timestamp
    ) -> Result<SignatureMatch, Denial> {
        if attempt.generation != generation {
            generation &+= 1
            if let denial = reader.readHead(head, bytes, scheme) { return .failure(denial) }
        }
        let stream = attempt.stream
        defer { if let stream { recycle(stream) } }
        switch scheme.algorithm {
        case .hmac, .signature, .digest, .token, .basic:
            if let denial = reader.readBody(head, bytes, body, scheme) { return .failure(denial) }
            return judge(head, bytes, body, stream, now)
        case .jwt: return judgeToken(head, bytes, body, now)
        case .detachedJWS: return judgeDetachedToken(head, bytes, body, now)
        case .httpMessageSignatures: return judgeMessage(head, bytes, body, now)
        case .snsMessage: return judgeNotification(body, now)
        }
    }

    // MARK: - Comparing

    private func judge(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ stream: SignatureStream?,
        _ now: Timestamp
    ) -> Result<SignatureMatch, Denial> {
        let time = reader.timestamp ?? now
        var variant = 0
        repeat {
            if variant > 0, let denial = reader.resolveContent(head, bytes, body, scheme, urlVariant: variant) {
                return .failure(denial)
            }
            var others: UInt64 = 0
            if let index = matchingKey(body, stream, time, now, others: &others) {
                let match = makeMatch(index, others, head, bytes, body, stream)
                return scheme.each == nil ? .success(match) : judgeItems(match, head, bytes, body, now)
            }
            variant += 1
        } while variant < scheme.urlBases.count
        return .failure(mismatch(body, time, now))
    }

    /// The first accepted key that any candidate fits; every accepted key is tried with every candidate, and `others` says
    /// which further ones fit.
    func matchingKey(
        _ body: Span<UInt8>,
        _ stream: SignatureStream?,
        _ time: Timestamp,
        _ now: Timestamp,
        others: inout UInt64
    ) -> Int? {
        var found: Int?
        var index = 0
        while index < keys.count {
            let key = keys[index]
            if key.key.isAccepted(at: time, now: now), nameFits(key.key) {
                let context = stream?.contexts[index]
                if matches(key, body, streamed: context) {
                    if found == nil { found = index } else { others |= 1 << UInt64(index) }
                }
            }
            index &+= 1
        }
        return found
    }

    /// The denial after every accepted key has failed: keys that are no longer accepted explain the most.
    func mismatch(_ body: Span<UInt8>, _ time: Timestamp, _ now: Timestamp) -> Denial {
        for key in keys where !key.key.isAccepted(at: time, now: now) && nameFits(key.key) {
            if matches(key, body, streamed: nil) { return key.key.refusal(now: now) }
        }
        let isKnown = keys.contains { nameFits($0.key) }
        if !isKnown { return SignatureFault.unknownKey.denial("the request names a key that the source does not have") }
        return SignatureFault.signatureMismatch.denial("no key fits any signature")
    }

    private func nameFits(_ key: SigningKey) -> Bool {
        key.senderKeyID == nil || reader.keyNameFits(key.senderKeyID)
    }

    private func matches(_ key: VerifierKey, _ body: Span<UInt8>, streamed: HMACContext?) -> Bool {
        switch (scheme.algorithm, key.key.material) {
        case (.hmac, _):
            guard let own = key.mac else { return false }
            return reader.isMAC(streamed ?? own, of: body, isStreamed: streamed != nil)
        case (.digest(let algorithm), .secret(let secret)): return digestMatches(algorithm, secret, body)
        case (.token, .secret(let secret)), (.basic, .secret(let secret)):
            return secret.withBytes { reader.anyCandidateEquals($0) }
        case (.signature, .publicKey):
            guard let verification = key.verification else { return false }
            if scheme.contentIsBody { return reader.anyCandidateHolds(verification, body) }
            message.removeAll(keepingCapacity: true)
            reader.feed(body, afterBodyOnly: false) { message.appendBytes($0) }
            let text = message
            return reader.anyCandidateHolds(verification, text.span)
        case (.digest, _), (.token, _), (.basic, _), (.signature, _), (.jwt, _), (.httpMessageSignatures, _),
            (.detachedJWS, _), (.snsMessage, _):
            return false
        }
    }

    private func digestMatches(_ algorithm: DigestAlgorithm, _ secret: SecretBytes, _ body: Span<UInt8>) -> Bool {
        guard let context = try? DigestContext(algorithm) else { return false }
        return reader.isDigest(context, of: body, secret)
    }

    private func makeMatch(
        _ index: Int,
        _ others: UInt64,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ stream: SignatureStream?
    ) -> SignatureMatch {
        let content: Digest32
        if let known = keys[index].verification?.messageDigest {
            // What was signed was hashed for the signature already.
            content = known
        } else {
            let context = stream?.digest ?? digest
            if scheme.parts.isEmpty {
                context.update(body)
                content = context.finish32()
            } else {
                content = reader.contentDigest(context, body, afterBodyOnly: stream != nil)
            }
        }
        let description = reader.describe(head, bytes, scheme)
        return SignatureMatch(
            keyIndex: index,
            keyID: keys[index].key.id,
            otherKeys: others,
            candidateCount: description.candidateCount,
            timestamp: description.timestamp,
            contentDigest: content,
            contentIsBody: scheme.contentIsBody || scheme.parts.isEmpty,
            coversBody: scheme.covers.contains(.body),
            eventID: description.eventID
        )
    }

    // MARK: - Bodies in pieces

    private func startStream(now: Timestamp, bodyIndex: Int) -> SignatureStream? {
        let time = reader.timestamp ?? now
        guard let stream = spareStreams.popLast() ?? makeStream() else { return nil }
        for index in keys.indices where keys[index].key.isAccepted(at: time, now: now) {
            // A spare stream may lack the context of a key that has only now become valid.
            if stream.contexts[index] == nil { stream.contexts[index] = keys[index].mac?.duplicate() }
            stream.contexts[index]?.reset()
        }
        stream.digest.reset()
        let content = reader.content
        for piece in reader.pieces {
            guard piece.kind == .text else { break }
            let text = content.span.extracting(piece.range)
            for context in stream.contexts { context?.update(text) }
            stream.digest.update(text)
        }
        return stream
    }

    private func makeStream() -> SignatureStream? {
        guard let digest = try? DigestContext(.sha256) else { return nil }
        let stream = SignatureStream(digest: digest)
        stream.contexts = keys.map { _ in nil }
        return stream
    }

    private func recycle(_ stream: SignatureStream) {
        if spareStreams.count < 64 { spareStreams.append(stream) }
    }
}

extension [UInt8] {
    /// Appends the bytes of a span.
    mutating func appendBytes(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
