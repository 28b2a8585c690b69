import HTTPCodec
import NIOCore
import WebhookVerification

/// What is sent to the sender.
enum Answer {
    /// A response of the upstream, relayed.
    case relayed(UpstreamResponse)
    /// A refusal or a duplicate, in our words.
    case own(OwnAnswer)
}

/// An answer in our words.
struct OwnAnswer {
    /// What becomes of the connection.
    enum Connection {
        case keep
        case close
    }

    var status: Int
    let text: StaticString
    let form: ResponseForm
    var connection: Connection
    /// Seconds of Retry-After, `nil` for none.
    var retryAfter: Int?
    /// The value of Allow, for 405.
    var allow: [[UInt8]] = []
    /// Whether this acknowledges an event that was delivered before.
    var isDuplicate = false

    /// The same, and the connection ends with it.
    var closing: OwnAnswer {
        var answer = self
        answer.connection = .close
        return answer
    }
    /// The answer to a handshake, which replaces text and form.
    var challenge: ChallengeAnswer?
}
