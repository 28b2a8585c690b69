import GatewayCrypto

/// Which of all known schemes fits a captured request, or comes nearest.
package struct SchemeRanking {
    /// One known scheme that the request may be of.
    package struct Place: Sendable {
        /// The scheme's name.
        package let name: String
        /// Whose scheme it is.
        package let provider: String
        /// The scheme as it was tried: with a public URL, and a key form where another one fits.
        package let scheme: SignatureScheme
        /// Whether its signature holds.
        package let fits: Bool
        /// Why not; `nil` where it fits.
        package let denial: Denial?
        /// What is wrong; empty where it fits.
        package let findings: [DiagnosisFinding]
    }

    private let request: ComposedRequest
    private let secret: [UInt8]
    private let now: Timestamp
    private let publicURL: String?
    private let settings: [String: String]

    /// Takes a request, the text of the secret or public key, and what URL-signing schemes need to know.
    ///
    /// Without a public URL the request's own Host is tried, which is good enough to find a scheme, not to verify by.
    package init(
        _ request: ComposedRequest,
        secret: [UInt8],
        now: Timestamp,
        publicURL: String?,
        settings: [String: String]
    ) {
        self.request = request
        self.secret = secret
        self.now = now
        self.publicURL = publicURL
        self.settings = settings
    }

    /// The schemes that fit; where none does, at most `limit` of those whose signature is there, what explains itself first.
    package func places(limit: Int = 5) -> [Place] {
        var fitting: [Place] = []
        var near: [(entry: SignatureCatalogue.Entry, scheme: SignatureScheme, denial: Denial)] = []
        for entry in SignatureCatalogue.entries {
            guard let (scheme, outcome) = judge(entry) else { continue }
            switch outcome {
            case .success: fitting.append(place(entry, scheme, nil, []))
            case .failure(let denial): if isNear(denial) { near.append((entry, scheme, denial)) }
            }
        }
        if !fitting.isEmpty { return fitting }
        let places = near.prefix(40).map { place($0.entry, $0.scheme, $0.denial, findings($0.scheme)) }
        return Array((places.filter(\.isExplained) + places.filter { !$0.isExplained }).prefix(limit))
    }

    private func judge(
        _ entry: SignatureCatalogue.Entry
    ) -> (SignatureScheme, Result<SignatureMatch, Denial>)? {
        let probe = DiagnosisProbe(now: now, budget: .command)
        var last: (SignatureScheme, Result<SignatureMatch, Denial>)?
        for url in urls {
            var scheme = entry.scheme
            scheme.publicURL = url
            scheme.settings.merge(settings) { $1 }
            guard let key = SchemeRanking.key(secret, scheme),
                let outcome = probe.judge(DiagnosisTrial(request: request, scheme: scheme, keys: [key]))
            else { continue }
            if case .success = outcome { return (scheme, outcome) }
            last = last ?? (scheme, outcome)
        }
        return last
    }

    /// The public URLs to try: the given one, else what the request names.
    private var urls: [String] {
        if let publicURL { return [publicURL] }
        let name = FieldName(literal: "host")
        guard let host = request.fields.first(where: { FieldName($0.name) == name }),
            let text = String(validating: ComposedRequest.trimmed(host.value), as: UTF8.self), !text.isEmpty
        else { return ["https://hooks.example.com"] }
        return ["https://\(text)", "http://\(text)"]
    }

    private func isNear(_ denial: Denial) -> Bool {
        switch denial.reason {
        case .signatureMissing: false
        default: true
        }
    }

    private func findings(_ scheme: SignatureScheme) -> [DiagnosisFinding] {
        guard let key = SchemeRanking.key(secret, scheme), let compiled = try? CompiledSignatureScheme(scheme) else {
            return []
        }
        let source = DiagnosedSource(name: scheme.name, scheme: compiled, keys: [key])
        return SignatureDiagnosis(source, window: nil).run(request, now: now).findings
    }

    private func place(
        _ entry: SignatureCatalogue.Entry,
        _ scheme: SignatureScheme,
        _ denial: Denial?,
        _ findings: [DiagnosisFinding]
    ) -> Place {
        Place(
            name: entry.scheme.name,
            provider: entry.provider,
            scheme: scheme,
            fits: denial == nil,
            denial: denial,
            findings: findings
        )
    }

    /// The secret as the scheme reads it; as plain text where it is not of the scheme's form.
    static func key(_ secret: [UInt8], _ scheme: SignatureScheme) -> SigningKey? {
        guard let id = KeyID("k1") else { return nil }
        if let read = try? KeyMaterialReader(scheme).read(secret.span, strength: .any) {
            return SigningKey(id: id, material: read.material)
        }
        guard SchemeAlgorithm(name: scheme.algorithm)?.isSymmetric == true else { return nil }
        return SigningKey(id: id, material: .secret(SecretBytes(secret.span)))
    }
}

extension SchemeRanking.Place {
    /// Whether a mistake was found that, undone, makes the signature hold.
    package var isExplained: Bool { findings.contains { $0.certainty == .proven } }
}
