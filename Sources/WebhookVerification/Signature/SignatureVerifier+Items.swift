import GatewayCrypto

/// Bodies with several items that are signed one by one: a delivery is genuine only where every item is.
extension SignatureVerifier {
    /// Judges the items behind the first, which `first` is the proof of.
    ///
    /// What is signed is then the content of all: the replay key is made from the digests of each, in their order.
    func judgeItems(
        _ first: SignatureMatch,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ now: Timestamp
    ) -> Result<SignatureMatch, Denial> {
        guard let each = scheme.each else { return .success(first) }
        let count = reader.itemCount(each, body)
        guard count > 1 else { return .success(first) }
        guard count <= scheme.maximumCandidates else {
            return .failure(
                SignatureFault.tooManySignatures.denial("more than \(scheme.maximumCandidates) signed items")
            )
        }
        var digests = first.contentDigest.bytes
        // Another key has verified the delivery only where it fits every item.
        var others = first.otherKeys
        for item in 1..<count {
            if let denial = reader.readItem(item, head, bytes, body, scheme) { return .failure(denial) }
            let time = reader.timestamp ?? now
            var fitting: UInt64 = 0
            guard let index = matchingKey(body, nil, time, now, others: &fitting) else {
                return .failure(mismatch(body, time, now))
            }
            others &= fitting | 1 << UInt64(index)
            digest.reset()
            reader.feed(body, afterBodyOnly: false) { digest.update($0) }
            digests += digest.finish32().bytes
        }
        return .success(first.covering(SHA256.hash(digests.span), others))
    }
}

extension SignatureMatch {
    /// The same proof of a longer content.
    fileprivate func covering(_ digest: Digest32, _ others: UInt64) -> SignatureMatch {
        SignatureMatch(
            keyIndex: keyIndex,
            keyID: keyID,
            otherKeys: others,
            candidateCount: candidateCount,
            timestamp: timestamp,
            contentDigest: digest,
            contentIsBody: contentIsBody,
            coversBody: coversBody,
            eventID: eventID
        )
    }
}
