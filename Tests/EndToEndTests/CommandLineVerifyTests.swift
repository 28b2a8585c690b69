import Foundation
import GatewayTestSupport
import Testing

@Suite("Command line: verify")
struct CommandLineVerifyTests {
    private let directory: TestDirectory

    init() throws {
        directory = try TestDirectory()
        try directory.write("key", "development")
        try directory.write("other", "another secret of somebody else\n")
    }

    private func run(_ arguments: [String], input: String = "") throws -> ChildProcess.Result {
        try ChildProcess.run([GatewayProcess.binary, "verify"] + arguments, input: Array(input.utf8))
    }

    private func judge(
        _ request: String,
        scheme: String = "github",
        keys: [String] = ["key"],
        _ extra: [String] = []
    ) throws -> ChildProcess.Result {
        let files = keys.flatMap { ["--secret-file", directory.path + "/" + $0] }
        return try run(["--scheme", scheme] + files + extra + ["-"], input: request)
    }

    private func github(_ body: String, signed: String? = nil, end: String = "\r\n", length: Int? = nil) -> String {
        let mac = TestDigest.sha256.hmac((signed ?? body).utf8, key: "development".utf8).hexText
        let head = [
            "POST /github HTTP/1.1", "Host: hooks.example.com", "X-Hub-Signature-256: sha256=\(mac)",
            "Content-Length: \(length ?? body.utf8.count)", "", "",
        ]
        return head.joined(separator: end) + body
    }

    @Test("A genuine request is verified, also with bare line feeds and with other keys beside the right one")
    func genuine() throws {
        let plain = try judge(github("{\"a\":1}"))
        #expect(plain.ending == .exited(0))
        #expect(plain.output == "verified: key k1\n")
        #expect(try judge(github("{\"a\":1}", end: "\n")).ending == .exited(0))
        #expect(try judge(github("{\"a\":1}"), keys: ["other", "key"]).output == "verified: key k2\n")
    }

    @Test(
        "The chunks of a captured body are joined, with CR LF and with LF alone",
        arguments: [
            "7\r\n{\"a\":1}\r\n0\r\n\r\n", "3\n{\"a\n4;x=y\n\":1}\n0\n\n",
            "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\nT: x\r\n\r\n",
        ]
    )
    func chunks(body: String) throws {
        let request = github("", signed: "{\"a\":1}").replacingOccurrences(
            of: "Content-Length: 0",
            with: "Transfer-Encoding: chunked"
        )
        let result = try judge(request + body)
        #expect(result.output == "verified: key k1\n", "\(result.errors)")
    }

