/// The ways in which the right secret is the wrong key: its state, its name, its source.
struct KeyForms {
    private let keys: [SigningKey]
    private let others: [DiagnosedSource]
    private let now: Timestamp

    init(_ keys: [SigningKey], others: [DiagnosedSource], now: Timestamp) {
        self.keys = keys
        self.others = others
        self.now = now
    }

    /// States and names first, then the keys of other sources under this scheme.
    var hypotheses: [DiagnosisHypothesis] {
        var found: [DiagnosisHypothesis] = []
        for key in keys {
            if let (code, words) = refusal(of: key) {
                found.append(
                    DiagnosisHypothesis(code, "signed with the source's key '\(key.id)', which \(words)") {
                        $0.with { $0.keys = [key.unlimited] }
                    }
                )
            } else if key.senderKeyID != nil {
                found.append(
                    DiagnosisHypothesis(.keyName, "key '\(key.id)' fits, but the request names another key id") {
                        $0.with { $0.keys = [key.unlimited] }
                    }
                )
            }
        }
        for other in others {
            found.append(
                DiagnosisHypothesis(
                    .keyOtherSource,
                    saying: { "signed with key '\($0.keyID)' of source '\(other.name)'" },
                    undo: { $0.with { $0.keys = other.keys.map(\.unlimited) } }
                )
            )
        }
        return found
    }

    /// The same deliveries as other sources would judge them.
    var otherSources: [DiagnosisHypothesis] {
        others.map { other in
            DiagnosisHypothesis(
                .sourceOther,
                saying: { "the delivery is signed as source '\(other.name)' demands, with its key '\($0.keyID)'" },
                undo: { trial in
                    trial.with {
                        $0.scheme = other.scheme.scheme
                        $0.keys = other.keys.map(\.unlimited)
                    }
                }
            )
        }
    }

    private func refusal(of key: SigningKey) -> (DiagnosisCode, String)? {
        switch key.state {
        case .revoked: return (.keyRevoked, "is revoked")
        case .retired: return (.keyRetired, "is retired")
        case .suspended: return (.keySuspended, "is suspended")
        case .pending: return (.keyPending, "is not accepted yet")
        case .live, .retiring:
            if let notBefore = key.notBefore, now.microseconds < notBefore.microseconds &- key.skew {
                return (.keyPending, "is not accepted yet")
            }
            if let notAfter = key.notAfter, now > notAfter { return (.keyRetired, "is not accepted any more") }
            return nil
        }
    }
}

/// A source that a delivery may have been meant for.
package struct DiagnosedSource: Sendable {
    /// The name in the configuration.
    package let name: String
    /// How its deliveries are signed.
    package let scheme: CompiledSignatureScheme
    /// Its keys.
    package let keys: [SigningKey]

    /// Takes the parts; a source's own form is made by `init(_:)`.
    package init(name: String, scheme: CompiledSignatureScheme, keys: [SigningKey]) {
        self.name = name
        self.scheme = scheme
        self.keys = keys
    }

    /// A configured source; `nil` where nothing is signed.
    package init?(_ source: Source) {
        guard case .scheme(let scheme, let keys) = source.signature else { return nil }
        self.init(name: source.name, scheme: scheme, keys: keys)
    }
}
