import HTTPCodec
import NIOCore
import Testing

@Suite("Request heads")
struct RequestHeadParserTests {
    @Test("A head is taken apart without copying: every span names the bytes as they were sent")
    func spans() {
        let parsed = parseRequest(
            "POST /hooks/a%2Fb?x=1?&y HTTP/1.1\r\nHost: Example.org:8080\r\ncontent-length:  5  \r\nX-Tab:\ta\tb \t\r\nX-Empty:\r\n\r\nhello"
        )
        let head = parsed.head
        #expect(parsed.verdict == .accepted)
        #expect(head.method == .post && head.text(head.methodSpan) == "POST")
        #expect(head.text(head.target) == "/hooks/a%2Fb?x=1?&y")
        #expect(head.targetForm == .origin)
        #expect(head.text(head.path) == "/hooks/a%2Fb")
        #expect(head.text(head.query) == "x=1?&y")
        #expect(head.text(head.authority) == "Example.org:8080")
        #expect(head.minorVersion == 1)
        #expect(
            head.fieldTexts == [
                ["Host", "Example.org:8080"], ["content-length", "5"], ["X-Tab", "a\tb"], ["X-Empty", ""],
            ]
        )
        #expect(head.fields.map(\.id) == [.host, .contentLength, .other, .other])
        #expect(head.framing == .contentLength(5))
        #expect(head.keepAlive && !head.expectsContinue && !head.hasUpgrade && head.nominated.isEmpty)
        #expect(parsed.rest == Array("hello".utf8))
    }

    @Test("R-H1-42: any split of a request in two or in three gives the same head")
    func splits() {
        let requests = [
            post("X-Hub-Signature-256: sha256=00ff", "Connection: x-foo, keep-alive", length: "Content-Length: 12"),
            "\r\nPOST /a%20b?q HTTP/1.0\r\nContent-Length: 3\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nX:\t\ty\t \r\n\r\n",
            "POST http://a.example/p HTTP/1.1\r\nTransfer-Encoding: Chunked\r\nHost: a.example\r\n\r\n",
        ]
        for request in requests {
            let bytes = Array(request.utf8)
            let whole = feedRequest(bytes)
            #expect(whole.verdict == .accepted)
            for first in 0...bytes.count {
                for second in first...bytes.count where second < first + 3 || second % 7 == 0 {
                    let split = feedRequest(bytes, cuts: [first, second])
                    #expect(split.verdict == .accepted)
                    #expect(split.fed == bytes.count)
                    #expect(split.head.fields == whole.head.fields)
                    #expect(split.head.target == whole.head.target && split.head.query == whole.head.query)
                    #expect(split.head.framing == whole.head.framing)
                    #expect(split.head.nominated == whole.head.nominated)
                    #expect(split.head.bytes == whole.head.bytes)
                }
            }
        }
    }

    @Test("R-H1-42: a refusal falls at the first offending byte, before the rest of the line has arrived")
    func refusalIsImmediate() {
        let cases: [(String, HTTPRefusal)] = [
            ("\u{16}", .methodMalformed), ("POST  ", .targetMissing), ("POST /x R", .protocolName),
            ("POST /x HTTP/2", .versionUnsupported), ("POST /x HTTP/1.1\n", .bareLineFeed),
            ("POST /%z", .targetPercentEncoding), ("POST /x HTTP/1.1\r\nHost ", .spaceBeforeColon),
            ("POST /x HTTP/1.1\r\nHost: a\u{0}", .fieldValueMalformed),
            ("POST /x HTTP/1.1\r\n ", .whitespaceBeforeFields),
        ]
        for (text, cause) in cases {
            let bytes = Array(text.utf8)
            #expect(feedRequest(Array(bytes.dropLast())).verdict == .needMoreBytes, "\(text)")
            #expect(feedRequest(bytes).verdict == .refused(cause), "\(text)")
        }
    }

    @Test("Pipelined requests are read one by one and the tables are filled anew")
    func pipelining() {
        var buffer = ByteBuffer(string: post("A: 1") + post("B: 2", "C: 3") + "POST")
        var parser = RequestHeadParser()
        var head = RequestHead()
        #expect(!parser.hasBegun)
        #expect(parser.parse(&buffer, into: &head) == .head)
        #expect(head.fieldTexts == [["Host", "a"], ["A", "1"], ["Content-Length", "0"]])
        #expect(!parser.hasBegun)
        #expect(parser.parse(&buffer, into: &head) == .head)
        #expect(head.fieldTexts == [["Host", "a"], ["B", "2"], ["C", "3"], ["Content-Length", "0"]])
        #expect(parser.parse(&buffer, into: &head) == .needMoreBytes)
        #expect(parser.hasBegun)
        #expect(head.fields.isEmpty)
    }

    @Test("R-H1-39: after a refusal nothing more is parsed, even if valid bytes follow")
    func refusalIsFinal() {
        var buffer = ByteBuffer(string: "POST /x HTTP/1.1\r\nHost : a\r\n\r\n" + post())
        var parser = RequestHeadParser()
        var head = RequestHead()
        #expect(parser.parse(&buffer, into: &head) == .refused(.spaceBeforeColon))
        buffer.clear()
        buffer.writeString(post())
        #expect(parser.parse(&buffer, into: &head) == .refused(.spaceBeforeColon))
        #expect(!head.keepAlive)
    }

    @Test("The method is known when the refusal comes after it, so that HEAD is answered without body")
    func methodKnownInRefusals() {
        let late = parseRequest("HEAD /x HTTP/1.1\r\nbad line\r\n\r\n")
        #expect(late.verdict == .refused(.spaceBeforeColon))
        #expect(late.head.isMethodKnown && late.head.method == .head)
        #expect(late.head.text(late.head.target) == "/x")
        let early = parseRequest("HE\u{1}AD /x HTTP/1.1\r\n\r\n")
        #expect(early.verdict == .refused(.methodMalformed))
        #expect(!early.head.isMethodKnown)
    }

    @Test("The head shares the buffer's storage until it is released")
    func storage() {
        var buffer = ByteBuffer(string: post() + "rest")
        var parser = RequestHeadParser()
        var head = RequestHead()
        #expect(parser.parse(&buffer, into: &head) == .head)
        #expect(head.bytes.readableBytes == post().utf8.count)
        buffer.writeString("!")
        #expect(head.text(head.methodSpan) == "POST")
        head.releaseBytes()
        #expect(head.bytes.readableBytes == 0)
        #expect(head.text(head.methodSpan).isEmpty)
        #expect(head.slice(of: head.methodSpan).readableBytes == 0)
        #expect(withSpan("host") { head.firstIndex(ofName: $0) } == nil)
        var output = ByteBuffer()
        #expect(throws: HeadWriter.Violation.fieldName) {
            try output.writeHead(capacity: 64) { output throws(HeadWriter.Violation) in
                try HeadWriter.writeField(head.fields[0], of: head, into: &output)
            }
        }
    }

    @Test("Fields are found by well-known name and by bytes, letters in any case")
    func lookup() {
        let head = parseRequest(post("X-Sig: 1", "x-sIG: 2", "Connection: X-Gone", "Content-Type: a/b")).head
        #expect(head.firstIndex(of: .contentType) == 4)
        #expect(head.firstIndex(of: .contentType, from: 5) == nil)
        #expect(head.firstIndex(of: .contentType, from: 99) == nil)
        #expect(withSpan("x-sig") { head.firstIndex(ofName: $0) } == 1)
        #expect(withSpan("x-sig") { head.firstIndex(ofName: $0, from: 2) } == 2)
        #expect(withSpan("x-sig") { head.firstIndex(ofName: $0, from: 3) } == nil)
        #expect(withSpan("x-si") { head.firstIndex(ofName: $0) } == nil)
        #expect(withSpan("x-gone") { head.nominates($0) })
        #expect(!withSpan("x-sig") { head.nominates($0) })
        #expect(head.slice(of: head.fields[4].value) == ByteBuffer(string: "a/b"))
    }

    @Test("Every well-known name gets its id in any case, and a neighbour of it does not")
    func wellKnownNames() {
        let names: [(String, HTTPFieldName)] = [
            ("Authorization", .authorization), ("Content-Encoding", .contentEncoding), ("Content-Type", .contentType),
            ("Cookie", .cookie), ("Date", .date), ("Forwarded", .forwarded), ("Keep-Alive", .keepAlive),
            ("Location", .location), ("Proxy-Authenticate", .proxyAuthenticate),
            ("Proxy-Authorization", .proxyAuthorization), ("Proxy-Connection", .proxyConnection), ("Server", .server),
            ("Set-Cookie", .setCookie), ("TE", .te), ("Trailer", .trailer), ("User-Agent", .userAgent), ("Via", .via),
            ("HTTP2-Settings", .http2Settings), ("Upgrade", .upgrade), ("X-Forwarded-For", .xForwardedFor),
            ("X-Forwarded-Host", .xForwardedHost), ("X-Forwarded-Proto", .xForwardedProto), ("X-Real-IP", .xRealIP),
        ]
        for (name, id) in names {
            for spelling in [name, name.lowercased(), name.uppercased()] {
                let head = parseRequest(post("\(spelling): v")).head
                #expect(head.fields.count == 3 && head.fields[1].id == id, "\(spelling)")
            }
            #expect(parseRequest(post("\(name.dropLast())q: v")).head.fields[1].id == .other, "\(name)")
            #expect(parseRequest(post("q\(name.dropFirst()): v")).head.fields[1].id == .other, "\(name)")
        }
    }

    @Test("N11: a value with bytes above 127 is accepted and marked")
    func nonASCII() {
        for position in 0..<20 {
            var value = Array(repeating: UInt8(0x61), count: 20)
            #expect(
                parseRequest(Array(post("X: \(String(decoding: value, as: UTF8.self))").utf8)).head.fields[1].isASCII
            )
            value[position] = 0xE9
            let bytes =
                Array("POST /x HTTP/1.1\r\nHost: a\r\nX: ".utf8) + value + Array("\r\nContent-Length: 0\r\n\r\n".utf8)
            let parsed = parseRequest(bytes)
            #expect(parsed.verdict == .accepted)
            #expect(parsed.head.fields.map(\.isASCII) == [true, false, true])
        }
    }
}
