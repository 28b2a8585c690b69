import HTTPCodec
import NIOCore

/// What a gateway answered to one delivery.
package struct DeliveryAnswer: Sendable {
    /// One header field as it came.
    package struct Field: Sendable {
        /// The name in lower case.
        package let name: String
        /// The value.
        package let value: String
    }

    /// The status, 200 to 599.
    package let status: Int
    /// The header fields in order.
    package let fields: [Field]
    /// The body, without its framing.
    package let body: [UInt8]
    /// Whether the gateway ended the connection, and sent nothing more before it did.
    package let endsConnection: Bool

    /// The value of the only field of this name, written in lower case; `nil` where there is none or several.
    package func field(_ name: String) -> String? {
        let found = fields.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }

    /// The gateway's id of the request: the key to its audit entries.
    package var requestID: String? { field("x-request-id") }

    init(_ head: ResponseHead, body: [UInt8]) {
        status = head.status
        fields = head.fields.map { field in
            Field(
                name: DeliveryAnswer.text(field.name, head).lowercased(),
                value: DeliveryAnswer.text(field.value, head)
            )
        }
        self.body = body
        endsConnection = !head.keepAlive
    }

    private static func text(_ span: HTTPSpan, _ head: ResponseHead) -> String {
        head.bytes.getString(at: head.bytes.readerIndex + Int(span.start), length: Int(span.length)) ?? ""
    }
}
