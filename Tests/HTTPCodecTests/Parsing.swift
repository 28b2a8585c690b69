import HTTPCodec
import NIOCore
import Testing

/// What a parser made of some bytes, comparable as a whole.
enum Verdict: Equatable, CustomStringConvertible {
    case needMoreBytes
    case accepted
    case refused(HTTPRefusal)

    var description: String {
        switch self {
        case .needMoreBytes: "needs more bytes"
        case .accepted: "accepted"
        case .refused(let cause): "refused: \(cause)"
        }
    }
}

/// A request head parsed from bytes fed in pieces.
struct ParsedRequest {
    var verdict: Verdict
    var head: RequestHead
    /// The bytes after the head.
    var rest: [UInt8]
    /// How many bytes had been fed when the verdict fell.
    var fed: Int
}

/// Feeds `bytes` in pieces that end at `cuts`, in order, and at the end of the bytes.
func feedRequest(_ bytes: [UInt8], cuts: [Int] = [], limits: HTTPLimits = HTTPLimits()) -> ParsedRequest {
    var parser = RequestHeadParser(limits: limits)
    var head = RequestHead()
    var buffer = ByteBuffer()
    var fed = 0
    for cut in cuts + [bytes.count] where cut >= fed {
        buffer.writeBytes(bytes[fed..<cut])
        fed = cut
        switch parser.parse(&buffer, into: &head) {
        case .needMoreBytes:
            continue
        case .head:
            let rest = Array(buffer.readableBytesView) + bytes[fed...]
            return ParsedRequest(verdict: .accepted, head: head, rest: rest, fed: fed)
        case .refused(let cause):
            return ParsedRequest(verdict: .refused(cause), head: head, rest: [], fed: fed)
        }
    }
    return ParsedRequest(verdict: .needMoreBytes, head: head, rest: Array(buffer.readableBytesView), fed: fed)
}

/// Parses `bytes` whole, then byte by byte, and expects the same verdict both times.
func parseRequest(
    _ bytes: [UInt8],
    limits: HTTPLimits = HTTPLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
) -> ParsedRequest {
    let whole = feedRequest(bytes, limits: limits)
    let dripped = feedRequest(bytes, cuts: Array(0...bytes.count), limits: limits)
    #expect(whole.verdict == dripped.verdict, sourceLocation: sourceLocation)
    #expect(whole.rest == dripped.rest, sourceLocation: sourceLocation)
    return whole
}

/// Parses the text's UTF-8 bytes whole and byte by byte.
func parseRequest(
    _ text: String,
    limits: HTTPLimits = HTTPLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
) -> ParsedRequest {
    parseRequest(Array(text.utf8), limits: limits, sourceLocation: sourceLocation)
}

/// A complete POST to `/x` of host `a` with these field lines, each without its CR LF, and a length of 0 unless given.
func post(_ lines: String..., length: String? = "Content-Length: 0") -> String {
    let all = ["POST /x HTTP/1.1", "Host: a"] + lines + (length.map { [$0] } ?? [])
    return all.joined(separator: "\r\n") + "\r\n\r\n"
}

extension RequestHead {
    /// The bytes of a span as text.
    func text(_ span: HTTPSpan) -> String {
        withBytes(of: span) { bytes in
            bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
    }

    func text(_ span: HTTPSpan?) -> String? {
        span.map { text($0) }
    }

    /// Names and values in order.
    var fieldTexts: [[String]] {
        fields.map { [text($0.name), text($0.value)] }
    }
}

extension ResponseHead {
    func text(_ span: HTTPSpan) -> String {
        withBytes(of: span) { bytes in
            bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
    }
}

/// Runs `body` on the text's bytes.
func withSpan<Result>(_ text: String, _ body: (RawSpan) -> Result) -> Result {
    let bytes = Array(text.utf8)
    return body(bytes.span.bytes)
}
