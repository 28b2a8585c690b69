import HTTPCodec
import NIOCore
import Testing

@Suite("Request fields")
struct RequestFieldTests {
    @Test(
        "R-H1-05, -19 to -22: a line that any reader could understand differently is refused",
        arguments: [
            ("X : 1", .spaceBeforeColon), ("X\t: 1", .spaceBeforeColon), (": 1", .fieldNameEmpty), ("X", .colonMissing),
            ("X 1", .spaceBeforeColon), ("(X): 1", .fieldNameMalformed), ("X\\: 1", .fieldNameMalformed),
            ("X\u{0}Y: 1", .fieldNameMalformed), ("X\u{B}: 1", .fieldNameMalformed), ("X\"Y: 1", .fieldNameMalformed),
            ("Xé: 1", .fieldNameMalformed), ("X\u{7F}: 1", .fieldNameMalformed), ("X: a\u{0}b", .fieldValueMalformed),
            ("X: a\u{1}", .fieldValueMalformed), ("X: \u{8}", .fieldValueMalformed),
            ("X: a\u{B}b", .fieldValueMalformed),
            ("X: a\u{C}b", .fieldValueMalformed), ("X: a\u{1F}b", .fieldValueMalformed),
            ("X: a\u{7F}b", .fieldValueMalformed),
            ("X: a\rb", .bareCarriageReturn), ("X: a\r\r", .bareCarriageReturn), ("X: a\nY: b", .bareLineFeed),
            ("X: a\r\n b", .foldedField), ("X: a\r\n\tb", .foldedField), ("X\r\n: a", .colonMissing),
            ("X\n: a", .bareLineFeed),
            ("Transfer-Encoding\r\n : chunked", .colonMissing), ("\nX: a", .bareLineFeed),
            ("\rX: a", .bareCarriageReturn),
            ("Transfer-Encoding : chunked", .spaceBeforeColon),
            ("Transfer-Encoding: \u{B}chunked", .fieldValueMalformed),
            ("X: y\nTransfer-Encoding: chunked", .bareLineFeed),
            ("X: y\rTransfer-Encoding: chunked", .bareCarriageReturn),
        ] as [(String, HTTPRefusal)]
    )
    func lines(line: String, cause: HTTPRefusal) {
        #expect(parseRequest(post(line)).verdict == .refused(cause))
        #expect(parseRequest(post("Before: 1", line)).verdict == .refused(cause))
        #expect(cause.reason.status == 400)
    }

    @Test("R-H1-21: whitespace before the first field is refused")
    func whitespaceFirst() {
        #expect(parseRequest("POST /x HTTP/1.1\r\n Host: a\r\n\r\n").verdict == .refused(.whitespaceBeforeFields))
        #expect(parseRequest("POST /x HTTP/1.1\r\n\tHost: a\r\n\r\n").verdict == .refused(.whitespaceBeforeFields))
    }

    @Test("R-H1-22: an all-LF head and a CR CR LF are refused")
    func lineEndings() {
        #expect(parseRequest("POST /x HTTP/1.1\nHost: a\n\n").verdict == .refused(.bareLineFeed))
        #expect(parseRequest("POST /x HTTP/1.1\r\r\nHost: a\r\n\r\n").verdict == .refused(.bareCarriageReturn))
        #expect(parseRequest("POST /x HTTP/1.1\r\nHost: a\r\n\n").verdict == .refused(.bareLineFeed))
        #expect(parseRequest("POST /x HTTP/1.1\r\nHost: a\r\n\r\r\n").verdict == .refused(.bareCarriageReturn))
        #expect(parseRequest("POST /x HTTP/1.1\r\nHost: a\r\n\rX").verdict == .refused(.bareCarriageReturn))
    }

