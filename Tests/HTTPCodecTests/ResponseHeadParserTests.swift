import HTTPCodec
import NIOCore
import Testing

@Suite("Response heads")
struct ResponseHeadParserTests {
    struct Parsed {
        var verdict: Verdict
        var head: ResponseHead
        var rest: [UInt8]
    }

    private func feed(_ bytes: [UInt8], cuts: [Int], method: HTTPMethod, limits: HTTPLimits) -> Parsed {
        var parser = ResponseHeadParser(limits: limits)
        var head = ResponseHead()
        var buffer = ByteBuffer()
        var fed = 0
        for cut in cuts + [bytes.count] where cut >= fed {
            buffer.writeBytes(bytes[fed..<cut])
            fed = cut
            switch parser.parse(&buffer, requestMethod: method, into: &head) {
            case .needMoreBytes: continue
            case .head:
                return Parsed(verdict: .accepted, head: head, rest: Array(buffer.readableBytesView) + bytes[fed...])
            case .refused(let cause): return Parsed(verdict: .refused(cause), head: head, rest: [])
            }
        }
        return Parsed(verdict: .needMoreBytes, head: head, rest: Array(buffer.readableBytesView))
    }

    /// Parses whole and byte by byte and expects the same.
    private func parse(_ text: String, method: HTTPMethod = .post, limits: HTTPLimits = HTTPLimits()) -> Parsed {
        let bytes = Array(text.utf8)
        let whole = feed(bytes, cuts: [], method: method, limits: limits)
        let dripped = feed(bytes, cuts: Array(0...bytes.count), method: method, limits: limits)
        #expect(whole.verdict == dripped.verdict)
        #expect(whole.rest == dripped.rest || whole.verdict == .needMoreBytes)
        #expect(whole.head.fields == dripped.head.fields && whole.head.framing == dripped.head.framing)
        return whole
    }

    private func response(_ status: String, _ lines: String...) -> String {
        ([status] + lines).joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test("A response head is taken apart")
    func spans() {
        let parsed = parse("HTTP/1.1 200 All right\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\nok")
        #expect(parsed.verdict == .accepted)
        #expect(parsed.head.status == 200 && parsed.head.minorVersion == 1)
        #expect(parsed.head.fields.map { parsed.head.text($0.value) } == ["a/b", "2"])
        #expect(parsed.head.framing == .contentLength(2) && parsed.head.keepAlive)
        #expect(
            parsed.head.firstIndex(of: .contentType) == 0 && parsed.head.firstIndex(of: .contentType, from: 1) == nil
        )
        #expect(parsed.rest == Array("ok".utf8))
    }

    @Test(
        "R-FWD-13, N13: an unusable status line is refused",
        arguments: [
            ("RTSP/1.0 200 OK", .statusLineMalformed), ("http/1.1 200 OK", .statusLineMalformed),
            ("HTTP/2.0 200 OK", .statusLineMalformed),
            ("HTTP/1.2 200 OK", .statusLineMalformed), ("HTTP/0.9 200 OK", .statusLineMalformed),
            ("ICY 200 OK", .statusLineMalformed),
            ("HTTP/1.1  200 OK", .statusLineMalformed), ("HTTP/1.1\t200 OK", .statusLineMalformed),
            ("HTTP/1.1 20 OK", .statusLineMalformed),
            ("HTTP/1.1 2000 OK", .statusLineMalformed), ("HTTP/1.1 2x0 OK", .statusLineMalformed),
            ("HTTP/1.1 +20 OK", .statusLineMalformed),
            ("HTTP/1.1 099 OK", .statusOutOfRange), ("HTTP/1.1 000 OK", .statusOutOfRange),
            ("HTTP/1.1 600 OK", .statusOutOfRange),
            ("HTTP/1.1 999 OK", .statusOutOfRange), ("HTTP/1.1 200 O\u{0}K", .reasonPhraseMalformed),
            ("HTTP/1.1 200 O\u{1}", .reasonPhraseMalformed),
            ("HTTP/1.1 200 O\u{7F}", .reasonPhraseMalformed), ("HTTP/1.1 200 OK\r", .bareCarriageReturn),
            ("HTTP/1.1 200 OK\n", .bareLineFeed),
            ("HTTP/1.1 200\n", .bareLineFeed), ("HTTP/1.1 200 a\rb", .bareCarriageReturn),
            ("HTTP/1.1 101 Switching Protocols", .switchingProtocols),
            ("\r\nHTTP/1.1 200 OK", .statusLineMalformed), (" HTTP/1.1 200 OK", .statusLineMalformed),
            ("HTTP/1.1 200\tOK", .statusLineMalformed),
        ] as [(String, HTTPRefusal)]
    )
    func statusLines(line: String, cause: HTTPRefusal) {
        #expect(parse(response(line, "Content-Length: 0")).verdict == .refused(cause))
    }

