/// A request as a handler behind the gateway sees it.
package struct HandlerRequest: Sendable {
    /// The method.
    package let method: String
    /// The request target.
    package let target: String
    /// The header fields in order, names in lower case.
    package let fields: [(name: String, value: String)]
    /// The raw bytes of the body.
    package let body: [UInt8]

    /// A request out of its parts; names of fields are written in lower case.
    package init(method: String, target: String, fields: [(name: String, value: String)], body: [UInt8]) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
    }

    /// The value of the first field of this name, written in lower case.
    package func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}
