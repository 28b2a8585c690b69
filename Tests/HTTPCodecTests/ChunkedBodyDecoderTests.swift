import HTTPCodec
import NIOCore
import Testing

@Suite("Chunked bodies")
struct ChunkedBodyDecoderTests {
    struct Decoded: Equatable {
        var verdict: Verdict
        var body: [UInt8]
        var rest: [UInt8]
        var fed: Int
    }

    private func feed(_ bytes: [UInt8], cuts: [Int], limit: Int, limits: HTTPLimits) -> Decoded {
        var decoder = ChunkedBodyDecoder(limits: limits, bodyLimit: limit)
        var input = ByteBuffer()
        var output = ByteBuffer()
        var fed = 0
        var verdict = Verdict.needMoreBytes
        for cut in cuts + [bytes.count] where verdict == .needMoreBytes && cut >= fed {
            input.writeBytes(bytes[fed..<cut])
            fed = cut
            switch decoder.decode(&input, into: &output) {
            case .needMoreBytes: verdict = .needMoreBytes
            case .complete: verdict = .accepted
            case .refused(let cause): verdict = .refused(cause)
            }
        }
        #expect(decoder.bodyBytes == output.readableBytes)
        let rest = verdict == .accepted ? Array(input.readableBytesView) + bytes[fed...] : []
        return Decoded(verdict: verdict, body: Array(output.readableBytesView), rest: rest, fed: fed)
    }

    /// Decodes whole and byte by byte and expects the same.
    private func decode(_ bytes: [UInt8], limit: Int = 1 << 20, limits: HTTPLimits = HTTPLimits()) -> Decoded {
        let whole = feed(bytes, cuts: [], limit: limit, limits: limits)
        let dripped = feed(bytes, cuts: Array(0...bytes.count), limit: limit, limits: limits)
        #expect(whole.verdict == dripped.verdict)
        #expect(whole.body == dripped.body && whole.rest == dripped.rest)
        return whole
    }

    private func decode(_ text: String, limit: Int = 1 << 20, limits: HTTPLimits = HTTPLimits()) -> Decoded {
        decode(Array(text.utf8), limit: limit, limits: limits)
    }

    @Test("Chunks are joined, and what follows the body is left alone")
    func joins() {
        let decoded = decode("5\r\nhello\r\n1\r\n \r\n00A\r\n0123456789\r\n0\r\n\r\nPOST")
        #expect(decoded.verdict == .accepted)
        #expect(decoded.body == Array("hello 0123456789".utf8))
        #expect(decoded.rest == Array("POST".utf8))
        #expect(decode("0\r\n\r\n") == Decoded(verdict: .accepted, body: [], rest: [], fed: 5))
        #expect(decode("000\r\n\r\n").verdict == .accepted)
    }

