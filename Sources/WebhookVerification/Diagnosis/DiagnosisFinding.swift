/// What a post-mortem found: a mistake, how sure it is, and what it saw.
package struct DiagnosisFinding: Sendable, Equatable {
    /// How sure a finding is.
    package enum Certainty: String, Sendable {
        /// With the mistake undone the signature holds.
        case proven
        /// The request looks like it, but it cannot be undone.
        case likely
    }

    /// The mistakes; several only where each alone does not explain it.
    package let codes: [DiagnosisCode]
    /// Whether it was proven.
    package let certainty: Certainty
    /// What was seen, one or two sentences; never a secret, a MAC or a value of the body.
    package let sentence: String

    /// What to do, one sentence for each mistake.
    package var remedy: String { codes.map(\.remedy).joined(separator: " ") }

    /// The codes joined by `+`.
    package var name: String { codes.map(\.rawValue).joined(separator: "+") }

    /// A finding about one mistake or several at once.
    init(_ codes: [DiagnosisCode], _ certainty: Certainty, _ sentence: String) {
        self.codes = codes
        self.certainty = certainty
        self.sentence = sentence
    }
}
