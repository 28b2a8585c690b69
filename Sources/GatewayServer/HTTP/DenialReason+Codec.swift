import HTTPCodec
import WebhookVerification

extension DenialReason {
    /// The code of what the codec refused.
    init(codec reason: HTTPRefusal.Reason) {
        self =
            switch reason {
            case .framing: .httpFraming
            case .transferCoding: .httpTransferCoding
            case .version: .httpVersion
            case .headTooLarge: .httpHeadTooLarge
            case .targetTooLong: .httpTargetTooLong
            case .bodyTooLarge: .sizeTooLarge
            case .lengthRequired: .httpLengthRequired
            case .expectation: .httpExpect
            }
    }
}
