package import GatewayCrypto

/// Makes a signature for the handler in the place of the sender's, over the same body.
///
/// Source: `docs/keys.md`, re-signing. Nothing of the body is changed.
package struct DeliveryResigner: Sendable {
    /// What the new signature is like.
    package enum Form: String, Sendable, CaseIterable {
        /// As the sender signs: same fields, same time, same id, another key.
        case same
        /// Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
        case standard
    }

    /// The fields of the sender's that are not passed on as they are.
    package let dropped: [FieldName]
    /// Those of them that the new signature is over.
    private let kept: [FieldName]
    private let signer: SignatureSigner
    private let form: Form

    /// A resigner for deliveries of `scheme`, which is `nil` where the source's are not signed.
    package init(
        _ form: Form,
        scheme: CompiledSignatureScheme?,
        key: SecretBytes
    ) throws(SignatureSchemeMistakes) {
        self.form = form
        let places = scheme.map(DeliveryResigner.placeFields) ?? []
        if form == .same, let scheme {
            kept = DeliveryResigner.signedFields(scheme)
            dropped = places + kept
            signer = SignatureSigner(scheme: scheme, key: .secret(key))
        } else {
            let standard = SignatureCatalogue.scheme(named: "standard") ?? SignatureScheme(name: "", algorithm: "")
            let compiled = try CompiledSignatureScheme(standard)
            kept = []
            dropped =
                places + DeliveryResigner.placeFields(compiled) + DeliveryResigner.signedFields(compiled)
            signer = SignatureSigner(scheme: compiled, key: .secret(key))
        }
    }

    /// Why a scheme cannot be signed again as it is; `nil` for one that can.
    ///
    /// The signature has to stand in a header, and be over nothing that is another at the handler or not passed on.
    package static func obstacle(_ scheme: CompiledSignatureScheme) -> String? {
        guard case .hmac = scheme.algorithm else { return "it does not sign with an HMAC" }
        guard scheme.places.allSatisfy({ if case .header = $0 { true } else { false } }) else {
            return "its signature does not stand in a header"
        }
        guard scheme.signedHeaders == nil, scheme.requirements.isEmpty else {
            return "it signs what the handler does not receive as it was sent"
        }
        for part in scheme.parts {
            switch part.origin {
            case .literal, .body: continue
            case .value(.header), .value(.signatureField), .value(.json), .value(.form), .value(.config): continue
            case .method, .url, .urlWithForm, .path, .pathAndQuery, .encodedPathAndQuery, .sortedForm, .signedHeaders,
                .key, .value(.numberedHeader), .value(.query), .value(.claim):
                return "it signs what the handler does not receive as it was sent"
            }
        }
        return nil
    }

    /// Whether a field of the delivery is one that `fields` needs.
    package func needs(_ name: Span<UInt8>) -> Bool { kept.contains { $0.matches(name) } }

    /// The fields that take the place of the dropped ones; `nil` where they cannot be made.
    ///
    /// `sent` are those of the delivery's that are needed, `signed` the time that the sender signed, `now` that of the
    /// arrival, `id` the same for every attempt of one event.
    package func fields(
        sent: [(name: String, value: [UInt8])],
        body: [UInt8],
        signed: Timestamp?,
        now: Timestamp,
        id: String
    ) -> [(name: String, value: [UInt8])]? {
        var request = ComposedRequest(fields: sent, body: body)
        do throws(SignatureSchemeMistake) {
            try signer.sign(&request, now: form == .same ? signed ?? now : now, eventID: id)
        } catch {
            return nil
        }
        // What was verified needs no member more; were it otherwise, the handler would get another body than was judged.
        return request.body == body ? request.fields : nil
    }

    private static func placeFields(_ scheme: CompiledSignatureScheme) -> [FieldName] {
        scheme.places.compactMap { if case .header(let name) = $0 { name } else { nil } }
    }

    private static func signedFields(_ scheme: CompiledSignatureScheme) -> [FieldName] {
        var names: [FieldName] = []
        var sources = scheme.parts.compactMap { part -> ValueSource? in
            if case .value(let source) = part.origin { source } else { nil }
        }
        if let time = scheme.timestamp { sources.append(time.source) }
        for case .header(let name) in sources where !names.contains(name) { names.append(name) }
        return names
    }
}
