import GatewayTestSupport

/// An ambiguous or malformed request, correctly signed, that a lenient reader would take in another way than a strict one.
struct SmugglingCase: Sendable {
    let name: String
    let bytes: [UInt8]
    /// The statuses that the single answer may have.
    let statuses: Set<Int>

    init(_ name: String, _ bytes: [UInt8], _ statuses: Set<Int> = [400]) {
        self.name = name
        self.bytes = bytes
        self.statuses = statuses
    }
}

/// The corpus: rows R-H1-01 to R-H1-41 of the parsing table.
enum SmugglingCorpus {
    /// The signed body of every case.
    static let payload = Fixture.body("outer")
    private static let length = payload.utf8.count
    private static let chunked = String(length, radix: 16) + "\r\n" + payload + "\r\n0\r\n\r\n"
    private static let start =
        "Host: gateway.test\r\nContent-Type: application/json\r\nX-Webhook-Signature: \(TestSender.cms.mac(Array(payload.utf8)))\r\n"

    /// A request whose framing fields are `fields`, each a line without its end.
    private static func request(
        _ fields: String,
        body: String = payload,
        line: String = "POST /hooks/cms HTTP/1.1"
    ) -> [UInt8] {
        Array("\(line)\r\n\(start)\(fields)\r\n\r\n\(body)".utf8)
    }

    private static func coded(_ name: String, _ field: String, _ statuses: Set<Int> = [400]) -> SmugglingCase {
        SmugglingCase(name, request(field, body: chunked), statuses)
    }

    private static func lengthed(_ name: String, _ value: String, _ statuses: Set<Int> = [400]) -> SmugglingCase {
        SmugglingCase(name, request("Content-Length:\(value)"), statuses)
    }

    private static func chunks(_ name: String, _ body: String, _ statuses: Set<Int> = [400]) -> SmugglingCase {
        SmugglingCase(name, request("Transfer-Encoding: chunked", body: body), statuses)
    }

    private static func field(_ name: String, _ line: String, _ statuses: Set<Int> = [400]) -> SmugglingCase {
        SmugglingCase(name, request("\(line)\r\nContent-Length: \(length)"), statuses)
    }

    private static func line(_ name: String, _ line: String, _ statuses: Set<Int> = [400]) -> SmugglingCase {
        SmugglingCase(name, request("Content-Length: \(length)", line: line), statuses)
    }

