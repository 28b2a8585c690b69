import HTTPCodec
import NIOCore
import Testing

@Suite("Writing heads")
struct HeadWriterTests {
    private typealias Violation = HeadWriter.Violation

    /// What `body` appends to `x`, or the violation; after one nothing may have been appended.
    private func written(
        _ body: (inout HeadOutput) throws(HeadWriter.Violation) -> Void
    ) -> Result<String, HeadWriter.Violation> {
        var buffer = ByteBuffer(string: "x")
        do throws(HeadWriter.Violation) {
            try buffer.writeHead(capacity: 0, body)
            return .success(String(buffer: buffer))
        } catch {
            #expect(buffer == ByteBuffer(string: "x"))
            return .failure(error)
        }
    }

    @Test("Lines are written as RFC 9112 section 3 and 4 have them")
    func lines() {
        let target = Array("/a?b".utf8)
        let method = Array("PUT".utf8)
        #expect(
            written { buffer throws(HeadWriter.Violation) in
                try HeadWriter.writePostLine(target: target.span.bytes, into: &buffer)
            }
                == .success("xPOST /a?b HTTP/1.1\r\n")
        )
        #expect(
            written { buffer throws(HeadWriter.Violation) in
                try HeadWriter.writeRequestLine(method: method.span.bytes, target: target.span.bytes, into: &buffer)
            } == .success("xPUT /a?b HTTP/1.1\r\n")
        )
        let statuses: [(Int, String)] = [
            (100, "100 Continue"), (200, "200 OK"), (204, "204 No Content"), (299, "299 "),
            (413, "413 Content Too Large"),
            (431, "431 Request Header Fields Too Large"), (505, "505 HTTP Version Not Supported"), (599, "599 "),
        ]
        for (status, line) in statuses {
            #expect(
                written { buffer throws(HeadWriter.Violation) in try HeadWriter.writeStatusLine(status, into: &buffer) }
                    == .success("xHTTP/1.1 \(line)\r\n")
            )
        }
        for status in [101, 99, 0, -1, 102, 199, 600, .max, .min] {
            #expect(
                written { buffer throws(HeadWriter.Violation) in try HeadWriter.writeStatusLine(status, into: &buffer) }
                    == .failure(.status)
            )
        }
    }

    @Test("Fields are written as name, colon, space, value")
    func fields() {
        let name = Array("X-Name".utf8)
        let value = Array("v \té\t\"".utf8)
        #expect(
            written { buffer throws(HeadWriter.Violation) in
                try HeadWriter.writeField(name.span.bytes, value.span.bytes, into: &buffer)
                try HeadWriter.writeField("Host", value.span.bytes, into: &buffer)
                HeadWriter.writeContentLength(0, into: &buffer)
                HeadWriter.writeContentLength(-5, into: &buffer)
                HeadWriter.writeContentLength(1_048_576, into: &buffer)
                HeadWriter.writeConstantLine("A: b\r\n", into: &buffer)
                HeadWriter.writeEnd(into: &buffer)
            }
                == .success(
                    "xX-Name: v \té\t\"\r\nHost: v \té\t\"\r\nContent-Length: 0\r\nContent-Length: 0\r\nContent-Length: 1048576\r\nA: b\r\n\r\n"
                )
        )
        let empty: [UInt8] = []
        #expect(
            written { buffer throws(HeadWriter.Violation) in
                try HeadWriter.writeField("A", empty.span.bytes, into: &buffer)
            }
                == .success("xA: \r\n")
        )
    }

    @Test(
        "No CR, LF, NUL or other control character leaves, wherever it stands, and no whitespace at the ends of a value"
    )
    func injection() {
        for byte in UInt8.min...UInt8.max {
            for offset in [1, 7, 8, 11] {
                var value = Array(repeating: UInt8(0x61), count: 13)
                value[offset] = byte
                let isAllowed = byte == 9 || (byte >= 32 && byte != 127)
                let result = written { buffer throws(HeadWriter.Violation) in
                    try HeadWriter.writeField("N", value.span.bytes, into: &buffer)
                }
                #expect((result == .failure(.fieldValue)) == !isAllowed, "\(byte)")

                let isVisible = byte > 32 && byte < 127
                let line = written { buffer throws(HeadWriter.Violation) in
                    try HeadWriter.writePostLine(target: value.span.bytes, into: &buffer)
                }
                #expect((line == .failure(.target)) == !isVisible, "\(byte)")
            }
        }
        for value in [" a", "a ", "\ta", "a\t", " "] {
            let bytes = Array(value.utf8)
            #expect(
                written { buffer throws(HeadWriter.Violation) in
                    try HeadWriter.writeField("N", bytes.span.bytes, into: &buffer)
                }
                    == .failure(.fieldValue)
            )
        }
    }

    @Test("A name or a method that is not a token does not leave")
    func tokens() {
        let value = Array("v".utf8)
        for name in ["", "a b", "a:", "a\r\nb", "é", "a\u{0}", "(a)"] {
            let bytes = Array(name.utf8)
            #expect(
                written { buffer throws(HeadWriter.Violation) in
                    try HeadWriter.writeField(bytes.span.bytes, value.span.bytes, into: &buffer)
                } == .failure(.fieldName)
            )
            #expect(
                written { buffer throws(HeadWriter.Violation) in
                    try HeadWriter.writeRequestLine(method: bytes.span.bytes, target: value.span.bytes, into: &buffer)
                } == .failure(.method)
            )
        }
        #expect(
            written { buffer throws(HeadWriter.Violation) in
                try HeadWriter.writeField("a b", value.span.bytes, into: &buffer)
            }
                == .failure(.fieldName)
        )
        let empty: [UInt8] = []
        #expect(
            written { buffer throws(HeadWriter.Violation) in
                try HeadWriter.writePostLine(target: empty.span.bytes, into: &buffer)
            }
                == .failure(.target)
        )
    }

    @Test("A received field is written with its name and its trimmed value")
    func received() {
        let head = parseRequest(post("x-MiXed:   some value\t ")).head
        #expect(
            written { buffer throws(HeadWriter.Violation) in
                try HeadWriter.writeField(head.fields[1], of: head, into: &buffer)
            }
                == .success("xx-MiXed: some value\r\n")
        )
    }

    @Test("Integers are written in decimal")
    func integers() {
        for number in [0, 1, 9, 10, 99, 100, 12_345, Int.max, Int.min, -1, -10] {
            var buffer = ByteBuffer()
            buffer.writeHead(capacity: 0) { $0.putInteger(number) }
            #expect(String(buffer: buffer) == "\(number)")
        }
    }
}

@Suite("Dates")
struct HTTPDateTests {
    @Test(
        "RFC 9110 section 5.6.7: IMF-fixdate of seconds since 1970",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (1_767_225_599, "Wed, 31 Dec 2025 23:59:59 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"), (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (.min, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] as [(Int, String)]
    )
    func dates(seconds: Int, text: String) {
        var buffer = ByteBuffer()
        HTTPDate.write(unixSeconds: seconds, into: &buffer)
        #expect(String(buffer: buffer) == text)
        #expect(text.utf8.count == HTTPDate.byteCount)
    }

    @Test("The Date line follows the second, forwards and backwards")
    func line() {
        var line = HTTPDateLine()
        var buffer = ByteBuffer()
        for seconds in [59, 59, 60, 59] {
            buffer.writeHead(capacity: 0) { line.write(unixSeconds: seconds, into: &$0) }
        }
        let first = "Date: Thu, 01 Jan 1970 00:00:59 GMT\r\n"
        #expect(String(buffer: buffer) == first + first + "Date: Thu, 01 Jan 1970 00:01:00 GMT\r\n" + first)
    }
}
