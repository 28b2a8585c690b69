package import WebhookVerification

/// How the length of a delivery's body is announced: the honest ways, and those of request smuggling.
package enum DeliveryFraming: Sendable {
    /// Content-Length.
    case contentLength
    /// Transfer-Encoding: chunked, in chunks of at most 4 KiB.
    case chunked
    /// Not at all.
    case none
    /// Content-Length and Transfer-Encoding together, the body as one chunk (RFC 9112 section 6.1).
    case lengthAndChunked
    /// Two Content-Length fields that differ by one (RFC 9112 section 6.3).
    case twoLengths
    /// Content-Length behind a space before its colon (RFC 9112 section 5.1).
    case spaceBeforeColon

    /// The request's bytes: request line, Host, its fields in order, this framing, its body.
    package func bytes(of request: ComposedRequest, authority: String) -> [UInt8] {
        var bytes = Array("\(request.method) \(request.target) HTTP/1.1\r\nHost: \(authority)\r\n".utf8)
        for field in request.fields { bytes += Array("\(field.name): ".utf8) + field.value + Array("\r\n".utf8) }
        let count = request.body.count
        let length = "Content-Length: \(count)\r\n"
        let coding = "Transfer-Encoding: chunked\r\n"
        switch self {
        case .contentLength: bytes += Array("\(length)\r\n".utf8) + request.body
        case .chunked: bytes += Array("\(coding)\r\n".utf8) + DeliveryFraming.chunks(request.body)
        case .none: bytes += Array("\r\n".utf8)
        case .lengthAndChunked: bytes += Array("\(length)\(coding)\r\n".utf8) + DeliveryFraming.chunks(request.body)
        case .twoLengths: bytes += Array("\(length)Content-Length: \(count + 1)\r\n\r\n".utf8) + request.body
        case .spaceBeforeColon: bytes += Array("Content-Length : \(count)\r\n\r\n".utf8) + request.body
        }
        return bytes
    }

    private static func chunks(_ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: 4096) {
            let part = body[start..<min(start + 4096, body.count)]
            bytes += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8)
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }
}
