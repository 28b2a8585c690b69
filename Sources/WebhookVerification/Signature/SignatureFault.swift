/// What exactly made a signature fail, finer than the reason code, at the start of a denial's detail.
///
/// The sender never learns it. Tools that run a conformance suite print it.
package enum SignatureFault: String, Sendable, CaseIterable {
    case missingSignature = "missing_signature"
    case malformedSignature = "malformed_signature"
    case signatureMismatch = "signature_mismatch"
    case tooManySignatures = "too_many_signatures"
    case duplicateHeader = "duplicate_header"
    case duplicateParameter = "duplicate_parameter"
    case duplicateKey = "duplicate_key"
    case coveredHeaderMissing = "covered_header_missing"
    case coveredValueMissing = "covered_value_missing"
    case ambiguousComponent = "ambiguous_component"
    case bindingMismatch = "binding_mismatch"
    case claimMissing = "claim_missing"
    case claimMismatch = "claim_mismatch"
    case unsupportedAlgorithm = "unsupported_alg"
    case malformedBody = "malformed_body"
    case malformedParameters = "malformed_parameters"
    case unknownKey = "unknown_key"
    case coverageMissing = "coverage_missing"
    case digestMismatch = "digest_mismatch"
    case keyRetired = "key_retired"
    case keyRevoked = "key_revoked"
    case missingTimestamp = "missing_timestamp"
    case malformedTimestamp = "malformed_timestamp"
    case timestampTooOld = "timestamp_too_old"
    case timestampInFuture = "timestamp_in_future"

    /// The reason code of the contract.
    package var reason: DenialReason {
        switch self {
        case .missingSignature: .signatureMissing
        case .malformedSignature, .tooManySignatures, .coveredHeaderMissing, .coveredValueMissing,
            .unsupportedAlgorithm, .malformedBody, .malformedParameters, .claimMissing, .coverageMissing:
            .signatureMalformed
        case .duplicateHeader, .duplicateParameter, .duplicateKey, .ambiguousComponent: .signatureAmbiguous
        case .signatureMismatch, .bindingMismatch, .claimMismatch, .unknownKey, .digestMismatch: .signatureMismatch
        case .keyRetired: .signatureKeyRetired
        case .keyRevoked: .signatureKeyRevoked
        case .missingTimestamp: .timestampMissing
        case .malformedTimestamp: .timestampMalformed
        case .timestampTooOld: .timestampStale
        case .timestampInFuture: .timestampFuture
        }
    }

    /// The denial, with this fault and a sentence for the operator; never a secret or a value of the request.
    package func denial(_ sentence: String) -> Denial { Denial(reason, "\(rawValue): \(sentence)") }

    /// The fault that a denial's detail starts with; `nil` for denials of other checks.
    package init?(of denial: Denial) {
        let code = denial.detail.utf8.prefix { $0 != UInt8(ascii: ":") }
        guard let text = String(code) else { return nil }
        self.init(rawValue: text)
    }
}