    @Test("R-H1-42: any split in three gives the same body")
    func splits() {
        let bytes = Array("b;x=\"a;\\\"b\"\r\nhello world\r\n3;q\r\nabc\r\n0\r\nX-T: 1\r\n\r\n".utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let decoded = feed(bytes, cuts: [first, second], limit: 14, limits: HTTPLimits())
                #expect(decoded.verdict == .accepted && decoded.body == Array("hello worldabc".utf8))
            }
        }
    }

    @Test(
        "R-H1-11: a chunk size is 1*HEXDIG",
        arguments: [
            "\r\n", ";x\r\n", "+5\r\nhello", "-5\r\n", "0x5\r\n", " 5\r\n", "5 \r\n", "5\t\r\n", "5_0\r\n", "g\r\n",
            "5.\r\n", "5,5\r\n",
            "\u{0}5\r\n", "５\r\n", "5 ;x\r\n", "5\u{B}\r\n",
        ]
    )
    func malformedSizes(text: String) {
        #expect(decode(text).verdict == .refused(.chunkSizeMalformed))
    }

    @Test("R-H1-11: a size that overflows 64 bits is malformed, one that does not is judged by the limit")
    func overflow() {
        #expect(decode("FFFFFFFFFFFFFFFF\r\n").verdict == .refused(.bodyTooLarge))
        #expect(decode("8000000000000000\r\n").verdict == .refused(.bodyTooLarge))
        #expect(decode("10000000000000000\r\n").verdict == .refused(.chunkSizeOverflow))
        #expect(decode("0000000000000000000000005\r\nhello\r\n0\r\n\r\n").verdict == .accepted)
        #expect(decode("1000000000000000g\r\n").verdict == .refused(.chunkSizeMalformed))
    }

    @Test(
        "R-H1-12: chunk lines and data end in CR LF exactly",
        arguments: [
            ("5\nhello\r\n", .chunkLineEnding), ("5\rhello\r\n", .chunkLineEnding),
            ("5\r\r\nhello\r\n", .chunkLineEnding),
            ("5;x\nhello", .chunkLineEnding), ("5\r\nhello\n0\r\n", .chunkDataEnding),
            ("5\r\nhello0\r\n", .chunkDataEnding),
            ("5\r\nhello!\r\n", .chunkDataEnding), ("5\r\nhello\r0", .chunkDataEnding),
            ("5\r\nhello\r\r\n", .chunkDataEnding),
            ("0\n\n", .chunkLineEnding), ("0\r\n\n", .bareLineFeed), ("0\r\n\rx", .bareCarriageReturn),
            ("6\r\nhello\r\n0\r\n\r\n", .chunkDataEnding),
        ] as [(String, HTTPRefusal)]
    )
    func endings(text: String, cause: HTTPRefusal) {
        #expect(decode(text).verdict == .refused(cause))
        #expect(cause.reason.status == 400)
    }

    @Test("R-H1-13: valid extensions are dropped")
    func extensions() {
        for text in [";a", ";a=b", ";a=\"\"", ";a=\"x y\tz\"", ";a=\"\\\"\\\\;\"", ";a;b;c=d", ";a=\"b\";c", ";!#$=~"] {
            let decoded = decode("5\(text)\r\nhello\r\n0\(text)\r\n\r\n")
            #expect(decoded.verdict == .accepted, "\(text)")
            #expect(decoded.body == Array("hello".utf8))
        }
    }

    @Test(
        "R-H1-13: malformed extensions are refused",
        arguments: [
            ";", ";;", ";a=", ";=b", ";a b", "; a", ";a =b", ";a= b", ";a=\"b\"c", ";a=\"\u{1}\"", ";a=\"\u{7F}\"",
            ";a=\"é\"", ";é", ";a=b=c",
            ";a=\"b\"\"c\"", ";a=\"\\\u{1}\"", ";a=\"b\r\n",
        ]
    )
    func badExtensions(text: String) {
        #expect(decode("5\(text)\r\nhello\r\n0\r\n\r\n").verdict == .refused(.chunkExtensionMalformed))
    }

    @Test("R-H1-13: extensions of one body are at most 4 KiB together")
    func extensionLimit() {
        // The semicolon counts: 4095 bytes of name make 4096.
        func body(_ name: Int) -> String { "1;\(String(repeating: "a", count: name))\r\nx\r\n0\r\n\r\n" }
        #expect(decode(body(4095)).verdict == .accepted)
        #expect(decode(body(4096)).verdict == .refused(.chunkExtensionsTooLong))
        let spread = String(repeating: "1;abc\r\nx\r\n", count: 1024)
        #expect(decode(spread + "0\r\n\r\n").verdict == .accepted)
        #expect(decode(spread + "0;\r\n\r\n").verdict == .refused(.chunkExtensionsTooLong))
    }

    @Test("R-H1-14: framing may cost 64 KiB and a quarter of the body")
    func overhead() {
        let zeros = String(repeating: "0", count: 100_000)
        #expect(feed(Array(zeros.utf8), cuts: [], limit: 9, limits: HTTPLimits()).verdict == .refused(.framingOverhead))

        // Each chunk of one byte costs five bytes of framing, the end five more, none of them trailers.
        var limits = HTTPLimits()
        limits.framingOverheadBytes = 47
        limits.framingOverheadPercent = 25
        func chunks(_ count: Int) -> String { String(repeating: "1\r\nx\r\n", count: count) + "0\r\n\r\n" }
        // After 10 bytes of body the budget is 47 + 2; 10 chunks and `0 CR LF` cost 53, 9 chunks 48.
        #expect(decode(chunks(10), limits: limits).verdict == .refused(.framingOverhead))
        #expect(decode(chunks(9), limits: limits).verdict == .accepted)
        limits.framingOverheadBytes = 46
        #expect(decode(chunks(9), limits: limits).verdict == .accepted)
        limits.framingOverheadBytes = 45
        #expect(decode(chunks(9), limits: limits).verdict == .refused(.framingOverhead))
    }

    @Test("R-H1-15: a body above the limit is refused when the chunk that exceeds it is announced")
    func bodyLimit() {
        #expect(decode("5\r\nhello\r\n0\r\n\r\n", limit: 5).verdict == .accepted)
        #expect(decode("6\r\n", limit: 5) == Decoded(verdict: .refused(.bodyTooLarge), body: [], rest: [], fed: 3))
        let second = decode("5\r\nhello\r\n1\r\n", limit: 5)
        #expect(second.verdict == .refused(.bodyTooLarge) && second.body == Array("hello".utf8))
        #expect(decode("0\r\n\r\n", limit: 0).verdict == .accepted)
        #expect(decode("1\r\n", limit: 0).verdict == .refused(.bodyTooLarge))
        #expect(decode("1\r\n", limit: -1).verdict == .refused(.bodyTooLarge))
        #expect(HTTPRefusal.bodyTooLarge.reason.status == 413)
    }

    @Test("R-H1-16: trailers are read strictly and dropped")
    func trailers() {
        let decoded = decode("0\r\nX-A: 1\r\nX-Sig: v\r\n\r\nnext")
        #expect(decoded.verdict == .accepted && decoded.rest == Array("next".utf8))
        let bad: [(String, HTTPRefusal)] = [
            ("X : 1", .spaceBeforeColon), (" X: 1", .whitespaceBeforeFields), ("X: 1\r\n y", .foldedField),
            ("X: a\u{0}", .fieldValueMalformed),
            ("X\n", .bareLineFeed), ("X: 1\nY: 2", .bareLineFeed), ("X", .colonMissing), (": 1", .fieldNameEmpty),
        ]
        for (line, cause) in bad { #expect(decode("0\r\n\(line)\r\n\r\n").verdict == .refused(cause), "\(line)") }
    }

    @Test(
        "R-H1-16: framing, routing and connection fields are refused in trailers",
        arguments: [
            "Content-Length", "content_length", "Transfer-Encoding", "transfer%2Dencoding", "Host", "Connection", "TE",
            "Trailer", "Upgrade",
            "Keep-Alive", "Proxy-Anything", "Content-Type", "Content-Encoding", "Expect", "Authorization", "Cookie",
            "Set-Cookie",
        ]
    )
    func forbiddenTrailers(name: String) {
        #expect(decode("0\r\nX: 1\r\n\(name): 1\r\n\r\n").verdict == .refused(.trailerForbidden))
    }

    @Test("R-H1-16: at most 20 trailers and 4 KiB")
    func trailerLimits() {
        let twenty = (0..<20).map { "T\($0): v\r\n" }.joined()
        #expect(decode("0\r\n\(twenty)\r\n").verdict == .accepted)
        #expect(decode("0\r\n\(twenty)U: v\r\n\r\n").verdict == .refused(.trailersTooLarge))
        let line = "X: " + String(repeating: "v", count: 4096 - 7)
        #expect(decode("0\r\n\(line)\r\n\r\n").verdict == .accepted)
        #expect(decode("0\r\n\(line)v\r\n\r\n").verdict == .refused(.trailersTooLarge))
        #expect(decode("0\r\n\(String(repeating: "n", count: 257)): v\r\n\r\n").verdict == .refused(.trailersTooLarge))
        #expect(HTTPRefusal.trailersTooLarge.reason.status == 400)
    }

    @Test("R-H1-18: a body without its end is never complete")
    func truncated() {
        let bytes = Array("5\r\nhello\r\n0\r\nX: 1\r\n\r\n".utf8)
        for count in 0..<bytes.count { #expect(decode(Array(bytes.prefix(count))).verdict == .needMoreBytes) }
        #expect(decode(bytes).verdict == .accepted)
    }

    @Test("A finished or refused decoder takes nothing more")
    func finality() {
        var output = ByteBuffer()
        var decoder = ChunkedBodyDecoder(bodyLimit: 10)
        var input = ByteBuffer(string: "0\r\n\r\n5\r\nhello\r\n")
        #expect(decoder.decode(&input, into: &output) == .complete)
        #expect(decoder.decode(&input, into: &output) == .complete)
        #expect(input.readableBytes == 10 && output.readableBytes == 0)
        var refused = ChunkedBodyDecoder(bodyLimit: 10)
        var bad = ByteBuffer(string: "x5\r\nhello\r\n")
        #expect(refused.decode(&bad, into: &output) == .refused(.chunkSizeMalformed))
        #expect(refused.decode(&bad, into: &output) == .refused(.chunkSizeMalformed))
        #expect(output.readableBytes == 0)
    }
}
