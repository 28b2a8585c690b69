import GatewayCrypto

/// JSON Web Tokens whose claims are tied to the request (RFC 7519).
extension SignatureVerifier {
    /// Judges a token: form, algorithm, signature, claims, times; in this order.
    func judgeToken(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ now: Timestamp
    ) -> Result<SignatureMatch, Denial> {
        guard let compiled = scheme.token else {
            return .failure(SignatureFault.unsupportedAlgorithm.denial("the scheme has no token rules"))
        }
        let token: CompactToken
        switch readToken(head, bytes, compiled) {
        case .success(let found): token = found
        case .failure(let denial): return .failure(denial)
        }
        guard let name = token.header.text(ClaimName.alg) else {
            return .failure(SignatureFault.malformedSignature.denial("the token names no algorithm"))
        }
        // RFC 7515 section 4.1.11: an extension that must be understood and is not makes the token invalid.
        guard let algorithm = compiled.algorithms.first(where: { $0.name == name })?.algorithm,
            !token.header.has(ClaimName.crit)
        else {
            return .failure(
                SignatureFault.unsupportedAlgorithm.denial("the token's algorithm is not one of the scheme's")
            )
        }
        let index: Int
        switch keyIndex(of: token, algorithm, now) {
        case .success(let found): index = found
        case .failure(let denial): return .failure(denial)
        }
        guard let claims = token.claims else {
            return .failure(SignatureFault.malformedSignature.denial("the token has no claims"))
        }
        if let denial = checkClaims(claims, compiled, head, bytes, body) { return .failure(denial) }
        if let denial = checkTimes(claims, compiled, now) { return .failure(denial) }
        return .success(match(index, token.signingInput, claims, head, bytes))
    }

    /// The token in its header, taken apart.
    func readToken(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ compiled: CompiledSignatureScheme.CompiledToken
    ) -> Result<CompactToken, Denial> {
        guard case .header(let name) = compiled.source else {
            return .failure(SignatureFault.missingSignature.denial("the token has to stand in a header"))
        }
        let range: ByteRange
        switch head.lookup(name, in: bytes) {
        case .absent: return .failure(SignatureFault.missingSignature.denial("no token is there"))
        case .several:
            return .failure(SignatureFault.duplicateHeader.denial("header \(name.text) is there more than once"))
        case .one(let found): range = found
        }
        let malformed = SignatureFault.malformedSignature.denial("the header does not hold a token of three parts")
        guard range.count <= 8192 else { return .failure(malformed) }
        var bounds = range.bounds
        if !compiled.prefix.isEmpty {
            guard bounds.count > compiled.prefix.count else { return .failure(malformed) }
            // RFC 9110 section 11.1: names of authentication schemes are not case-sensitive.
            for (offset, byte) in compiled.prefix.enumerated()
            where FieldName.lowercased(bytes[bounds.lowerBound + offset]) != FieldName.lowercased(byte) {
                return .failure(malformed)
            }
            bounds = (bounds.lowerBound + compiled.prefix.count)..<bounds.upperBound
        }
        guard let token = CompactToken(bytes.extracting(bounds), form: .attached, documents: tokenDocuments) else {
            return .failure(malformed)
        }
        return .success(token)
    }

    private func keyIndex(
        of token: CompactToken,
        _ algorithm: TokenAlgorithm,
        _ now: Timestamp
    ) -> Result<Int, Denial> {
        let keyName = token.header.text(ClaimName.kid)
        var time = now
        if case .at(let issued) = token.claims?.date(ClaimName.iat), let signed = Timestamp(seconds: issued) {
            time = signed
        }
        var found: Int?
        for (index, key) in keys.enumerated() where key.key.isAccepted(at: time, now: now) && key.hasName(keyName) {
            let holds = algorithm.holds(token.signature.span, over: token.signingInput.span, key)
            if holds, found == nil { found = index }
        }
        if let found { return .success(found) }
        for key in keys where !key.key.isAccepted(at: time, now: now) && key.hasName(keyName) {
            guard algorithm.holds(token.signature.span, over: token.signingInput.span, key) else {
                continue
            }
            return .failure(key.key.refusal(now: now))
        }
        if !keys.contains(where: { $0.hasName(keyName) }) {
            return .failure(SignatureFault.unknownKey.denial("the token names a key that the source does not have"))
        }
        return .failure(SignatureFault.signatureMismatch.denial("no key fits the token"))
    }

