import Foundation
import GatewayTestSupport
import Testing

@Suite("Command line: sign")
struct CommandLineSignTests {
    private let directory: TestDirectory
    private let body = "{\"it\":\"isn't\"}"

    init() throws {
        directory = try TestDirectory()
        try directory.write("text", "0123456789abcdef0123456789abcdef-secret")
        try directory.write("standard", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
    }

    private func sign(_ scheme: String, _ key: String, _ extra: [String] = []) throws -> ChildProcess.Result {
        try ChildProcess.run(
            [GatewayProcess.binary, "sign", "--scheme", scheme, "--secret-file", directory.path + "/" + key] + extra,
            input: Array(body.utf8)
        )
    }

    /// What `verify` says about the fields that `sign` printed, with `body`.
    private func verify(_ fields: String, _ body: String, _ scheme: String, _ key: String) throws -> ChildProcess.Result
    {
        try ChildProcess.run(
            [
                GatewayProcess.binary, "verify", "--scheme", scheme, "--secret-file", directory.path + "/" + key,
                "--at", "1767225600", "--url", "https://hooks.example.com", "-",
            ],
            input: Array("POST /in?a=b HTTP/1.1\n\(fields)\n\n\(body)".utf8)
        )
    }

    private func check(_ scheme: String, signing: String, verifying: String) throws {
        let extra = ["--at", "1767225600", "--url", "https://hooks.example.com/in?a=b"]
        let signed = try sign(scheme, signing, extra)
        #expect(signed.ending == .exited(0), "\(signed.errors)")
        let parts = signed.output.components(separatedBy: "\n\n")
        #expect(parts.count == 2)
        #expect(parts.last?.hasSuffix(" --data-binary @- 'https://hooks.example.com/in?a=b'\n") == true)
        let genuine = try verify(parts[0], body, scheme, verifying)
        #expect(genuine.ending == .exited(0), "\(genuine.output)\(genuine.errors)")
        #expect(try verify(parts[0], body + " ", scheme, verifying).ending == .exited(1))
    }

    @Test(
        "What is signed verifies, and with another body it does not",
        arguments: [
            "01software", "github", "stripe", "slack", "shopify", "square", "twitch", "zoom", "calendly", "paddle",
            "hubspot-v3", "contentful", "hook0-v1", "dropbox", "heroku",
        ]
    )
    func secrets(scheme: String) throws { try check(scheme, signing: "text", verifying: "text") }

    @Test(
        "A signature that stands in the body or the query is put there, and what comes out verifies",
        arguments: [
            ("mailgun", "text", "{\"event-data\":{\"event\":\"opened\"}}", []),
            ("dropbox-sign", "text", "{\"event\":{\"event_type\":\"signed\"}}", []),
            (
                "adyen-payments", "hex",
                "{\"notificationItems\":[{\"NotificationRequestItem\":{\"eventCode\":\"REFUND\"}}]}", []
            ),
            ("braintree", "text", "bt_payload=bm90aWZpY2F0aW9u", ["--setting", "public_key=pub"]),
            ("pandadoc", "text", "[{\"event\":\"document\"}]", []),
        ] as [(String, String, String, [String])]
    )
    func bodies(scheme: String, key: String, body: String, settings: [String]) throws {
        try directory.write("hex", "0123456789abcdef0123456789abcdef")
        let common = ["--scheme", scheme, "--secret-file", directory.path + "/" + key, "--at", "1767225600"] + settings
        let signed = try ChildProcess.run([GatewayProcess.binary, "sign"] + common, input: Array(body.utf8))
        #expect(signed.ending == .exited(0), "\(signed.errors)")
        // The curl line is what a user pastes: explain takes it apart and judges it.
        let line = String(try #require(signed.output.split(separator: "\n").last))
        func judge(_ line: String) throws -> ChildProcess.Result {
            try ChildProcess.run(
                [GatewayProcess.binary, "explain", "--curl", line] + common,
                input: Array(body.utf8)
            )
        }
        let good = try judge(line)
        #expect(good.ending == .exited(0), "\(line)\n\(good.output)\(good.errors)")
        #expect(
            try judge(
                line.replacingOccurrences(of: "http://127.0.0.1:8080/", with: "http://127.0.0.1:8080/?signature=00")
            ).ending != .exited(0) || scheme != "pandadoc"
        )
    }

    @Test("Standard Webhooks are signed with the id that is asked for")
    func standard() throws {
        try check("standard", signing: "standard", verifying: "standard")
        let signed = try sign("standard", "standard", ["--id", "msg_7"])
        #expect(signed.output.contains("webhook-id: msg_7\n"))
    }

    @Test(
        "A private key in PEM signs for schemes with public keys",
        .enabled(if: ChildProcess.isInstalled("openssl"), "openssl is not installed"),
        arguments: [
            ("discord", ["-algorithm", "ed25519"]),
            ("sendgrid", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
            ("wise", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
        ]
    )
    func privateKeys(scheme: String, options: [String]) throws {
        let made = try ChildProcess.run(["openssl", "genpkey"] + options)
        let key = try directory.write("private", made.output)
        try directory.write("public", try ChildProcess.run(["openssl", "pkey", "-in", key, "-pubout"]).output)
        try check(scheme, signing: "private", verifying: "public")
        let wrong = try sign(scheme, "public")
        #expect(wrong.ending == .exited(78))
        #expect(wrong.errors.contains("a private key in PEM is needed"))
    }

    @Test("With --json the signed request is one object")
    func json() throws {
        let signed = try sign("github", "text", ["--json", "--url", "https://a.example/x?y=z"])
        let object = try JSONSerialization.jsonObject(with: Data(signed.output.utf8)) as? [String: Any]
        #expect(object?["method"] as? String == "POST")
        #expect(object?["url"] as? String == "https://a.example/x?y=z")
        #expect(object?["body"] as? String == body)
        let headers = object?["headers"] as? [[String]] ?? []
        #expect(headers.first?.first == "x-hub-signature-256")
        #expect(headers.first?.last?.hasPrefix("sha256=") == true)
    }

    @Test("The curl line is one that a shell takes apart as it was meant")
    func curl() throws {
        let signed = try sign("github", "text", ["--method", "PUT", "--url", "https://a.example/it's?x=$(id)"])
        let line = try #require(signed.output.split(separator: "\n").last)
        let words = try ChildProcess.run(["sh", "-c", "printf '%s\\n' \(line)"]).output.split(separator: "\n")
        #expect(words.count == 10)
        #expect(words.starts(with: ["curl", "-X", "PUT", "-H"]))
        #expect(words.suffix(3) == ["--data-binary", "@-", "https://a.example/it's?x=$(id)"])
    }

    @Test("What cannot be signed is said, and no secret with it")
    func refusals() throws {
        #expect(try sign("nobody", "text").ending == .exited(78))
        // A secret cannot make what a private key makes.
        #expect(try sign("aws-sns", "text").ending == .exited(78))
        try directory.write("hex", "0123456789abcdef0123456789abcdef")
        let array = try ChildProcess.run(
            [GatewayProcess.binary, "sign", "--scheme", "mailgun", "--secret-file", directory.path + "/text"],
            input: Array("[1]".utf8)
        )
        #expect(array.ending == .exited(78))
        let wrong = try sign("standard", "text")
        #expect(wrong.ending == .exited(78))
        #expect(!wrong.errors.contains("0123456789"))
        #expect(try sign("github", "missing").ending == .exited(66))
        #expect(try sign("github", "text", ["--id", "a b"]).ending == .exited(64))
        #expect(try sign("github", "text", ["--url", "ftp://a"]).ending == .exited(64))
        #expect(try sign("github", "text", ["--at", "-1"]).ending == .exited(64))
    }
}
