import HTTPCodec
import NIOCore
import Testing

@Suite("Request lines")
struct RequestLineTests {
    private func verdict(_ line: String) -> Verdict {
        parseRequest(line + "\r\nHost: a\r\nContent-Length: 0\r\n\r\n").verdict
    }

    @Test(
        "R-H1-25, -26: the line is METHOD SP target SP HTTP/1.(0|1), with single spaces",
        arguments: [
            ("POST  /x HTTP/1.1", .targetMissing), ("POST /x  HTTP/1.1", .protocolName),
            ("POST\t/x HTTP/1.1", .methodMalformed), ("POST /x\tHTTP/1.1", .targetCharacter),
            (" POST /x HTTP/1.1", .methodMalformed), ("POST /x HTTP/1.1 ", .versionMalformed),
            ("POST /x HTTP/1.1\t", .versionMalformed), ("POST /x", .versionMissing), ("POST", .methodMalformed),
            ("POST /x y HTTP/1.1", .protocolName), ("POST /x http/1.1", .protocolName),
            ("POST /x HTTP1.1", .protocolName),
            ("POST /x HTTPS/1.1", .protocolName), ("POST /x RTSP/1.0", .protocolName),
            ("SOURCE /x ICE/1.0", .protocolName),
            ("POST /x HTTP/", .versionMalformed), ("POST /x HTTP/1", .versionMalformed),
            ("POST /x HTTP/1.", .versionMalformed),
            ("POST /x HTTP/1,1", .versionMalformed), ("POST /x HTTP/1.10", .versionMalformed),
            ("POST /x HTTP/x.1", .versionMalformed), ("POST /x HTTP/1.x", .versionMalformed),
            ("POST /x HTTP/01.1", .versionUnsupported), ("POST /x HTTP/0.9", .versionUnsupported),
            ("POST /x HTTP/1.2", .versionUnsupported), ("POST /x HTTP/1.9", .versionUnsupported),
            ("POST /x HTTP/2.0", .versionUnsupported), ("POST /x HTTP/3", .versionUnsupported),
        ] as [(String, HTTPRefusal)]
    )
    func form(line: String, cause: HTTPRefusal) {
        #expect(verdict(line) == .refused(cause))
    }

    @Test("R-H1-28: any token is a method, the registered ones are told apart with case, CONNECT is not kept alive")
    func methods() {
        let known: [(String, HTTPMethod)] = [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete), ("OPTIONS", .options),
            ("TRACE", .trace), ("PATCH", .patch), ("CONNECT", .connect), ("post", .other), ("Post", .other),
            ("POSTS", .other), ("POS", .other), ("M-SEARCH", .other), ("!#$%&'*+-.^_`|~09azAZ", .other),
        ]
        for (name, method) in known {
            let parsed = parseRequest("\(name) /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            #expect(parsed.verdict == .accepted, "\(name)")
            #expect(parsed.head.method == method, "\(name)")
            #expect(parsed.head.keepAlive == (method != .connect), "\(name)")
        }
        for bad in ["PO(ST", "PO/ST", "PO\u{7F}T", "PÖST", "PO:ST", "\"POST\"", "PO\u{0}ST", ":POST"] {
            #expect(verdict("\(bad) /x HTTP/1.1") == .refused(.methodMalformed), "\(bad)")
        }
        #expect(verdict(String(repeating: "A", count: 32) + " /x HTTP/1.1") == .accepted)
        #expect(verdict(String(repeating: "A", count: 33) + " /x HTTP/1.1") == .refused(.methodTooLong))
        #expect(parseRequest(String(repeating: "A", count: 33)).verdict == .refused(.methodTooLong))
    }

