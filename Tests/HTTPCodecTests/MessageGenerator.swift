/// Makes request streams that are valid or nearly so, the same for the same seed.
struct MessageGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64: all the randomness of the tests, so that a failing seed can be run again.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(max(bound, 1)))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// One to three pipelined requests with up to four mutations.
    mutating func stream() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0...below(3) { bytes += request() }
        for _ in 0..<pick([0, 1, 1, 2, 4]) { mutate(&bytes) }
        return bytes
    }

    /// One request with a chunked body, whose chunked part has up to three mutations.
    mutating func chunkedStream() -> [UInt8] {
        var body = chunked(payload())
        for _ in 0..<pick([0, 1, 1, 2, 3]) { mutate(&body) }
        return Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8) + body + request()
    }

    /// A response, perhaps after an interim one, with up to four mutations.
    mutating func response() -> [UInt8] {
        var lines: [String] = []
        if below(4) == 0 { lines += ["HTTP/1.1 \(pick(["100 Continue", "103 Early Hints"]))", "X-Interim: 1", ""] }
        lines.append(
            "HTTP/1.\(pick(["1", "1", "0"])) \(pick(["200 OK", "204 No Content", "304 X", "500 ", "404 Not Found"]))"
        )
        for _ in 0..<below(4) { lines.append(field()) }
        lines.append(pick(["Content-Length: 0", "Content-Length: 2", "Transfer-Encoding: chunked", "X-None: 1"]))
        var bytes = Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
        for _ in 0..<pick([0, 1, 1, 2, 4]) { mutate(&bytes) }
        return bytes
    }

    private mutating func request() -> [UInt8] {
        let method = pick(["POST", "POST", "POST", "GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"])
        let target = pick(["/", "/hooks/a", "/a/b?c=d&e", "/%41b", "//x/../y", "http://a.example/z?q", "/x;p=1?"])
        let host = target.hasPrefix("http") ? "a.example" : pick(["a", "a.example:80", "[::1]", "10.0.0.1:8080"])
        var lines = ["\(method) \(target) HTTP/1.\(pick(["1", "1", "1", "0"]))", "Host: \(host)"]
        for _ in 0..<below(5) { lines.append(field()) }
        let body = payload()
        switch below(4) {
        case 0:
            return Array((lines + ["Transfer-Encoding: chunked", "", ""]).joined(separator: "\r\n").utf8)
                + chunked(body)
        case 1 where method != "POST": return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
        default:
            lines.insert("Content-Length: \(body.count)", at: 1 + below(lines.count))
            return Array((lines + ["", ""]).joined(separator: "\r\n").utf8) + body
        }
    }

    private mutating func field() -> String {
        pick([
            "User-Agent: x/1.0 (y)", "X-Signature: sha256=00ff", "Accept: */*", "X-Empty:", "X-Tab:\ta\tb \t",
            "Content-Type: a/b; c=\"d\"",
            "Connection: keep-alive", "Connection: X-A, close", "Cookie: a=b", "X-High: \u{E9}", "Expect: 100-continue",
            "TE: trailers",
            "Content-Length: 3", "Transfer-Encoding: identity", "Transfer-Encoding: chunked", "content-length:0",
            "X_Y: 1", "X: y, z",
        ])
    }

    private mutating func payload() -> [UInt8] {
        (0..<pick([0, 1, 5, 17, 40])).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    private mutating func chunked(_ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = body[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + below(16))
            rest = rest.dropFirst(piece.count)
            bytes += Array((pick(["", "0", "00"]) + String(piece.count, radix: 16, uppercase: below(2) == 0)).utf8)
            bytes += Array(pick(["", "", "", ";a", ";a=b", ";a=\"b;c\"", ";a;b=c"]).utf8)
            bytes += [13, 10] + piece + [13, 10]
        }
        bytes += Array("0\r\n".utf8)
        if below(4) == 0 { bytes += Array("X-Trailer: t\r\n".utf8) }
        return bytes + [13, 10]
    }

    private static let interesting: [UInt8] =
        Array("\r\n \t:;,=\"\\0123456789abcdefABCDEFGHxX+-._~%?#/*@[]()<>{}|^`'".utf8) + [
            0, 1, 0x0B, 0x1F, 0x7F, 0x80, 0xA0, 0xFF,
        ]
    private static let fragments: [String] = [
        "\r\n", "\r\n ", "\n", "\r", "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n",
        "Content-Length: 5, 5\r\n", "Host: b\r\n", " chunked",
        "identity, ", "0\r\n\r\n", "\r\n\r\n", "HTTP/1.1", "\u{0}", ":", " :", "0x", "+", "GET / HTTP/1.1\r\n",
        "Connection: close\t\r\n", ";", "00000000000000001",
    ]

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let at = below(bytes.count + 1)
        switch below(6) {
        case 0: bytes.insert(pick(Self.interesting), at: at)
        case 1 where at < bytes.count: bytes[at] = pick(Self.interesting)
        case 2 where at < bytes.count: bytes.remove(at: at)
        case 3: bytes.insert(contentsOf: Array(pick(Self.fragments).utf8), at: at)
        case 4:
            let end = min(bytes.count, at + below(12))
            bytes.insert(contentsOf: Array(bytes[at..<end]), at: below(bytes.count + 1))
        default:
            // After a line end is where a line is read differently by different parsers.
            let ends = bytes.indices.filter { bytes[$0] == 10 }
            guard !ends.isEmpty else { return }
            bytes.insert(contentsOf: Array(pick(Self.fragments).utf8), at: pick(ends) + 1)
        }
    }
}