    @Test("R-H1-20: every byte of a value is judged, wherever it stands in eight")
    func everyByteOfAValue() {
        for byte in UInt8.min...UInt8.max {
            for offset in [0, 1, 7, 8, 15, 17] {
                var value = Array(repeating: UInt8(0x61), count: 18)
                value[offset] = byte
                let bytes = Array("POST /x HTTP/1.1\r\nHost: a\r\nX: ".utf8) + value
                let verdict = parseRequest(bytes + Array("\r\nContent-Length: 0\r\n\r\n".utf8)).verdict
                switch byte {
                case 0x0A: #expect(verdict == .refused(.bareLineFeed))
                case 0x0D: #expect(verdict == .refused(.bareCarriageReturn))
                case 0x09, 0x20...0x7E, 0x80...0xFF: #expect(verdict == .accepted, "\(byte) at \(offset)")
                default: #expect(verdict == .refused(.fieldValueMalformed), "\(byte) at \(offset)")
                }
            }
        }
    }

    @Test("R-H1-19: every byte of a name is judged")
    func everyByteOfAName() {
        let others = Set("!#$%&'*+-.^_`|~".utf8)
        for byte in UInt8.min...UInt8.max {
            let bytes =
                Array("POST /x HTTP/1.1\r\nHost: a\r\nX".utf8) + [byte]
                + Array("Y: 1\r\nContent-Length: 0\r\n\r\n".utf8)
            let verdict = parseRequest(bytes).verdict
            let isLetterOrDigit =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            switch byte {
            case 0x3A: #expect(verdict == .accepted)
            case 0x09, 0x20: #expect(verdict == .refused(.spaceBeforeColon))
            case 0x0A: #expect(verdict == .refused(.bareLineFeed))
            case 0x0D: #expect(verdict == .refused(.colonMissing))
            default:
                let isToken = isLetterOrDigit || others.contains(byte)
                #expect(verdict == (isToken ? .accepted : .refused(.fieldNameMalformed)), "\(byte)")
            }
        }
    }

