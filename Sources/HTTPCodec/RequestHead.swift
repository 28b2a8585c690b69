package import NIOCore

/// One parsed request head: the bytes as received and tables of where everything lies.
///
/// Owned by a connection and filled again for each request, so that its tables keep their memory. Spans are relative to
/// the readable bytes of `bytes`. `bytes` shares its storage with the buffer that was parsed: call ``releaseBytes()``
/// when the head is no longer needed, else the next write into that buffer copies it.
package struct RequestHead: Sendable {
    /// Which form the target has (RFC 9112 section 3.2).
    package enum TargetForm: Sendable, Equatable {
        /// `/path?query`.
        case origin
        /// `http://authority/path?query`.
        case absoluteHTTP
        /// `https://authority/path?query`.
        case absoluteHTTPS
        /// `*`, with OPTIONS only.
        case asterisk
        /// Whatever followed CONNECT; such a request is answered 405 and closed (R-H1-29).
        case authority
    }

    /// The head from its first byte to the empty line, shared with the parsed buffer, not copied.
    ///
    /// After a refusal it is what had arrived, so that method and target can be recorded as far as they were read.
    package internal(set) var bytes = ByteBuffer()
    /// The method; ``HTTPMethod/unread`` when the request was refused before it was complete.
    package internal(set) var method = HTTPMethod.unread
    /// The bytes of the method.
    package internal(set) var methodSpan = HTTPSpan.none
    /// The whole target as received, ≤ ``HTTPLimits/targetBytes``.
    package internal(set) var target = HTTPSpan.none
    /// The form of the target.
    package internal(set) var targetForm = TargetForm.origin
    /// The path, undecoded (R-H1-30); empty for `*`, for CONNECT and for an absolute target without one.
    package internal(set) var path = HTTPSpan.none
    /// The query without its `?`; `nil` when there is no `?`.
    package internal(set) var query: HTTPSpan?
    /// Host and port as one span, from the target if absolute, else from Host; `nil` only in HTTP/1.0 without Host.
    package internal(set) var authority: HTTPSpan?
    /// 0 or 1 for HTTP/1.0 and HTTP/1.1.
    package internal(set) var minorVersion: UInt8 = 1
    /// The field lines in the order received.
    package internal(set) var fields = ContiguousArray<HTTPField>()
    /// How the body is delimited.
    package internal(set) var framing = BodyFraming.none
    /// Whether the client lets the connection live: HTTP/1.1, no `close`, no Upgrade, not CONNECT (R-H1-34 to -37).
    package internal(set) var keepAlive = false
    /// Whether the client waits for 100 (Continue): HTTP/1.1 with `Expect: 100-continue`.
    package internal(set) var expectsContinue = false
    /// Whether Upgrade, HTTP2-Settings or the option `upgrade` is there; ignored, but the connection is closed (R-H1-36).
    package internal(set) var hasUpgrade = false
    /// Whether there is a Via field: the request passed a proxy.
    package internal(set) var hasVia = false
    /// The names that Connection nominates, without `close`, `keep-alive`, `upgrade` and `te`; at most 16 (R-FWD-05).
    package internal(set) var nominated = ContiguousArray<HTTPSpan>()

    /// A head with nothing in it.
    package init() {
        fields.reserveCapacity(24)
    }

    /// Whether the method could be read, so that an answer to HEAD can leave its body out.
    package var isMethodKnown: Bool { method != .unread }

    /// Gives up the share in the parsed buffer's storage; spans are meaningless afterwards.
    package mutating func releaseBytes() {
        bytes = ByteBuffer()
    }

    /// Empties the head before the next request, keeping the tables' memory.
    mutating func reset() {
        method = .unread
        methodSpan = .none
        target = .none
        targetForm = .origin
        path = .none
        query = nil
        authority = nil
        minorVersion = 1
        fields.removeAll(keepingCapacity: true)
        framing = .none
        keepAlive = false
        expectsContinue = false
        hasUpgrade = false
        hasVia = false
        if !nominated.isEmpty { nominated.removeAll(keepingCapacity: true) }
    }
}

extension RequestHead {
    /// Runs `body` on the bytes of `span`, or on none if they were released; nothing is copied.
    @inline(__always)
    package func withBytes<Result>(of span: HTTPSpan, _ body: (RawSpan) -> Result) -> Result {
        let all = bytes.readableBytesSpan
        guard span.range.upperBound <= all.byteCount else { return body(RawSpan()) }
        return body(all.extracting(span.range))
    }

    /// The bytes of `span` as a slice that shares this head's storage.
    package func slice(of span: HTTPSpan) -> ByteBuffer {
        bytes.getSlice(at: bytes.readerIndex &+ Int(span.start), length: Int(span.length)) ?? ByteBuffer()
    }

    /// The index of the first field with this well-known name at or after `start`.
    package func firstIndex(of id: HTTPFieldName, from start: Int = 0) -> Int? {
        for index in max(start, 0)..<max(fields.count, start, 0) where fields[index].id == id { return index }
        return nil
    }

    /// The index of the first field at or after `start` whose name equals `lowercased`, letters in any case.
    ///
    /// `lowercased` holds a field name in lower case; names are compared by length first, then byte by byte.
    package func firstIndex(ofName lowercased: RawSpan, from start: Int = 0) -> Int? {
        let all = bytes.readableBytesSpan
        for index in max(start, 0)..<max(fields.count, start, 0) {
            let name = fields[index].name
            if Int(name.length) == lowercased.byteCount, all.matches(lowercased, at: Int(name.start)) { return index }
        }
        return nil
    }

    /// Whether Connection nominates the field `lowercased` for removal (R-FWD-05).
    package func nominates(_ lowercased: RawSpan) -> Bool {
        guard !nominated.isEmpty else { return false }
        let all = bytes.readableBytesSpan
        for name in nominated where Int(name.length) == lowercased.byteCount {
            if all.matches(lowercased, at: Int(name.start)) { return true }
        }
        return false
    }
}