    @Test("An empty or missing reason phrase and one with any text are the same")
    func reasons() {
        for line in ["HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.1 200 Très bien\t!"] {
            #expect(parse(response(line, "Content-Length: 0")).verdict == .accepted, "\(line)")
        }
    }

    @Test(
        "R-FWD-13: fields are as strict as in requests",
        arguments: [
            (["X : 1"], .spaceBeforeColon), (["X: a\r\n b"], .foldedField), ([" X: a"], .whitespaceBeforeFields),
            (["X: a\u{0}"], .fieldValueMalformed),
            (["X: a\u{1B}"], .fieldValueMalformed), (["X: a\nY: b"], .bareLineFeed), ([": a"], .fieldNameEmpty),
            (["X"], .colonMissing),
            (["Content-Length: 1", "Transfer-Encoding: chunked"], .lengthAndTransferCoding),
            (["Content-Length: 1", "Content-Length: 1"], .contentLengthRepeated),
            (["Content-Length: 1, 1"], .contentLengthMalformed), (["Content-Length: -1"], .contentLengthMalformed),
            (["Content-Length:"], .contentLengthMalformed),
            (["Content-Length: 99999999999999999999"], .bodyTooLarge),
            (["Transfer-Encoding: gzip, chunked"], .transferCodingUnknown),
            (["Transfer-Encoding:"], .transferCodingEmpty),
            (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], .transferCodingRepeated),
            (["Transfer-Encoding: identity"], .transferCodingUnknown), (["Connection: a;b"], .connectionMalformed),
        ] as [([String], HTTPRefusal)]
    )
    func fields(lines: [String], cause: HTTPRefusal) {
        let text = (["HTTP/1.1 200 OK"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
        #expect(parse(text).verdict == .refused(cause))
    }

    @Test("R-FWD-13: limits of a response head are exact")
    func limits() {
        let hundred = (0..<100).map { "F\($0): v" }.joined(separator: "\r\n")
        #expect(parse(response("HTTP/1.1 200 OK", hundred)).verdict == .accepted)
        #expect(parse(response("HTTP/1.1 200 OK", hundred, "G: v")).verdict == .refused(.tooManyFields))
        let base = response("HTTP/1.1 200 OK", "X: ").utf8.count
        #expect(
            parse(response("HTTP/1.1 200 OK", "X: " + String(repeating: "v", count: 16_384 - base))).verdict
                == .accepted
        )
        #expect(
            parse(response("HTTP/1.1 200 OK", "X: " + String(repeating: "v", count: 16_385 - base))).verdict
                == .refused(.headTooLarge)
        )
        #expect(parse("HTTP/1.1 200 " + String(repeating: "r", count: 17_000)).verdict == .refused(.headTooLarge))
    }

    @Test("RFC 9112 section 6.3: method and status decide whether there is a body, then the fields")
    func framing() {
        let table: [(String, [String], HTTPMethod, ResponseHead.Framing, Bool)] = [
            ("200", ["Content-Length: 5"], .post, .contentLength(5), true),
            ("200", ["Transfer-Encoding: CHUNKED"], .post, .chunked, true),
            ("200", [], .post, .untilClose, false), ("500", ["Content-Length: 0"], .post, .contentLength(0), true),
            ("200", ["Content-Length: 5"], .head, .none, true), ("200", [], .head, .none, true),
            ("200", ["Transfer-Encoding: chunked"], .head, .none, true),
            ("204", [], .post, .none, true), ("204", ["Content-Length: 0"], .post, .none, true),
            ("304", ["Content-Length: 5"], .get, .none, true),
            ("304", [], .get, .none, true),
            ("200", ["Content-Length: 5", "Connection: close"], .post, .contentLength(5), false),
            ("200", ["Content-Length: 5", "Connection: x, CLOSE\t"], .post, .contentLength(5), false),
        ]
        for (status, lines, method, framing, keepAlive) in table {
            let text = (["HTTP/1.1 \(status) X"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
            let parsed = parse(text, method: method)
            #expect(parsed.verdict == .accepted, "\(status) \(lines)")
            #expect(parsed.head.framing == framing && parsed.head.keepAlive == keepAlive, "\(status) \(lines)")
        }
        let old = parse("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n")
        #expect(old.verdict == .accepted && !old.head.keepAlive)
        #expect(
            parse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").verdict == .refused(.transferCodingInHTTP10)
        )
    }

    @Test("R-FWD-12: a length where no body may be is refused, so that no body can pose as the next response")
    func bodyForbidden() {
        for status in ["100", "103", "204"] {
            #expect(parse(response("HTTP/1.1 \(status) X", "Content-Length: 1")).verdict == .refused(.bodyForbidden))
            #expect(
                parse(response("HTTP/1.1 \(status) X", "Transfer-Encoding: chunked")).verdict
                    == .refused(.bodyForbidden)
            )
        }
    }

    @Test("R-FWD-14: up to eight interim responses are swallowed, the ninth is an error")
    func interim() {
        let final = response("HTTP/1.1 200 OK", "Content-Length: 0")
        let hundred = "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"
        let parsed = parse(String(repeating: hundred, count: 8) + final + "left")
        #expect(parsed.verdict == .accepted)
        #expect(parsed.head.status == 200 && parsed.head.fields.count == 1)
        #expect(parsed.head.bytes == ByteBuffer(string: final))
        #expect(parsed.rest == Array("left".utf8))
        #expect(parse(String(repeating: hundred, count: 9) + final).verdict == .refused(.interimResponsesTooMany))
        #expect(parse(response("HTTP/1.1 103 Early Hints") + final).verdict == .accepted)
        #expect(parse(hundred + response("HTTP/1.1 101 X") + final).verdict == .refused(.switchingProtocols))
        #expect(parse(hundred).verdict == .needMoreBytes)
    }

    @Test("The count of interim responses begins anew with each response")
    func interimPerResponse() {
        let one = String(repeating: "HTTP/1.1 102 X\r\n\r\n", count: 8) + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        var buffer = ByteBuffer(string: one + one)
        var parser = ResponseHeadParser()
        var head = ResponseHead()
        #expect(parser.parse(&buffer, requestMethod: .post, into: &head) == .head)
        #expect(parser.parse(&buffer, requestMethod: .post, into: &head) == .head)
        #expect(buffer.readableBytes == 0)
    }

    @Test("R-FWD-12: bytes behind a complete response stay in the buffer for the caller to see")
    func twoResponses() {
        let one = response("HTTP/1.1 204 No Content")
        #expect(parse(one + one).rest == Array(one.utf8))
    }

    @Test("R-FWD-15: hop-by-hop, nominated and owned fields and Set-Cookie are not relayed")
    func relayed() {
        let lines = [
            "Content-Type: a/b", "X-App: 1", "Connection: X-Hop, close", "x-hop: 1", "Keep-Alive: 5", "Set-Cookie: a=b",
            "Set_Cookie: a=b",
            "Server: x", "Date: y", "Via: z", "Trailer: q", "Proxy-Status: p", "Postern-Duplicate: 1", "postern_x: 1",
            "Retry-After: 5",
            "X-Latin: é", "Content_Length: 5", "Content-Length: 0", "Upgrade: h2c",
        ]
        let head = parse((["HTTP/1.1 200 OK"] + lines).joined(separator: "\r\n") + "\r\n\r\n").head
        #expect(
            head.fields.filter(head.isRelayed).map { head.text($0.name) } == ["Content-Type", "X-App", "Retry-After"]
        )
    }
}