    @Test("With --source scheme, keys and window of the configuration's source count, also those of retired keys")
    func source() throws {
        try directory.write("old", "the secret of the year before last")
        let text = """
            version: 1
            listen: [{address: "127.0.0.1:0"}]
            sources:
              repos:
                preset: github
                path: /github
                allow: {ips: any}
                signature: {keys: [{id: new, secret: "file:new"}, {id: old, secret: "file:old", state: retired}]}
                schema: none
                forward: {to: "http://127.0.0.1:1/"}
            audit: {dir: audit, origin: test.example/audit}
            """
        try directory.write("new", "developmentdevelopment01")
        let file = try directory.write("postern.yaml", text)
        func request(_ key: String) -> String {
            let mac = TestDigest.sha256.hmac("{}".utf8, key: key.utf8).hexText
            return "POST /github HTTP/1.1\nX-Hub-Signature-256: sha256=\(mac)\n\n{}"
        }
        let arguments = ["--source", "repos", "-c", file, "-"]
        let good = try run(arguments, input: request("developmentdevelopment01"))
        #expect(good.output == "verified: key new\n", "\(good.errors)")
        let retired = try run(arguments, input: request("the secret of the year before last"))
        #expect(
            retired.output == "refused: signature.key_retired (key_retired): made with key old\n",
            "\(retired.errors)"
        )
        #expect(try run(["--source", "nobody", "-c", file, "-"], input: request("x")).ending == .exited(78))
        #expect(try run(["--source", "repos", "--scheme", "github", "-"]).ending == .exited(64))
        #expect(try run(["--source", "repos", "--secret-file", file, "-"]).ending == .exited(64))
    }

    @Test("A changed body and a foreign key are refused with code and sentence, as text and as JSON")
    func refused() throws {
        let text = try judge(github("{\"a\":1}", signed: "{\"a\":2}"))
        #expect(text.ending == .exited(1))
        #expect(text.output.hasPrefix("refused: signature.mismatch (signature_mismatch): "))
        let json = try judge(github("{\"a\":1}"), keys: ["other"], ["--json"])
        #expect(json.ending == .exited(1))
        #expect(
            json.output
                == "{\"verdict\":\"invalid\",\"reason\":\"signature.mismatch\",\"cause\":\"signature_mismatch\",\"keyId\":null}\n"
        )
        let bare = try judge("POST / HTTP/1.1\n\n{}")
        #expect(bare.output.hasPrefix("refused: signature.missing (missing_signature): "))
    }

    @Test(
        "The window is inclusive on both sides",
        arguments: [
            (1_767_225_300, 0, ""), (1_767_225_299, 1, "timestamp.future"), (1_767_225_900, 0, ""),
            (1_767_225_901, 1, "timestamp.stale"),
        ]
    )
    func window(now: Int, code: Int, reason: String) throws {
        let mac = TestDigest.sha256.hmac("1767225600.{}".utf8, key: "development".utf8).hexText
        let request = "POST / HTTP/1.1\nStripe-Signature: t=1767225600,v1=\(mac)\n\n{}"
        let result = try judge(request, scheme: "stripe", ["--at", "\(now)"])
        #expect(result.ending == .exited(Int32(code)), "\(result.output)")
        if code == 1 { #expect(result.output.hasPrefix("refused: \(reason) (")) }
        if code == 0 { #expect(result.output == "verified: key k1, signed at 1767225600\n") }
    }

    @Test("The public URL counts where the scheme signs it")
    func publicURL() throws {
        let mac = TestDigest.sha256.hmac("https://hooks.example.com/square{}".utf8, key: "development".utf8)
        let request = "POST /square HTTP/1.1\nx-square-hmacsha256-signature: \(Data(mac).base64EncodedString())\n\n{}"
        let right = try judge(request, scheme: "square", ["--url", "https://hooks.example.com/square"])
        #expect(right.ending == .exited(0), "\(right.output)\(right.errors)")
        #expect(try judge(request, scheme: "square", ["--url", "https://hooks.example.org/"]).ending == .exited(1))
        #expect(try judge(request, scheme: "square").ending == .exited(78))
        #expect(try judge(request, scheme: "square", ["--url", "hooks.example.com"]).ending == .exited(64))
    }

    @Test(
        "What is no request is said to be none, exit 65",
        arguments: [
            "", "\n\n", "POST / HTTP/1.1\nHost: a\n", "POST /\n\n", "POST  / HTTP/1.1\n\n", "POST x HTTP/1.1\n\n",
            "POST / HTTP/2\n\n", "POST / HTTP/1.1\nno field\n\n", "POST / HTTP/1.1\na b: c\n\n",
            "POST / HTTP/1.1\nContent-Length: 3\n\n{}", "POST / HTTP/1.1\nContent-Length: x\n\n{}",
            "POST / HTTP/1.1\nContent-Length: 2\n\n{}\n",
            "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n5\r\n{}\r\n0\r\n\r\n",
            "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n-1\r\n{}",
            "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n2\n{}",
        ]
    )
    func unreadable(request: String) throws {
        let result = try judge(request)
        #expect(result.ending == .exited(65), "\(result.output)")
        #expect(result.errors.hasPrefix("postern: -: "))
    }

    @Test("A secret that others may read or that does not fit, an unknown scheme and missing options are refused")
    func usage() throws {
        let key = directory.path + "/key"
        #expect(try judge(github("{}"), scheme: "nobody").ending == .exited(78))
        #expect(try judge(github("{}"), scheme: "discord").ending == .exited(78))
        #expect(try judge(github("{}"), keys: ["missing"]).ending == .exited(66))
        #expect(try run(["--scheme", "github", "-"]).ending == .exited(64))
        #expect(try run(["--secret-file", key, "-"]).ending == .exited(64))
        #expect(try run(["--scheme", "github", "--secret-file", key]).ending == .exited(64))
        #expect(try judge(github("{}"), ["--at", "99999999999999999"]).ending == .exited(64))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        let open = try judge(github("{}"))
        #expect(open.ending == .exited(66))
        #expect(!open.errors.contains("development"))
    }

    @Test(
        "Every shared vector gets the verdict that it states, a JSON line each",
        .enabled(if: SharedData.isAvailable, "the shared vectors are not there")
    )
    func vectors() throws {
        let path = try #require(SharedData.root) + "/vectors/signatures.json"
        let result = try run(["--vectors", path])
        #expect(result.ending == .exited(0), "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count >= 900)
        #expect(
            lines.first
                == "{\"index\":0,\"verdict\":\"valid\",\"reason\":null,\"cause\":null,\"keyId\":\"k1\",\"agrees\":true}"
        )
        #expect(lines.allSatisfy { $0.hasSuffix("\"agrees\":true}") })
    }

    @Test(
        "Every shared signature, component and digest of RFC 9421 and RFC 9530 gets the verdict that it states",
        .enabled(if: SharedData.isAvailable, "the shared vectors are not there")
    )
    func messageVectors() throws {
        let path = try #require(SharedData.root) + "/vectors/rfc9421.json"
        let result = try run(["--vectors", path])
        #expect(result.ending == .exited(0), "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 92)
        #expect(lines.allSatisfy { $0.hasSuffix("\"agrees\":true}") })
        let text = try String(decoding: SharedData.read("vectors/rfc9421.json"), as: UTF8.self)
        let wrong = try directory.write(
            "wrong.json",
            text.replacingOccurrences(of: "\"valid\": true", with: "\"valid\": false")
        )
        #expect(try run(["--vectors", wrong]).ending == .exited(1))
    }

    @Test("A verdict that is not the stated one, and a vector that cannot be judged, make the run fail")
    func wrongVectors() throws {
        let mac = TestDigest.sha256.hmac("{}".utf8, key: "development".utf8).hexText
        func vector(_ scheme: String, _ valid: String) -> String {
            """
            {"scheme":"\(scheme)","secret":"development","method":"POST","url":"https://a.example/x",\
            "headers":{"X-Hub-Signature-256":"sha256=\(mac)"},"body":"{}","now":null,"valid":\(valid)}
            """
        }
        let right = try directory.write("right.json", "[\(vector("github", "true"))]")
        #expect(try run(["--vectors", right]).ending == .exited(0))
        let wrong = try directory.write(
            "wrong.json",
            "[\(vector("github", "false")),\(vector("nobody", "false")),\(vector("github", "1"))]"
        )
        let result = try run(["--vectors", wrong])
        #expect(result.ending == .exited(1))
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.contains("\"agrees\":false") })
        #expect(lines[1].contains("there is no scheme 'nobody'"))
        for text in ["", "{}", "[", "[1"] {
            let path = try directory.write("bad.json", text)
            #expect(try run(["--vectors", path]).ending == .exited(65), "\(text)")
        }
        #expect(try run(["--vectors", right, "--scheme", "github"]).ending == .exited(64))
    }
}
