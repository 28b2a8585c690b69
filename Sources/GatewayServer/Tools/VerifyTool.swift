import GatewayCrypto
package import WebhookVerification

/// Judges single requests by a scheme and secrets, without a gateway.
///
/// The window of timestamps is the one that the scheme recommends; both bounds are inclusive.
package struct VerifyTool {
    /// What became of one request.
    package struct Verdict: Sendable, Equatable {
        /// Whether it is genuine.
        package let isValid: Bool
        /// The reason code of a refusal, as the gateway records it.
        package let reason: String?
        /// What exactly is wrong, finer than the reason.
        package let cause: String?
        /// A sentence about the refusal; never a secret or a value of the request.
        package let sentence: String?
        /// The key that fits, `k1` for the first.
        package let keyID: String?
        /// The signed time in whole seconds since 1970.
        package let signedAt: Int64?

        /// A genuine one.
        static func valid(key: String?, signedAt: Int64?) -> Verdict {
            Verdict(isValid: true, reason: nil, cause: nil, sentence: nil, keyID: key, signedAt: signedAt)
        }

        /// A refusal.
        static func of(_ fault: SignatureFault, _ sentence: String) -> Verdict {
            VerifyTool.refusal(fault.denial(sentence))
        }
    }

    private let scheme: CompiledSignatureScheme
    private let verifier: SignatureVerifier
    private let window: DiagnosisWindow?

    /// Reads the secrets, each in the form that the scheme's sender shows it; weak ones are accepted.
    ///
    /// `keyIDs` are their names, `k1`, `k2`, … where none are given.
    package init(
        _ choice: SchemeChoice,
        secrets: [[UInt8]],
        keyIDs: [String] = []
    ) throws(SchemeChoice.Fault) {
        try self.init(choice, keys: try VerifyTool.keys(choice, secrets: secrets, keyIDs: keyIDs))
    }

    /// Keys of the texts of secrets.
    static func keys(
        _ choice: SchemeChoice,
        secrets: [[UInt8]],
        keyIDs: [String] = []
    ) throws(SchemeChoice.Fault) -> [SigningKey] {
        var keys: [SigningKey] = []
        for (index, secret) in secrets.enumerated() {
            let name = index < keyIDs.count ? keyIDs[index] : "k\(index + 1)"
            guard let id = KeyID(name) else { throw SchemeChoice.Fault("'\(name)' is no name for a key") }
            keys.append(SigningKey(id: id, material: try choice.material(secret)))
        }
        return keys
    }

    /// Takes keys that were read already, and the window of a source; without one the scheme's own counts.
    package init(
        _ choice: SchemeChoice,
        keys: [SigningKey],
        window: DiagnosisWindow? = nil
    ) throws(SchemeChoice.Fault) {
        scheme = choice.scheme
        do {
            verifier = try SignatureVerifier(scheme: scheme, keys: keys)
        } catch {
            throw SchemeChoice.Fault("the secret cannot be used with \(scheme.algorithm.name)")
        }
        self.window = window ?? DiagnosisWindow(scheme.scheme)
    }

    /// Judges `request` as of `now`; `nil` leaves the window of the timestamp out.
    package func judge(_ request: ComposedRequest, now: Timestamp?) -> Verdict {
        let (bytes, head) = request.makeHead()
        // Any moment does where no window is judged: only keys and tokens look at it.
        let time = now ?? Timestamp(microseconds: 1_767_225_600_000_000)
        let result = verifier.begin(head: head, bytes: bytes.span, now: time)
            .flatMap { verifier.finish($0, head: head, bytes: bytes.span, body: request.body.span, now: time) }
        switch result {
        case .failure(let denial): return VerifyTool.refusal(denial)
        case .success(let match):
            if let now, let denial = judge(match.timestamp, now) { return VerifyTool.refusal(denial) }
            return .valid(key: match.keyID.text, signedAt: match.timestamp?.seconds)
        }
    }

    private func judge(_ signed: Timestamp?, _ now: Timestamp) -> Denial? {
        guard let signed, let window else { return nil }
        let (tolerance, future) = (window.maxAge, window.maxFuture)
        let age = now.microseconds.subtractingReportingOverflow(signed.microseconds)
        if age.overflow ? signed < now : age.partialValue > tolerance * 1_000_000 {
            return SignatureFault.timestampTooOld.denial(
                "signed \(now.seconds - signed.seconds) s ago, \(tolerance) s are allowed"
            )
        }
        if age.overflow || -age.partialValue > future * 1_000_000 {
            return SignatureFault.timestampInFuture.denial(
                "signed \(signed.seconds - now.seconds) s ahead, \(future) s are allowed"
            )
        }
        return nil
    }

    private static func refusal(_ denial: Denial) -> Verdict {
        let cause = SignatureFault(of: denial)?.rawValue
        var sentence = denial.detail
        if let cause, sentence.hasPrefix(cause + ": ") { sentence.removeFirst(cause.count + 2) }
        return Verdict(
            isValid: false,
            reason: denial.reason.rawValue,
            cause: cause,
            sentence: sentence,
            keyID: nil,
            signedAt: nil
        )
    }
}