    @Test("R-H1-29: CONNECT is delivered as a head in any form, for a 405, and never kept alive")
    func connect() {
        for target in ["a.example:443", "/x", "http://a/", "[::1]:443"] {
            let parsed = parseRequest("CONNECT \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(parsed.verdict == .accepted)
            #expect(parsed.head.targetForm == .authority)
            #expect(parsed.head.path.isEmpty && !parsed.head.keepAlive)
        }
    }

    @Test("R-H1-31: a target holds RFC 3986 characters only, and every percent sign has two hex digits")
    func targetCharacters() {
        let allowed = Set("abzABZ0189-._~!$&'()*+,;=:@/".utf8)
        for byte in UInt8.min...UInt8.max {
            let line = Array("POST /a".utf8) + [byte] + Array("z?q".utf8) + [byte] + Array("z HTTP/1.1\r\n".utf8)
            let verdict = parseRequest(line + Array("Host: a\r\nContent-Length: 0\r\n\r\n".utf8)).verdict
            let isLetterOrDigit =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            switch byte {
            case UInt8(ascii: "?"): #expect(verdict == .accepted)
            case UInt8(ascii: "%"): #expect(verdict == .refused(.targetPercentEncoding))
            case UInt8(ascii: " "): #expect(verdict == .refused(.protocolName))
            case 0x0A: #expect(verdict == .refused(.bareLineFeed))
            case 0x0D: #expect(verdict == .refused(.versionMissing))
            default:
                let isAllowed = isLetterOrDigit || allowed.contains(byte)
                #expect(verdict == (isAllowed ? .accepted : .refused(.targetCharacter)), "\(byte)")
            }
        }
        for good in ["/%00", "/%aF%Fa?%20", "/a%2e%2E/"] { #expect(self.verdict("POST \(good) HTTP/1.1") == .accepted) }
        for bad in ["/%", "/%4", "/%4g", "/%g4", "/%%41", "/?%zz", "/% 41"] {
            #expect(self.verdict("POST \(bad) HTTP/1.1") == .refused(.targetPercentEncoding), "\(bad)")
        }
    }

    @Test("R-H1-30: path and query are exact bytes: no decoding, no dot segments, no slash folding")
    func paths() {
        let table: [(String, String, String?)] = [
            ("/", "/", nil), ("//a//b", "//a//b", nil), ("/a/../b/./c", "/a/../b/./c", nil), ("/a?", "/a", ""),
            ("/a?b?c", "/a", "b?c"), ("/?/", "/", "/"), ("/a;p=1", "/a;p=1", nil), ("/A%2f", "/A%2f", nil),
        ]
        for (target, path, query) in table {
            let head = parseRequest("POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").head
            #expect(head.text(head.path) == path)
            #expect(head.text(head.query) == query)
        }
    }

    @Test("R-H1-32: absolute form gives authority, path and query, and agrees with Host")
    func absoluteForm() {
        let table: [(String, String, RequestHead.TargetForm, String, String?)] = [
            ("http://a", "a", .absoluteHTTP, "", nil), ("HTTP://a/", "A", .absoluteHTTP, "/", nil),
            ("https://a.b:8443/p?q", "a.b:8443", .absoluteHTTPS, "/p", "q"),
            ("http://a?q", "a", .absoluteHTTP, "", "q"),
            ("http://[::1]:80/p", "[::1]:80", .absoluteHTTP, "/p", nil),
        ]
        for (target, host, form, path, query) in table {
            let parsed = parseRequest("POST \(target) HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 0\r\n\r\n")
            #expect(parsed.verdict == .accepted, "\(target)")
            #expect(parsed.head.targetForm == form)
            #expect(parsed.head.text(parsed.head.authority)?.lowercased() == host.lowercased())
            #expect(parsed.head.text(parsed.head.path) == path)
            #expect(parsed.head.text(parsed.head.query) == query)
        }
        #expect(verdict("POST http://b/x HTTP/1.1") == .refused(.hostDiffersFromTarget))
        #expect(verdict("POST http://a:80/x HTTP/1.1") == .refused(.hostDiffersFromTarget))
    }

    @Test(
        "R-H1-32, N6: a target that is neither a path nor an http URI is refused",
        arguments: [
            ("x", .targetForm), ("*", .targetForm), ("ftp://a/x", .targetForm), ("a:80", .targetForm),
            ("http:/a", .targetForm),
            ("http://", .targetForm), ("http:///x", .targetForm), ("http://u@a/x", .targetForm),
            ("http://a,b/x", .targetForm),
            ("http://a:/x", .targetForm), ("http://a%41/x", .targetForm), ("?x", .targetForm), ("[::1]", .targetForm),
            ("http://[::1/x", .targetForm), ("http://a/[x]", .targetCharacter), ("/[x]", .targetCharacter),
            ("/?a[]=1", .targetCharacter), ("http://a/?[", .targetCharacter), ("/x#f", .targetCharacter),
        ] as [(String, HTTPRefusal)]
    )
    func otherForms(target: String, cause: HTTPRefusal) {
        #expect(verdict("POST \(target) HTTP/1.1") == .refused(cause))
    }

    @Test("Asterisk form belongs to OPTIONS")
    func asterisk() {
        let parsed = parseRequest("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(parsed.verdict == .accepted && parsed.head.targetForm == .asterisk)
        #expect(parsed.head.path.isEmpty && parsed.head.query == nil)
        #expect(verdict("OPTIONS ** HTTP/1.1") == .refused(.targetForm))
    }

    @Test("R-H1-27: one empty line may stand before a request, not more, and only as CR LF")
    func leadingLines() {
        #expect(parseRequest("\r\n" + post()).verdict == .accepted)
        #expect(parseRequest("\r\n\r\n" + post()).verdict == .refused(.leadingEmptyLines))
        #expect(parseRequest("\n" + post()).verdict == .refused(.bareLineFeed))
        #expect(parseRequest("\r" + post()).verdict == .refused(.bareCarriageReturn))
        #expect(parseRequest("\r\n ").verdict == .refused(.methodMalformed))
    }

    @Test("R-H1-24: a target of the limit is read, one byte more is 414")
    func targetLimit() {
        func target(_ count: Int) -> String { "/" + String(repeating: "a", count: count - 1) }
        #expect(verdict("POST \(target(4096)) HTTP/1.1") == .accepted)
        #expect(verdict("POST \(target(4097)) HTTP/1.1") == .refused(.targetTooLong))
        #expect(parseRequest("POST \(target(4097))").verdict == .refused(.targetTooLong))
        #expect(parseRequest("POST \(target(4097))\u{1}").verdict == .refused(.targetTooLong))
        #expect(parseRequest("POST \(target(4096))\u{1}").verdict == .refused(.targetCharacter))
        #expect(HTTPRefusal.targetTooLong.reason.status == 414)
    }

    @Test("R-H1-41, R-H2-22: other protocols are refused within their first bytes or line")
    func otherProtocols() {
        let cases: [([UInt8], HTTPRefusal)] = [
            ([0x16, 0x03, 0x01, 0x02, 0x00], .methodMalformed),
            (Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), .methodMalformed),
            (Array(repeating: 0, count: 64), .methodMalformed),
            (Array("\r\n\r\n\0\r\nQUIT\n".utf8), .leadingEmptyLines),
            (Array("PROXY TCP4 192.0.2.1 192.0.2.2 5 80\r\n".utf8), .protocolName),
            (Array("PROXY UNKNOWN\r\n".utf8), .versionMissing),
            (Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8), .versionUnsupported),
            ([0x80, 0x2E, 0x01], .methodMalformed), (Array("{\"a\":1}".utf8), .methodMalformed),
        ]
        for (bytes, cause) in cases { #expect(parseRequest(bytes).verdict == .refused(cause)) }
    }
}