    static let codings: [SmugglingCase] = [
        coded("cl-te", "Content-Length: \(chunked.utf8.count)\r\nTransfer-Encoding: chunked"),
        coded("te-cl", "Transfer-Encoding: chunked\r\nContent-Length: \(chunked.utf8.count)"),
        coded("te-cl zero", "Transfer-Encoding: chunked\r\nContent-Length: 0"),
        coded("te chunked twice in a list", "Transfer-Encoding: chunked, chunked", [400, 501]),
        coded("te two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        coded("te two lines, one unknown", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
        coded("te identity", "Transfer-Encoding: identity", [400, 501]),
        coded("te chunked, identity", "Transfer-Encoding: chunked, identity", [400, 501]),
        coded("te gzip, chunked", "Transfer-Encoding: gzip, chunked", [400, 501]),
        coded("te with parameter", "Transfer-Encoding: chunked;q=1", [400, 501]),
        coded("te xchunked", "Transfer-Encoding: xchunked", [400, 501]),
        coded("te chunkedx", "Transfer-Encoding: chunked x", [400, 501]),
        coded("te quoted", "Transfer-Encoding: \"chunked\"", [400, 501]),
        coded("te leading comma", "Transfer-Encoding: ,chunked", [400, 501]),
        coded("te empty", "Transfer-Encoding:", [400, 501]),
        coded("te empty with length", "Transfer-Encoding: \r\nContent-Length: 0"),
        SmugglingCase(
            "te in HTTP/1.0",
            request("Transfer-Encoding: chunked", body: chunked, line: "POST /hooks/cms HTTP/1.0")
        ),
        coded("te space before colon", "Transfer-Encoding : chunked"),
        coded("te tab before colon", "Transfer-Encoding\t: chunked"),
        coded("te behind a fold", "X-A: b\r\n Transfer-Encoding: chunked"),
        coded("te folded value", "Transfer-Encoding:\r\n chunked"),
        coded("te vertical tab", "Transfer-Encoding:\u{0B}chunked"),
        coded("te form feed", "Transfer-Encoding: \u{0C}chunked"),
        coded("te NUL", "Transfer-Encoding: chunked\u{00}"),
        coded("te CR in name", "Transfer-Encoding\r: chunked"),
        coded("te LF before value", "Transfer-Encoding:\n chunked"),
        coded("te behind a bare LF", "X-A: b\nTransfer-Encoding: chunked"),
        coded("te behind a bare CR", "X-A: b\rTransfer-Encoding: chunked"),
        coded("te without colon", "Transfer-Encoding chunked"),
        coded("te backslash", "Transfer-Encoding\\: chunked"),
        coded("te 8-bit name", "Tr\u{E4}nsfer-Encoding: chunked"),
        coded("te lookalike", "Transfer_Encoding: chunked\r\nContent-Length: \(chunked.utf8.count)", [400, 401]),
        coded("te encoded", "Transfer%2DEncoding: chunked\r\nContent-Length: \(chunked.utf8.count)", [400, 401]),
    ]

    static let lengths: [SmugglingCase] = [
        lengthed("cl plus", " +\(length)"),
        lengthed("cl minus", " -1"),
        lengthed("cl hex", " 0x\(String(length, radix: 16))"),
        lengthed("cl two numbers", " \(length) \(length)"),
        lengthed("cl list", " \(length), \(length)"),
        lengthed("cl empty", " "),
        lengthed("cl underscore", " \(length / 10)_\(length % 10)"),
        lengthed("cl semicolon", " \(length);"),
        lengthed("cl fraction", " \(length).0"),
        lengthed("cl exponent", " 1e2"),
        lengthed("cl vertical tab", " \(length)\u{0B}"),
        lengthed("cl other digits", " \u{0661}\u{0662}"),
        lengthed("cl past 2^64", " \(UInt64.max)0", [400, 413]),
        lengthed("cl 2^64 and a little", " 18446744073709551617", [400, 413]),
        lengthed("cl 2^63", " 9223372036854775808", [400, 413]),
        lengthed("cl 1 TiB", " 1099511627776", [413]),
        SmugglingCase("cl twice, equal", request("Content-Length: \(length)\r\nContent-Length: \(length)")),
        SmugglingCase("cl twice, different", request("Content-Length: \(length)\r\nContent-Length: 0")),
        SmugglingCase("cl lookalike", request("Content_Length: 0\r\nContent-Length: \(length)")),
        SmugglingCase("cl none", request("X-A: b"), [400, 411]),
        SmugglingCase("cl space before colon", request("Content-Length : 0\r\nContent-Length: \(length)")),
        SmugglingCase("cl folded", request("Content-Length:\r\n \(length)")),
        SmugglingCase("cl behind a bare LF", request("X-A: b\nContent-Length: 0\r\nContent-Length: \(length)")),
    ]

    private static let rest = "\r\n" + payload + "\r\n0\r\n\r\n"
    private static let size = String(length, radix: 16)

    static let chunkings: [SmugglingCase] = [
        chunks("chunk plus", "+\(size)\(rest)"),
        chunks("chunk minus", "-1\(rest)"),
        chunks("chunk 0x", "0x\(size)\(rest)"),
        chunks("chunk space before", " \(size)\(rest)"),
        chunks("chunk space behind", "\(size) \(rest)"),
        chunks("chunk underscore", "\(size.first ?? "0")_\(size.dropFirst())\(rest)"),
        chunks("chunk no size", rest),
        chunks("chunk 17 digits", "10000000000000\(size.count)ff\(rest)", [400, 413]),
        chunks("chunk 2^64", "10000000000000000\(rest)", [400, 413]),
        chunks("chunk size 2^63", "8000000000000000\(rest)", [400, 413]),
        chunks("chunk size LF", "\(size)\n\(payload)\r\n0\r\n\r\n"),
        chunks("chunk size CR", "\(size)\r\(payload)\r\n0\r\n\r\n"),
        chunks("chunk data LF", "\(size)\r\n\(payload)\n0\r\n\r\n"),
        chunks("chunk data one byte more", "\(size)\r\n\(payload)X\r\n0\r\n\r\n"),
        chunks("chunk data without end", "\(size)\r\n\(payload)0\r\n\r\n"),
        chunks("chunk extension with bare LF", "\(size);a\n\(payload)\r\n0\r\n\r\n"),
        chunks("chunk extension with bare CR", "\(size);a\rb\(rest)"),
        chunks("chunk extension with NUL", "\(size);a=\u{00}\(rest)"),
        chunks("chunk extension quoted with CR LF", "\(size);a=\"\r\n\"\(rest)"),
        chunks("chunk extension of 5 KiB", "\(size);a=\(String(repeating: "b", count: 5_120))\(rest)"),
        chunks("chunk size with 100,000 zeros", String(repeating: "0", count: 100_000) + size + rest),
        chunks("chunk last LF", "\(size)\r\n\(payload)\r\n0\n\n"),
        chunks("chunk last CR LF missing", "\(size)\r\n\(payload)\r\n0\r\nPOST /hooks/cms HTTP/1.1\r\n"),
        chunks("trailer Content-Length", "\(size)\r\n\(payload)\r\n0\r\nContent-Length: 5\r\n\r\n"),
        chunks("trailer Transfer-Encoding", "\(size)\r\n\(payload)\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        chunks("trailer Host", "\(size)\r\n\(payload)\r\n0\r\nHost: other\r\n\r\n"),
        chunks("trailer without colon", "\(size)\r\n\(payload)\r\n0\r\nX-A\r\n\r\n"),
        chunks("trailer folded", "\(size)\r\n\(payload)\r\n0\r\nX-A: b\r\n c\r\n\r\n"),
        chunks("trailer space before colon", "\(size)\r\n\(payload)\r\n0\r\nX-A : b\r\n\r\n"),
        chunks(
            "trailers 21",
            "\(size)\r\n\(payload)\r\n0\r\n" + (0..<21).map { "X-\($0): b\r\n" }.joined() + "\r\n",
            [400, 431]
        ),
    ]

    static let fields: [SmugglingCase] = [
        field("name empty", ": value"),
        field("name with space", "X A: b"),
        field("name with parenthesis", "X(A): b"),
        field("value with NUL", "X-A: b\u{00}c"),
        field("value with DEL", "X-A: b\u{7F}"),
        field("value with escape", "X-A: \u{1B}[0m"),
        field("value with bare CR", "X-A: b\rc"),
        field("fold", "X-A: b\r\n\tc"),
        field("no colon", "X-A"),
        field("second Host", "Host: other.test"),
        field("name of 300 bytes", String(repeating: "n", count: 300) + ": b", [400, 431]),
        field("101 fields", (0..<101).map { "X-\($0): b" }.joined(separator: "\r\n"), [431]),
        field("20 KiB", "X-A: " + String(repeating: "b", count: 20_000), [431]),
        SmugglingCase(
            "all bare LF",
            Array(
                String(decoding: request("Content-Length: \(length)"), as: UTF8.self).replacing("\r\n", with: "\n").utf8
            )
        ),
        SmugglingCase(
            "CR CR LF",
            Array("POST /hooks/cms HTTP/1.1\r\r\n\(start)Content-Length: \(length)\r\n\r\n\(payload)".utf8)
        ),
        SmugglingCase(
            "blank before the first field",
            Array("POST /hooks/cms HTTP/1.1\r\n \(start)Content-Length: \(length)\r\n\r\n\(payload)".utf8)
        ),
    ]

    /// `Host` values that are no authority.
    static let hosts: [SmugglingCase] =
        ["", "a b", "a,b", "user@a", "a/b", "a:b", "a:1:2", "[::1", "a?b", "a#b", "a%zz", "a\\b", "a:99999999"].map {
            host in
            let text = String(decoding: request("Content-Length: \(length)"), as: UTF8.self)
            return SmugglingCase(
                "host '\(host)'",
                Array(text.replacing("Host: gateway.test", with: "Host: \(host)").utf8)
            )
        } + [
            SmugglingCase(
                "host none",
                Array(
                    String(decoding: request("Content-Length: \(length)"), as: UTF8.self)
                        .replacing("Host: gateway.test\r\n", with: "").utf8
                )
            )
        ]

    static let lines: [SmugglingCase] = [
        line("two spaces", "POST  /hooks/cms HTTP/1.1"),
        line("tab", "POST\t/hooks/cms HTTP/1.1"),
        line("space behind", "POST /hooks/cms HTTP/1.1 "),
        line("space before", " POST /hooks/cms HTTP/1.1"),
        line("lower-case protocol", "POST /hooks/cms http/1.1", [400, 505]),
        line("three parts of the version", "POST /hooks/cms HTTP/1.1.1", [400, 505]),
        line("version 01.1", "POST /hooks/cms HTTP/01.1", [400, 505]),
        line("version 1,1", "POST /hooks/cms HTTP/1,1", [400, 505]),
        line("version 1.2", "POST /hooks/cms HTTP/1.2", [400, 505]),
        line("version 0.9", "POST /hooks/cms HTTP/0.9", [400, 505]),
        line("version 3.0", "POST /hooks/cms HTTP/3.0", [505]),
        line("version none", "POST /hooks/cms"),
        line("RTSP", "POST /hooks/cms RTSP/1.0", [400, 505]),
        line("ICE", "POST /hooks/cms ICE/1.0", [400, 505]),
        line("two empty lines before", "\r\n\r\nPOST /hooks/cms HTTP/1.1"),
        line("bare LF before", "\nPOST /hooks/cms HTTP/1.1"),
        line("method with colon", "PO:ST /hooks/cms HTTP/1.1"),
        line("method of 40 bytes", String(repeating: "P", count: 40) + " /hooks/cms HTTP/1.1"),
        line("target with a space", "POST /hooks/cms x HTTP/1.1"),
        line("target with a bar", "POST /hooks/cms| HTTP/1.1"),
        line("target with a fragment", "POST /hooks/cms#x HTTP/1.1"),
        line("target with a backslash", "POST /hooks\\cms HTTP/1.1"),
        line("target 8-bit", "POST /hooks/cms\u{E9} HTTP/1.1"),
        line("target bad escape", "POST /hooks/cms%zz HTTP/1.1"),
        line("target half an escape", "POST /hooks/cms%2 HTTP/1.1"),
        line("target asterisk", "POST * HTTP/1.1"),
        line("target authority", "POST gateway.test:80 HTTP/1.1"),
        line("target without slash", "POST hooks/cms HTTP/1.1"),
        line("target ftp", "POST ftp://gateway.test/hooks/cms HTTP/1.1"),
        line("target of another authority", "POST http://other.test/hooks/cms HTTP/1.1", [400, 421]),
        line("target with user", "POST http://a@gateway.test/hooks/cms HTTP/1.1"),
        line("CONNECT", "CONNECT gateway.test:80 HTTP/1.1", [405]),
        line("CONNECT of a path", "CONNECT /hooks/cms HTTP/1.1", [400, 405]),
        line("CONNECT of a URL", "CONNECT http://gateway.test/hooks/cms HTTP/1.1", [400, 405]),
        line("OPTIONS of all", "OPTIONS * HTTP/1.1", [405]),
    ]

    /// What is not HTTP at all.
    static let garbage: [SmugglingCase] = [
        SmugglingCase(
            "TLS hello",
            [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03] + [UInt8](repeating: 7, count: 500)
        ),
        SmugglingCase("SSH", Array("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n".utf8)),
        SmugglingCase("NULs", [UInt8](repeating: 0, count: 300)),
        SmugglingCase("PROXY v1", Array("PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n".utf8)),
        SmugglingCase("PROXY v2", ProxyHeader.v2(from: "127.0.0.1", port: 1234)),
        SmugglingCase("HTTP/2 preface", Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8), [400, 405, 505]),
        SmugglingCase("redis", Array("*1\r\n$4\r\nPING\r\n".utf8)),
    ]

    /// The parts of the corpus, by what they play with.
    enum Group: CaseIterable {
        case codings, lengths, chunks, fields, hosts, lines, garbage

        var cases: [SmugglingCase] {
            switch self {
            case .codings: SmugglingCorpus.codings
            case .lengths: SmugglingCorpus.lengths
            case .chunks: SmugglingCorpus.chunkings
            case .fields: SmugglingCorpus.fields
            case .hosts: SmugglingCorpus.hosts
            case .lines: SmugglingCorpus.lines
            case .garbage: SmugglingCorpus.garbage
            }
        }
    }

    static var all: [SmugglingCase] { Group.allCases.flatMap(\.cases) }
}
