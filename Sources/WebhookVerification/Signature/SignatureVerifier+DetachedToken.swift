import GatewayCrypto

/// TrueLayer's webhooks: a detached JWS (RFC 7515 appendix F) over method, path, named headers and body.
extension SignatureVerifier {
    /// Judges the token; the path counts with and without its last slash, as the sender's libraries do.
    func judgeDetachedToken(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ now: Timestamp
    ) -> Result<SignatureMatch, Denial> {
        let malformed = SignatureFault.malformedSignature.denial("the header does not hold a detached token")
        guard case .header(let name) = scheme.places.first, case .one(let range) = head.lookup(name, in: bytes),
            range.count <= 8192, let token = CompactToken(bytes.extracting(range.bounds), form: .detached)
        else { return .failure(malformed) }
        guard token.header.text("alg")?.elementsEqual("ES512".utf8) == true,
            token.header.text("tl_version")?.elementsEqual("2".utf8) == true, !token.header.has("crit")
        else {
            return .failure(SignatureFault.unsupportedAlgorithm.denial("only ES512 of version 2 is accepted"))
        }
        var fields: [UInt8] = []
        var time: Timestamp?
        let list = token.header.text("tl_headers") ?? []
        for part in list.split(separator: UInt8(ascii: ",")) {
            if let denial = appendField(part, head, bytes, to: &fields, &time) { return .failure(denial) }
        }
        let method = [UInt8](copying: bytes.extracting(head.method.bounds))
        var path = [UInt8](copying: bytes.extracting(head.path.bounds))
        for attempt in 0..<2 {
            if attempt == 1 {
                if path.last == UInt8(ascii: "/") { path.removeLast() } else { path.append(UInt8(ascii: "/")) }
            }
            var payload = method + [0x20] + path + [0x0A] + fields
            payload.appendBytes(body)
            var input = Array(token.headerText) + [UInt8(ascii: ".")]
            Base64.append(payload.span, alphabet: .url, padding: .none, to: &input)
            if let index = keyIndex(token, input, time ?? now, now) {
                return .success(match(index, payload, time))
            }
        }
        return .failure(SignatureFault.signatureMismatch.denial("no key fits the token"))
    }

    private func appendField(
        _ name: ArraySlice<UInt8>,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        to output: inout [UInt8],
        _ time: inout Timestamp?
    ) -> Denial? {
        guard let field = FieldName(String(decoding: name, as: UTF8.self)) else {
            return SignatureFault.malformedSignature.denial("a signed header has no name")
        }
        switch head.lookup(field, in: bytes) {
        case .absent:
            return SignatureFault.coveredHeaderMissing.denial("header \(field.text) is signed but not there")
        case .several:
            return SignatureFault.duplicateHeader.denial("header \(field.text) is there more than once")
        case .one(let range):
            output += name + [UInt8(ascii: ":"), 0x20]
            output.appendBytes(bytes.extracting(range.bounds))
            output.append(0x0A)
            if field.text == "x-tl-webhook-timestamp" {
                time = TimestampGrammar.rfc3339.parse(bytes.extracting(range.bounds))
                if time == nil {
                    return SignatureFault.malformedTimestamp.denial("the signed timestamp is not of the form rfc3339")
                }
            }
            return nil
        }
    }

    private func keyIndex(_ token: CompactToken, _ input: [UInt8], _ time: Timestamp, _ now: Timestamp) -> Int? {
        guard let algorithm = TokenAlgorithm(name: "ES512") else { return nil }
        let keyName = token.header.text("kid")
        return keys.firstIndex { key in
            key.key.isAccepted(at: time, now: now) && key.hasName(keyName)
                && algorithm.holds(token.signature.span, over: input.span, key)
        }
    }

    private func match(_ index: Int, _ payload: [UInt8], _ time: Timestamp?) -> SignatureMatch {
        SignatureMatch(
            keyIndex: index,
            keyID: keys[index].key.id,
            candidateCount: 1,
            timestamp: time,
            contentDigest: SHA256.hash(payload.span),
            contentIsBody: false,
            coversBody: true,
            eventID: .none
        )
    }
}

extension [UInt8] {
    /// A copy of the bytes of a span.
    init(copying bytes: Span<UInt8>) {
        self = []
        appendBytes(bytes)
    }
}
