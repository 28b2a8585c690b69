import HTTPCodec
import WebhookVerification

extension DeliveryHead {
    /// Takes over where everything lies in a head that was read; its own table keeps its memory.
    mutating func fill(from request: borrowing RequestHead) {
        method = ByteRange(request.methodSpan)
        path = ByteRange(request.path)
        let last = request.query ?? request.path
        target = ByteRange(start: path.start, count: UInt32(last.start) + UInt32(last.length) - path.start)
        query = request.query.map { ByteRange($0) }
        authority = request.authority.map { ByteRange($0) }
        fields.removeAll(keepingCapacity: true)
        for field in request.fields {
            fields.append(Field(name: ByteRange(field.name), value: ByteRange(field.value)))
        }
    }
}

extension ByteRange {
    fileprivate init(_ span: HTTPSpan) {
        self.init(start: UInt32(span.start), count: UInt32(span.length))
    }
}
