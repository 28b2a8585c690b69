package import NIOCore

/// One parsed response head of an upstream, filled again for each response.
///
/// Spans are relative to the readable bytes of `bytes`, which share the storage of the parsed buffer.
package struct ResponseHead: Sendable {
    /// How the body is delimited (RFC 9112 section 6.3).
    package enum Framing: Sendable, Equatable {
        /// No body: the answer to HEAD, 204, 304.
        case none
        /// Content-Length in bytes.
        case contentLength(Int)
        /// Transfer-Encoding, exactly `chunked`.
        case chunked
        /// Everything until the upstream closes; such a body cannot be told from a truncated one.
        case untilClose
    }

    /// The head from its first byte to the empty line, without interim responses before it.
    package internal(set) var bytes = ByteBuffer()
    /// The status code, 200 to 599.
    package internal(set) var status = 0
    /// 0 or 1 for HTTP/1.0 and HTTP/1.1.
    package internal(set) var minorVersion: UInt8 = 1
    /// The field lines in the order received.
    package internal(set) var fields = ContiguousArray<HTTPField>()
    /// How the body is delimited.
    package internal(set) var framing = Framing.none
    /// Whether the upstream lets the connection live: HTTP/1.1, no `close`, body with an end of its own (R-FWD-12).
    package internal(set) var keepAlive = false
    /// The names that Connection nominates for removal; at most 16.
    package internal(set) var nominated = ContiguousArray<HTTPSpan>()

    /// A head with nothing in it.
    package init() {
        fields.reserveCapacity(24)
    }

    /// Gives up the share in the parsed buffer's storage; spans are meaningless afterwards.
    package mutating func releaseBytes() {
        bytes = ByteBuffer()
    }

    mutating func reset() {
        status = 0
        minorVersion = 1
        fields.removeAll(keepingCapacity: true)
        framing = .none
        keepAlive = false
        if !nominated.isEmpty { nominated.removeAll(keepingCapacity: true) }
    }
}

extension ResponseHead {
    /// Runs `body` on the bytes of `span`, or on none if they were released; nothing is copied.
    @inline(__always)
    package func withBytes<Result>(of span: HTTPSpan, _ body: (RawSpan) -> Result) -> Result {
        let all = bytes.readableBytesSpan
        guard span.range.upperBound <= all.byteCount else { return body(RawSpan()) }
        return body(all.extracting(span.range))
    }

    /// The index of the first field with this well-known name at or after `start`.
    package func firstIndex(of id: HTTPFieldName, from start: Int = 0) -> Int? {
        for index in max(start, 0)..<max(fields.count, start, 0) where fields[index].id == id { return index }
        return nil
    }

    /// Whether the field at `index` is relayed to the sender: not hop-by-hop, not nominated, not one of the gateway's own
    /// (``FieldRules/isDroppedFromResponse(_:)``, R-FWD-15).
    package func isRelayed(_ field: HTTPField) -> Bool {
        switch field.id {
        case .connection, .keepAlive, .te, .trailer, .transferEncoding, .upgrade, .http2Settings, .proxyAuthenticate,
            .proxyAuthorization, .proxyConnection, .setCookie, .contentLength, .date, .server, .via, .framingLookalike:
            return false
        case .contentType where nominated.isEmpty:
            return field.isASCII
        default:
            break
        }
        let all = bytes.readableBytesSpan
        guard field.name.range.upperBound <= all.byteCount else { return false }
        let name = all.extracting(field.name.range)
        if !field.isASCII || FieldRules.isDroppedFromResponse(name) { return false }
        for option in nominated where AuthorityGrammar.isSame(all, option.range, field.name.range) { return false }
        return true
    }

    /// Judges the field lines together; `method` is that of the request (RFC 9112 section 6.3).
    mutating func interpret(_ bytes: RawSpan, requestMethod method: HTTPMethod) -> HTTPRefusal? {
        var lengths = 0
        var codings = 0
        var lengthValue = HTTPSpan.none
        var codingValue = HTTPSpan.none
        var options = ConnectionOptions()
        for index in fields.indices {
            let field = fields[index]
            switch field.id {
            case .contentLength:
                lengths &+= 1
                lengthValue = field.value
            case .transferEncoding:
                codings &+= 1
                codingValue = field.value
            case .connection:
                if let cause = options.readResponse(bytes, field.value, into: &nominated) { return cause }
            default:
                continue
            }
        }
        if codings > 0 {
            if lengths > 0 { return .lengthAndTransferCoding }
            if codings > 1 { return .transferCodingRepeated }
            if minorVersion == 0 { return .transferCodingInHTTP10 }
            if codingValue.isEmpty { return .transferCodingEmpty }
            guard codingValue.length == 7, bytes.matches("chunked", at: Int(codingValue.start)) else {
                return .transferCodingUnknown
            }
            framing = .chunked
        } else if lengths > 0 {
            guard lengths == 1 else { return .contentLengthRepeated }
            switch BodyFraming.contentLength(bytes, lengthValue) {
            case .contentLength(let length): framing = .contentLength(length)
            case .contentLengthTooLarge: return .bodyTooLarge
            case .none?, .chunked?, nil: return .contentLengthMalformed
            }
        } else {
            framing = .untilClose
        }
        return settle(requestMethod: method, closes: options.closes)
    }

    private mutating func settle(requestMethod method: HTTPMethod, closes: Bool) -> HTTPRefusal? {
        if status < 200 || status == 204 {
            // RFC 9110 section 8.6, RFC 9112 section 6.1: no length here. `Content-Length: 0` says nothing else.
            guard framing == .untilClose || framing == .contentLength(0) else { return .bodyForbidden }
            framing = .none
        } else if status == 304 || method == .head {
            framing = .none
        }
        keepAlive = minorVersion == 1 && !closes && framing != .untilClose
        return nil
    }
}