    private func checkClaims(
        _ claims: TokenMembers,
        _ compiled: CompiledSignatureScheme.CompiledToken,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>
    ) -> Denial? {
        for (claim, name, value) in compiled.claims {
            guard claims.has(claim) else { return SignatureFault.claimMissing.denial("claim \(name) is not there") }
            guard claims.text(claim) == value else {
                return SignatureFault.claimMismatch.denial("claim \(name) is another")
            }
        }
        for bind in compiled.bindings {
            if bind.onlyWithBody, body.isEmpty {
                if claims.has(bind.claim) {
                    return SignatureFault.claimMismatch.denial("claim \(bind.name) speaks of a body that is not there")
                }
                continue
            }
            guard claims.has(bind.claim) else {
                if bind.isOptional { continue }
                return SignatureFault.claimMissing.denial("claim \(bind.name) is not there")
            }
            var expected: [UInt8] = []
            for part in bind.parts {
                let denial = reader.append(part, head, bytes, body, scheme, urlVariant: 0, to: &expected)
                if let denial { return denial }
            }
            let wanted = SignatureVerifier.withoutPadding(expected)
            let isEqual = claims.texts(bind.claim).contains { SignatureVerifier.withoutPadding($0) == wanted }
            if !isEqual {
                return SignatureFault.claimMismatch.denial("claim \(bind.name) is not that of this request")
            }
        }
        return nil
    }

    /// Senders disagree on padding of base64 in claims; without it two spellings of one hash are one.
    private static func withoutPadding(_ text: [UInt8]) -> ArraySlice<UInt8> {
        var slice = text[...]
        while slice.last == UInt8(ascii: "=") { slice = slice.dropLast() }
        return slice
    }

    private func checkTimes(
        _ claims: TokenMembers,
        _ rules: CompiledSignatureScheme.CompiledToken,
        _ now: Timestamp
    ) -> Denial? {
        let malformed = SignatureFault.malformedTimestamp.denial("a time in the token is not a number of seconds")
        switch claims.date(ClaimName.exp) {
        case .malformed: return malformed
        case .absent: break
        case .at(let time):
            // RFC 7519 section 4.1.4: not accepted on or after the time.
            if now.seconds >= time + rules.leeway {
                return SignatureFault.timestampTooOld.denial("the token has expired")
            }
        }
        switch claims.date(ClaimName.nbf) {
        case .malformed: return malformed
        case .absent: break
        case .at(let time):
            if now.seconds + rules.leeway < time {
                return SignatureFault.timestampInFuture.denial("the token is not valid yet")
            }
        }
        switch claims.date(ClaimName.iat) {
        case .malformed: return malformed
        case .absent:
            if rules.issuedAtMaxAge != nil { return SignatureFault.missingTimestamp.denial("claim iat is not there") }
        case .at(let time):
            guard let maxAge = rules.issuedAtMaxAge else { break }
            if now.seconds - time > maxAge + rules.leeway {
                return SignatureFault.timestampTooOld.denial("the token is too old")
            }
            if time - now.seconds > max(rules.leeway, 60) {
                return SignatureFault.timestampInFuture.denial("the token is from the future")
            }
        }
        return nil
    }

    private func match(
        _ index: Int,
        _ signingInput: [UInt8],
        _ claims: TokenMembers,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>
    ) -> SignatureMatch {
        var issued: Timestamp?
        if case .at(let time) = claims.date(ClaimName.iat) { issued = Timestamp(seconds: time) }
        var eventID = SignatureMatch.EventID.none
        for source in scheme.signedEventIDSources {
            if case .claim(let name) = source, let id = claims.text(name), !id.isEmpty { eventID = .value(id) }
        }
        return SignatureMatch(
            keyIndex: index,
            keyID: keys[index].key.id,
            candidateCount: 1,
            timestamp: issued,
            contentDigest: SHA256.hash(signingInput.span),
            contentIsBody: false,
            coversBody: scheme.covers.contains(.body),
            eventID: eventID
        )
    }
}

/// Names of members that every token may have (RFC 7515 section 4.1, RFC 7519 section 4.1).
private enum ClaimName {
    static let alg = Array("alg".utf8)
    static let crit = Array("crit".utf8)
    static let kid = Array("kid".utf8)
    static let exp = Array("exp".utf8)
    static let nbf = Array("nbf".utf8)
    static let iat = Array("iat".utf8)
}
