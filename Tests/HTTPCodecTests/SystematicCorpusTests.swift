import Foundation
import HTTPCodec
import Testing

/// Every single edit of good requests, and every framing that can be put together out of a few words: the verdict does not
/// depend on where the bytes are cut, and what is accepted is read by NIOHTTP1 as the same messages.
@Suite("Systematic corpus")
struct SystematicCorpusTests {
    /// Good streams with everything in them that can be broken.
    private static let templates = [
        "POST /a?b=%20c HTTP/1.1\r\nHost: a.b:80\r\nContent-Type: x/y\r\nContent-Length: 5\r\n\r\nhello",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;n=\"v\"\r\nabc\r\n2\r\nde\r\n0\r\nX-T: u\r\n\r\n",
        "POST http://a/p HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, x\r\nContent-Length: 0\r\n\r\n"
            + "GET /n HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ].map { Array($0.utf8) }

    /// Bytes that some reader somewhere takes for more than a byte.
    private static let bytes: [UInt8] =
        [0, 1, 8, 9, 10, 11, 12, 13, 0x1B, 0x7F, 0x80, 0x85, 0xA0, 0xFF] + Array(" \"#%(),+-/0:;<=?@AF\\_x{|}~".utf8)

    private func check(_ stream: [UInt8], cut: Int) -> (agreed: Int, isRefused: Bool) {
        let strict = readStrictly(stream, pieces: [])
        let split = readStrictly(stream, pieces: [cut])
        #expect(
            split.messages == strict.messages && split.verdict == strict.verdict,
            "cut at \(cut): \(String(decoding: stream, as: UTF8.self).debugDescription)"
        )
        let complete = strict.messages.prefix { $0.isComplete }
        let other = complete.isEmpty ? [] : readWithNIO(stream)
        for (index, message) in complete.enumerated() {
            guard index < other.count, other[index] == message else {
                Issue.record("read differently: \(String(decoding: stream, as: UTF8.self).debugDescription)")
                break
            }
        }
        if case .refused = strict.verdict { return (complete.count, true) }
        return (complete.count, false)
    }

    @Test("one byte inserted, replaced or removed anywhere", arguments: templates.indices)
    func edits(index: Int) {
        let template = Self.templates[index]
        var count = 0
        var refused = 0
        func judge(_ stream: [UInt8], _ place: Int) {
            count += 1
            if check(stream, cut: (place * 7) % (stream.count + 1)).isRefused { refused += 1 }
        }
        for place in template.indices {
            judge(Array(template[..<place]) + template[(place + 1)...], place)
            for byte in Self.bytes {
                judge(Array(template[..<place]) + [byte] + template[place...], place)
                if template[place] == byte { continue }
                judge(Array(template[..<place]) + [byte] + template[(place + 1)...], place)
            }
        }
        #expect(count > 5_000)
        #expect(refused * 2 > count, "\(refused) of \(count)")
    }

