import GatewayCrypto
import StrictJSON

/// What a scheme has to say, by its algorithm.
extension SchemeCompiler {
    mutating func checkNeeds() {
        switch draft.algorithm {
        case .hmac, .signature, .digest:
            if scheme.signature.from.isEmpty { fail("signature.from", "the place of the signature is needed") }
            if draft.parts.isEmpty, mistakes.isEmpty { fail("content", "what is signed is needed") }
        case .token:
            if scheme.signature.from.isEmpty { fail("signature.from", "the place of the token is needed") }
        case .jwt:
            if scheme.jwt == nil { fail("jwt", "the rules of the token are needed") }
        case .httpMessageSignatures:
            compileMessageRules()
        case .detachedJWS:
            if scheme.signature.from.isEmpty { fail("signature.from", "the place of the signature is needed") }
        case .basic, .snsMessage: break
        }
        let hasKey = draft.parts.contains { $0.origin == .key }
        if case .digest = draft.algorithm {
            if !hasKey, mistakes.isEmpty { fail("content", "a digest without {key} proves nothing") }
        } else if hasKey {
            fail("content", "{key} belongs into digests only")
        }
        if draft.parts.contains(where: { $0.origin == .signedHeaders }), draft.signedHeaders == nil {
            fail("signed_headers", "{signed_headers} needs the source of the list")
        }
        if usesURL, scheme.publicURL == nil { fail("url.base", "the public URL is signed, so it has to be configured") }
        checkSignatureFields()
    }

    private mutating func compileMessageRules() {
        guard let rules = scheme.messageSignature else {
            return fail("message_signature", "the rules of the signature are needed")
        }
        if MessageAlgorithm(name: rules.algorithm) == nil {
            let names = MessageAlgorithm.allNames.joined(separator: ", ")
            fail("message_signature.algorithm", "'\(rules.algorithm)' is none of \(names)")
        }
        for (index, component) in rules.requiredComponents.enumerated() {
            var canonical: [UInt8] = []
            StructuredFieldParser.item(Array(component.utf8))?.append(to: &canonical)
            if !canonical.elementsEqual(component.utf8) || component.utf8.first != UInt8(ascii: "\"") {
                fail("message_signature.components[\(index)]", "'\(component)' is not written like \"content-digest\"")
            }
        }
    }

    var allParts: [ContentPart] {
        draft.parts + draft.requirements.flatMap { $0.left + $0.right } + (draft.token?.bindings ?? []).flatMap(\.parts)
    }

    private var usesURL: Bool { allParts.contains { $0.origin == .url || $0.origin == .urlWithForm } }

    private mutating func checkSignatureFields() {
        let hasFields =
            switch draft.grammar {
            case .pairs, .positional, .base64JSON: true
            case .whole, .list: false
            }
        let used = allParts.contains { part in
            if case .value(.signatureField) = part.origin { return true }
            return false
        }
        if used, !hasFields { fail("content", "{sig:…} needs a grammar with fields: pairs, positional or b64json") }
    }

    func isCovered(_ source: ValueSource) -> Bool {
        if draft.parts.contains(where: { $0.origin == .value(source) }) { return true }
        switch source {
        case .json, .form: return draft.parts.contains { [.body, .sortedForm, .urlWithForm].contains($0.origin) }
        case .header: return draft.parts.contains { $0.origin == .signedHeaders }
        case .query:
            return draft.parts.contains {
                [.url, .urlWithForm, .pathAndQuery, .encodedPathAndQuery].contains($0.origin)
            }
        case .claim: return draft.token != nil
        case .numberedHeader, .signatureField, .config: return false
        }
    }
}
