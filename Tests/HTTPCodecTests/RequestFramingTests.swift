import HTTPCodec
import NIOCore
import Testing

@Suite("Length of a request's body")
struct RequestFramingTests {
    @Test("R-H1-01: Content-Length and Transfer-Encoding together are refused in any order")
    func both() {
        for lines in [
            ["Content-Length: 5", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked", "Content-Length: 5"],
        ] {
            #expect(parseRequest(post(lines[0], lines[1], length: nil)).verdict == .refused(.lengthAndTransferCoding))
            #expect(
                parseRequest(post(lines[0], "X: y", lines[1], length: nil)).verdict
                    == .refused(.lengthAndTransferCoding)
            )
        }
        #expect(
            parseRequest(post("Transfer-Encoding: x", "Content-Length: x", length: nil)).verdict
                == .refused(.lengthAndTransferCoding)
        )
    }

    @Test("R-H1-02: Transfer-Encoding is one line that says chunked, in any case")
    func chunked() {
        for value in ["chunked", "Chunked", "CHUNKED", "  chunked  ", "\tchunked"] {
            let parsed = parseRequest(post(length: "Transfer-Encoding:\(value)"))
            #expect(parsed.verdict == .accepted && parsed.head.framing == .chunked, "\(value)")
        }
    }

    @Test(
        "R-H1-02, N2: any other coding is 501",
        arguments: [
            "gzip, chunked", "identity, chunked", ",chunked", "chunked,", "chunked, chunked", "identity", "gzip", "x",
            "chunked;q=1", "chunked\t",
            "chunke", "chunkedd", "\"chunked\"", "chunked chunked", "chunKed\u{A0}", "cow",
        ]
    )
    func otherCodings(value: String) {
        let verdict = parseRequest(post(length: "Transfer-Encoding: \(value)")).verdict
        #expect(verdict == .refused(.transferCodingUnknown))
        #expect(HTTPRefusal.transferCodingUnknown.reason.status == 501)
    }

    @Test("R-H1-02, -03, -04: repeated, empty, or in HTTP/1.0 it is 400")
    func badCodings() {
        let te = "Transfer-Encoding: chunked"
        #expect(parseRequest(post(te, te, length: nil)).verdict == .refused(.transferCodingRepeated))
        #expect(
            parseRequest(post("Transfer-Encoding: identity", te, length: nil)).verdict
                == .refused(.transferCodingRepeated)
        )
        #expect(parseRequest(post(length: "Transfer-Encoding:")).verdict == .refused(.transferCodingEmpty))
        #expect(parseRequest(post(length: "Transfer-Encoding: \t ")).verdict == .refused(.transferCodingEmpty))
        #expect(parseRequest("POST /x HTTP/1.0\r\n\(te)\r\n\r\n").verdict == .refused(.transferCodingInHTTP10))
        #expect(
            parseRequest("GET /x HTTP/1.0\r\n\(te)\r\nHost: a\r\n\r\n").verdict == .refused(.transferCodingInHTTP10)
        )
    }

    @Test(
        "R-H1-06: a name that folds or decodes to a framing field is refused",
        arguments: [
            "Content_Length", "content_length", "Transfer_Encoding", "transfer_ENCODING", "Content%2DLength",
            "content%2dlength",
            "%43ontent-length", "transfer%5fencoding", "Transfer%2dEncodin%67",
            "%63%6f%6e%74%65%6e%74%2d%6c%65%6e%67%74%68",
        ]
    )
    func lookalikes(name: String) {
        #expect(parseRequest(post("\(name): 5")).verdict == .refused(.framingFieldLookalike))
    }

    @Test("R-H1-06: names that only begin or end alike are left alone")
    func noLookalikes() {
        for name in [
            "Content_Lengthy", "X_Content_Length", "Content%2Length", "Content%zzLength", "Content__Length",
            "Content%5",
        ] {
            #expect(parseRequest(post("\(name): 5")).verdict == .accepted, "\(name)")
        }
    }

    @Test(
        "R-H1-07: Content-Length is digits, one line",
        arguments: [
            "", "+5", "-5", "5,5", "5, 5", "5 5", "0x5", "5.0", "5e1", "five", "5;", "٥", "5\t6", "1_000", "'5'", "5\t",
            "5 \t ",
        ]
    )
    func malformedLengths(value: String) {
        #expect(parseRequest(post(length: "Content-Length: \(value)")).verdict == .refused(.contentLengthMalformed))
    }

    @Test("R-H1-07: repeated Content-Length is refused, even with equal values")
    func repeatedLengths() {
        #expect(
            parseRequest(post("Content-Length: 5", length: "Content-Length: 5")).verdict
                == .refused(.contentLengthRepeated)
        )
        #expect(
            parseRequest(post("content-length: 5", length: "Content-Length: 6")).verdict
                == .refused(.contentLengthRepeated)
        )
    }

    @Test(
        "R-H1-08, N5: a length is compared as digits: what no Int holds is too large for any limit",
        arguments: [
            ("0", .contentLength(0)), ("1048576", .contentLength(1_048_576)), ("007", .contentLength(7)),
            ("999999999999999999", .contentLength(999_999_999_999_999_999)),
            ("1000000000000000000", .contentLengthTooLarge),
            ("9223372036854775807", .contentLengthTooLarge), ("9223372036854775808", .contentLengthTooLarge),
            ("18446744073709551615", .contentLengthTooLarge), ("18446744073709551616", .contentLengthTooLarge),
            ("00000000000000000000000000005", .contentLength(5)),
            (String(repeating: "9", count: 5000), .contentLengthTooLarge),
        ] as [(String, BodyFraming)]
    )
    func lengths(value: String, framing: BodyFraming) {
        let parsed = parseRequest(post(length: "Content-Length: \(value)"))
        #expect(parsed.verdict == .accepted)
        #expect(parsed.head.framing == framing)
    }

    @Test("R-H1-08: an announced length is judged against the limit of the source")
    func announcement() {
        #expect(!BodyFraming.contentLength(5).announcesMore(than: 5))
        #expect(BodyFraming.contentLength(6).announcesMore(than: 5))
        #expect(BodyFraming.contentLengthTooLarge.announcesMore(than: .max))
        #expect(!BodyFraming.chunked.announcesMore(than: 0))
        #expect(!BodyFraming.none.announcesMore(than: 0))
    }

    @Test("R-H1-10: POST without length is 411, other methods without length have no body")
    func lengthRequired() {
        #expect(parseRequest(post(length: nil)).verdict == .refused(.lengthRequired))
        #expect(parseRequest("POST /x HTTP/1.0\r\n\r\n").verdict == .refused(.lengthRequired))
        #expect(HTTPRefusal.lengthRequired.reason.status == 411)
        for method in ["GET", "HEAD", "PUT", "DELETE", "post"] {
            let parsed = parseRequest("\(method) /x HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(parsed.verdict == .accepted && parsed.head.framing == .none)
        }
        #expect(
            parseRequest("GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n").head.framing == .contentLength(4)
        )
    }
}