    @Test("R-H1-23: limits of the head are exact: 16 KiB, 100 fields, names of 256 bytes")
    func limits() {
        let names = (0..<98).map { "F\($0): v" }.joined(separator: "\r\n")
        #expect(parseRequest(post(names)).verdict == .accepted)
        #expect(parseRequest(post(names, "One: more")).verdict == .refused(.tooManyFields))
        #expect(parseRequest(post(names, "One: more", "Two: more")).verdict == .refused(.tooManyFields))

        let name = String(repeating: "n", count: 256)
        #expect(parseRequest(post("\(name): v")).verdict == .accepted)
        #expect(parseRequest(post("\(name)n: v")).verdict == .refused(.fieldNameTooLong))
        #expect(parseRequest(post("\(name)n(: v")).verdict == .refused(.fieldNameTooLong))
        #expect(parseRequest(post("\(name)(: v")).verdict == .refused(.fieldNameMalformed))

        let base = post("X: ").utf8.count
        #expect(parseRequest(post("X: " + String(repeating: "v", count: 16_384 - base))).verdict == .accepted)
        #expect(
            parseRequest(post("X: " + String(repeating: "v", count: 16_385 - base))).verdict == .refused(.headTooLarge)
        )
        let endless = "POST /x HTTP/1.1\r\nX: " + String(repeating: "v", count: 20_000)
        #expect(parseRequest(endless).verdict == .refused(.headTooLarge))
        #expect(feedRequest(Array(endless.utf8.prefix(16_383))).verdict == .needMoreBytes)
        #expect(feedRequest(Array(endless.utf8.prefix(16_384))).verdict == .refused(.headTooLarge))
        for cause in [HTTPRefusal.tooManyFields, .fieldNameTooLong, .headTooLarge] {
            #expect(cause.reason.status == 431)
        }
    }

    @Test("A limit set above what 16-bit offsets can index is brought down to it")
    func ceiling() {
        var limits = HTTPLimits()
        limits.requestHeadBytes = 1 << 20
        let base = post("X: ").utf8.count
        let fits = post("X: " + String(repeating: "v", count: HTTPLimits.headBytesCeiling - base))
        #expect(feedRequest(Array(fits.utf8), limits: limits).verdict == .accepted)
        #expect(feedRequest(Array(fits.utf8), limits: limits).head.fields[1].value.range.count == 65_535 - base)
        let over = post("X: " + String(repeating: "v", count: HTTPLimits.headBytesCeiling - base + 1))
        #expect(feedRequest(Array(over.utf8), limits: limits).verdict == .refused(.headTooLarge))
    }

    @Test(
        "R-H1-33: Host is there once and is host[:port], nothing else",
        arguments: [
            "", "a:", "a:0", "a:65536", "a:123456", "a:+1", "a:8o", "u@a", "a,b", "a b", "a/b", "http://a", "a?b",
            "a#b", "a\\b",
            "a%41", "a;b", ".a", "a..b", "[::1", "::1", "[::1]x", "[]", "[:]", "[::1%25eth0]", "[1:2:3:4:5:6:7]",
            "[1:2:3:4:5:6:7:8:9]", "[1::2::3]", "[12345::]", "[:1::]", "[1:]", "[::g]", "[1:2:3:4:5:6:7::8]",
            "[::1.2.3]", "[::1.2.3.256]",
            "[::01.2.3.4]", "[::1.2.3.4.5]", "[::1:2:3:4:5:6:1.2.3.4]", "[v1.a]", "é.example", "[::1]:", "[::1]:0",
            "a\"b", ":80",
        ]
    )
    func badHosts(host: String) {
        #expect(parseRequest("GET /x HTTP/1.1\r\nHost: \(host)\r\n\r\n").verdict == .refused(.hostMalformed))
        #expect(parseRequest("GET /x HTTP/1.0\r\nHost: \(host)\r\n\r\n").verdict == .refused(.hostMalformed))
    }

    @Test(
        "R-H1-33: names, IPv4 and IPv6 addresses with and without port are hosts",
        arguments: [
            "a", "a.example", "A-b_c.example.", "127.0.0.1:8080", "a:1", "a:65535", "a:00080", "[::]", "[::1]:443",
            "[1::]",
            "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]", "[::ffff:1.2.3.4]",
            "[1:2:3:4:5:6:1.2.3.4]:80", "[FE80::abCD]",
        ]
    )
    func goodHosts(host: String) {
        let parsed = parseRequest("GET /x HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(parsed.verdict == .accepted)
        #expect(parsed.head.text(parsed.head.authority) == host)
    }

    @Test("R-H1-33, -34: Host is needed in HTTP/1.1, not in HTTP/1.0, and never twice")
    func hostCount() {
        #expect(parseRequest("GET /x HTTP/1.1\r\n\r\n").verdict == .refused(.hostMissing))
        #expect(parseRequest("GET http://a/ HTTP/1.1\r\n\r\n").verdict == .refused(.hostMissing))
        let old = parseRequest("GET /x HTTP/1.0\r\n\r\n")
        #expect(old.verdict == .accepted && old.head.authority == nil && old.head.minorVersion == 0)
        for version in ["1.0", "1.1"] {
            let twice = "GET /x HTTP/\(version)\r\nHost: a\r\nHOST: a\r\n\r\n"
            #expect(parseRequest(twice).verdict == .refused(.hostRepeated))
        }
        #expect(
            parseRequest("GET /x HTTP/1.1\r\nHost: " + String(repeating: "a", count: 255) + "\r\n\r\n").verdict
                == .accepted
        )
        let long = "GET /x HTTP/1.1\r\nHost: " + String(repeating: "a", count: 256) + "\r\n\r\n"
        #expect(parseRequest(long).verdict == .refused(.hostMalformed))
    }

    @Test("R-H1-35, N10: close is seen in any position, case and whitespace; HTTP/1.0 is never persistent (R-H1-34)")
    func connectionClose() {
        for value in [
            "close", "CLOSE", "Close\t", "keep-alive, close", "close,x-a", ",, close ,", "x-a\t,\tclose", "te, close",
        ] {
            #expect(!parseRequest(post("Connection: \(value)")).head.keepAlive, "\(value)")
            #expect(!parseRequest(post("Connection: x", "Connection: \(value)")).head.keepAlive, "\(value)")
        }
        for value in ["keep-alive", "", ",", "closed", "x-close", "clos", "TE"] {
            #expect(parseRequest(post("Connection: \(value)")).head.keepAlive, "\(value)")
        }
        let old = parseRequest("GET /x HTTP/1.0\r\nConnection: keep-alive\r\nKeep-Alive: timeout=9\r\n\r\n")
        #expect(old.verdict == .accepted && !old.head.keepAlive)
        for value in ["close;x", "\"close\"", "close close", "a/b", "close=1", "é"] {
            #expect(parseRequest(post("Connection: \(value)")).verdict == .refused(.connectionMalformed), "\(value)")
        }
    }

    @Test("R-FWD-05: nominated names are kept, protected ones are refused, and there are at most 16")
    func nominations() {
        let head = parseRequest(post("Connection: X-A, keep-alive , x-b", "Connection: TE,close,Cookie")).head
        #expect(head.nominated.map { head.text($0) } == ["X-A", "x-b", "Cookie"])
        let protected = [
            "Content-Length", "host", "content-type", "Content_Type", "X-Forwarded-For", "x-forwarded-anything",
            "X-Real-IP",
            "Idempotency-Key", "Postern-Verified", "postern_source", "X-Request-Id", "Forwarded", "Authorization",
            "Expect",
        ]
        for name in protected {
            #expect(
                parseRequest(post("Connection: a, \(name)")).verdict == .refused(.connectionNominatesProtected),
                "\(name)"
            )
        }
        let many = (0..<16).map { "n\($0)" }.joined(separator: ",")
        #expect(parseRequest(post("Connection: \(many)")).verdict == .accepted)
        #expect(parseRequest(post("Connection: \(many),n")).verdict == .refused(.connectionOptionsTooMany))
        #expect(
            parseRequest(post("Connection: \(many)", "Connection: n")).verdict == .refused(.connectionOptionsTooMany)
        )
    }

    @Test("R-H1-36, -37: an upgrade is ignored, but the connection ends with the request")
    func upgrades() {
        let cases = [
            post("Upgrade: websocket", "Connection: Upgrade"), post("Upgrade: h2c"), post("Connection: upgrade"),
            post("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
            post("HTTP2-Settings: A"),
        ]
        for request in cases {
            let parsed = parseRequest(request)
            #expect(parsed.verdict == .accepted)
            #expect(parsed.head.hasUpgrade && !parsed.head.keepAlive)
        }
    }

    @Test("R-H1-38: only 100-continue is expected, in any case, and an HTTP/1.0 client is not answered with 100")
    func expectations() {
        for value in ["100-continue", "100-Continue", "100-CONTINUE"] {
            let parsed = parseRequest(post("Expect: \(value)"))
            #expect(parsed.verdict == .accepted && parsed.head.expectsContinue)
        }
        for value in ["", "100", "100-continue, x", "100-continue;q", "x", "200-ok", "100-continu", "100-continuee"] {
            #expect(parseRequest(post("Expect: \(value)")).verdict == .refused(.expectationUnknown), "\(value)")
        }
        #expect(
            parseRequest(post("Expect: 100-continue", "Expect: 100-continue")).verdict == .refused(.expectationUnknown)
        )
        let old = parseRequest("POST /x HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
        #expect(old.verdict == .accepted && !old.head.expectsContinue)
        #expect(HTTPRefusal.expectationUnknown.reason.status == 417)
    }
}
