import GatewayCrypto

/// The forms in which two sides may read the same secret differently.
///
/// Works on key bytes: what the text of a secret was follows from them and the form it was read in.
struct SecretForms {
    private let form: SignatureScheme.KeyForm

    init(_ form: SignatureScheme.KeyForm) { self.form = form }

    var hypotheses: [DiagnosisHypothesis] {
        [
            make(.secretText, "the sender uses the secret's text as it stands, here it is decoded first") {
                texts,
                own in
                own == "utf8" && form.strip.isEmpty ? [] : texts
            },
            make(.secretBase64, "the sender decodes the secret from base64, here it is not") { texts, own in
                own == "base64" ? [] : texts.flatMap(SecretForms.base64)
            },
            make(.secretHex, "the sender decodes the secret from hexadecimal, here it is not") { texts, own in
                own == "hex" ? [] : texts.compactMap { Hex.decode($0.span) }
            },
            make(.secretPrefix, "the secret's beginning `whsec_` is not part of the key") { texts, _ in
                texts.flatMap(SecretForms.behindPrefix)
            },
            make(.secretWhiteSpace, "one side has white space around the secret, the other has not") { texts, own in
                own == "utf8" ? texts.flatMap(SecretForms.spaced) : []
            },
        ]
    }

    private func make(
        _ code: DiagnosisCode,
        _ sentence: String,
        _ variants: @escaping ([[UInt8]], String) -> [[UInt8]]
    ) -> DiagnosisHypothesis {
        let form = self.form
        return DiagnosisHypothesis(code, sentence) { trial in
            var keys: [SigningKey] = []
            for key in trial.keys {
                guard case .secret(let secret) = key.material else { continue }
                var bytes: [UInt8] = []
                secret.withBytes { bytes.appendBytes($0) }
                var texts = SecretForms.texts(of: bytes, form)
                SecretBytes.wipe(&bytes)
                var variants = variants(texts, form.encoding)
                for index in variants.indices where !variants[index].isEmpty {
                    keys.append(key.with(.secret(SecretBytes(consuming: &variants[index]))))
                }
                for index in texts.indices { SecretBytes.wipe(&texts[index]) }
            }
            return keys.isEmpty ? nil : trial.with { $0.keys = keys }
        }
    }

    /// What the text of the secret may have been.
    private static func texts(of key: [UInt8], _ form: SignatureScheme.KeyForm) -> [[UInt8]] {
        // A digest cannot be undone.
        if form.digest != nil { return [] }
        var bytes = key
        if let suffix = form.suffix, bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) {
            bytes.removeLast(suffix.utf8.count)
        }
        var texts: [[UInt8]]
        switch form.encoding {
        case "hex":
            let lower = Array(Hex.encode(bytes.span).utf8)
            texts = [lower, lower.map { $0 >= UInt8(ascii: "a") ? $0 - 0x20 : $0 }]
        case "base64", "base64url":
            let alphabet: Base64.Alphabet = form.encoding == "base64" ? .standard : .url
            texts = [
                Array(Base64.encode(bytes.span, alphabet: alphabet).utf8),
                Array(Base64.encode(bytes.span, alphabet: alphabet, padding: .none).utf8),
            ]
        default: texts = [bytes]
        }
        return texts + form.strip.flatMap { prefix in texts.map { Array(prefix.utf8) + $0 } }
    }

    private static func base64(_ text: [UInt8]) -> [[UInt8]] {
        [Base64.decode(text.span), Base64.decode(text.span, alphabet: .url)].compactMap(\.self)
    }

    private static func behindPrefix(_ text: [UInt8]) -> [[UInt8]] {
        guard text.starts(with: "whsec_".utf8) else { return [] }
        let rest = Array(text.dropFirst(6))
        return base64(rest) + [rest]
    }

    private static func spaced(_ text: [UInt8]) -> [[UInt8]] {
        let space: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let trimmed = Array(text.drop(while: space).reversed().drop(while: space).reversed())
        var forms = [text + [0x0A], text + [0x0D, 0x0A], text + [0x20], [0x20] + text]
        if trimmed.count < text.count { forms.append(trimmed) }
        return forms
    }
}

extension SigningKey {
    /// The same key with other material.
    func with(_ material: Material) -> SigningKey {
        SigningKey(
            id: id,
            material: material,
            state: state,
            notBefore: notBefore,
            notAfter: notAfter,
            skew: skew,
            grace: grace,
            senderKeyID: senderKeyID
        )
    }

    /// The same key, accepted always and under any name.
    var unlimited: SigningKey { SigningKey(id: id, material: material) }
}
