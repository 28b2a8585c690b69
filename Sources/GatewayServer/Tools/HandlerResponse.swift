/// What a handler answers: JSON with a status.
package struct HandlerResponse: Sendable {
    /// The status.
    package let status: Int
    /// The body, JSON text.
    package let body: String

    /// An answer with a status and a JSON text.
    package init(status: Int, body: String) {
        self.status = status
        self.body = body
    }

    /// The answer of 01.software's example to an event that was acted on.
    package static let processed = HandlerResponse(
        status: 200,
        body: #"{"success":true,"message":"Webhook processed successfully"}"#
    )
    /// The answer of 01.software's example to anything that is no event it knows.
    package static let invalidEvent = HandlerResponse(
        status: 400,
        body: #"{"success":false,"error":"Invalid webhook event"}"#
    )
    /// The answer to a signature that does not hold.
    package static let invalidSignature = HandlerResponse(
        status: 401,
        body: #"{"success":false,"error":"Invalid signature"}"#
    )
    /// The answer to a path that nothing is behind.
    package static let notFound = HandlerResponse(status: 404, body: #"{"success":false,"error":"Not found"}"#)
}