    @Test("two lines changed places, doubled, or joined in every way", arguments: templates.indices)
    func lines(index: Int) {
        let text = String(decoding: Self.templates[index], as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n")
        for first in lines.indices {
            for second in lines.indices where first != second {
                var swapped = lines
                swapped.swapAt(first, second)
                var doubled = lines
                doubled.insert(lines[second], at: first)
                for list in [swapped, doubled] {
                    for end in ["\r\n", "\n", "\r", "\r\r\n", "\r\n "] {
                        // Only the line end behind the first of the two is another one.
                        let start = list[...first].joined(separator: "\r\n")
                        let rest = list[(first + 1)...].joined(separator: "\r\n")
                        let stream = Array((start + end + rest).utf8)
                        _ = check(stream, cut: stream.count / 2)
                    }
                }
            }
        }
    }

    /// Values of Transfer-Encoding: every list of up to three words, with different separators.
    private static var codings: [String] {
        let words = ["chunked", "identity", "gzip", "x", ""]
        var values: [String] = words
        for first in words {
            for second in words {
                values += [", ", ",", ";", " "].map { first + $0 + second }
                for third in words { values.append("\(first),\(second) , \(third)") }
            }
        }
        let spellings = [
            "CHUNKED", "Chunked", " chunked", "chunked ", "\tchunked", "chunked\t", "\u{0B}chunked", "chunked\u{0B}",
            "\"chunked\"", "chunked;q=1", "chunk", "chunkedd", "chun\u{212A}ed", "cHuNkEd,", "chunked\u{00}",
            "chunked\u{7F}",
        ]
        return values + spellings
    }

    @Test("of all transfer codings only one line that says chunked is taken (R-H1-02, R-H1-03)")
    func transferCodings() {
        var seen: Set<String> = []
        for value in Self.codings where seen.insert(value).inserted {
            let plain = value.trimmingBlanks.utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
            let isGood = plain.elementsEqual("chunked".utf8) && value.utf8.last != 0x09
            for line in ["Transfer-Encoding: \(value)", "transfer-encoding:\(value)"] {
                let stream = Array("POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n0\r\n\r\n".utf8)
                let result = check(stream, cut: stream.count - 9)
                #expect(result.isRefused != isGood, "\(line.debugDescription)")
                // With a length, or in HTTP/1.0, it is never taken (R-H1-01, R-H1-04).
                for other in [
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\(line)\r\n\r\n0\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                    "POST / HTTP/1.0\r\nHost: a\r\n\(line)\r\n\r\n0\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\(line)\r\n\r\n0\r\n\r\n",
                ] { #expect(check(Array(other.utf8), cut: 20).isRefused, "\(other.debugDescription)") }
            }
        }
        #expect(seen.count > 240)
    }

    /// Lengths and how long the body is that they announce; `nil` for those that are refused.
    private static let lengths: [(String, Int?)] =
        [("0", 0), ("5", 5), ("05", 5), ("0005", 5)]
        + [
            "", "+5", "-5", "-0", "5 5", "5,5", "5, 5", "5;", "5.0", "5e0", "0x5", "5h", "5_0", "'5'", "\"5\"", "٥",
            "５", "5\u{00}",
            "\u{00}5", "5\u{0B}", "\u{0C}5", "5\u{A0}", "five", "NaN", "1e1", "5\r", "5\u{7F}", "(5)", "[5]", "5%",
            "%35", "$5",
        ].map { ($0, nil) }

    @Test("a length is decimal digits and nothing else (R-H1-07)")
    func contentLengths() {
        for (value, count) in Self.lengths {
            for blank in ["", " ", "  "] {
                let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\(blank)\(value)\r\n\r\n"
                let stream = Array((head + "hello").utf8)
                let result = check(stream, cut: stream.count - 8)
                if let count {
                    #expect(result.agreed == 1 || count > 5, "\(value.debugDescription)")
                } else {
                    #expect(result.isRefused, "\(value.debugDescription)")
                    #expect(result.agreed == 0, "\(value.debugDescription)")
                }
            }
        }
    }

    @Test("a chunk's size is hexadecimal digits and nothing else, whatever stands around it (R-H1-11, R-H1-12)")
    func chunkSizes() {
        let good: Set = ["5", "05", "00000005"]
        let sizes =
            Array(good) + [
                "+5", "-5", "0x5", "5h", " 5", "5 ", "\t5", "5\t", "5,", "5.", "5_", "٥", "", "5\n", "5\u{00}",
                "\"5\"",
                "5;\u{00}", "5;a=\"", "5;=", "5; ;", "FFFFFFFFFFFFFFFF5", "10000000000000005",
            ]
        for size in sizes {
            for (end, isEnd) in [("\r\n", true), ("\n", false), ("\r", false), ("\r\r\n", false), (" \r\n", false)] {
                for (tail, isTail) in [("\r\n", true), ("\n", false), ("\r", false), ("", false), ("x\r\n", false)] {
                    let text =
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\(end)hello\(tail)0\r\n\r\n"
                    let stream = Array(text.utf8)
                    let result = check(stream, cut: stream.count - 12)
                    let isGood = good.contains(size) && isEnd && isTail
                    #expect((result.agreed == 1) == isGood, "\(text.debugDescription)")
                }
            }
        }
    }
}

extension String {
    /// Without SP and HTAB at its ends.
    fileprivate var trimmingBlanks: String {
        var text = Substring(self)
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        return String(text)
    }
}
