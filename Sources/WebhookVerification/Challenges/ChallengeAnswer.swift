/// What a challenge is answered with.
package struct ChallengeAnswer: Sendable, Equatable {
    /// How the body is to be read.
    package enum MediaType: Sendable, Equatable {
        case none
        case text
        case json
    }

    /// The status.
    package let status: Int
    /// The media type of the body.
    package let mediaType: MediaType
    /// The body; every byte of it is printable ASCII.
    package let body: [UInt8]
    /// A header field beside the usual ones.
    package let field: Field?
    /// What the sender handed over and the operator has to keep; `nil` where there is nothing.
    package let secret: [UInt8]?

    /// A header field.
    package struct Field: Sendable, Equatable {
        /// The name.
        package let name: String
        /// The value, printable ASCII.
        package let value: [UInt8]
    }

    init(
        status: Int = 200,
        _ mediaType: MediaType = .none,
        _ body: [UInt8] = [],
        field: Field? = nil,
        secret: [UInt8]? = nil
    ) {
        self.status = status
        self.mediaType = mediaType
        self.body = body
        self.field = field
        self.secret = secret
    }
}

/// What became of a request that might be a challenge.
package enum ChallengeVerdict: Sendable {
    /// It is none.
    case none
    /// It is one, and gets this answer.
    case answer(ChallengeAnswer)
    /// It is one, and gets none; `status` where the sender expects another than that of the reason.
    case refused(Denial, status: Int?)
}
