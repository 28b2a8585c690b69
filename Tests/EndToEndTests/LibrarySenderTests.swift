import Foundation
import GatewayTestSupport
import Testing

/// The senders' own libraries, in a virtual environment that `.ci/run` makes.
enum SenderLibraries {
    /// The interpreter that has the libraries; `nil` where there is none.
    static let python: String? = {
        let path =
            ProcessInfo.processInfo.environment["POSTERN_SENDERS"] ?? SharedData.repositoryRoot + "/.build/senders"
        let python = path + "/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python),
            let result = try? ChildProcess.run([
                python, "-c", "import standardwebhooks, svix, stripe, slack_sdk, twilio, http_message_signatures",
            ]),
            result.ending == .exited(0)
        else { return nil }
        return python
    }()
}

@Suite(
    "The senders' own libraries",
    .enabled(
        if: SenderLibraries.python != nil,
        "the libraries are not there: .ci/run installs them into .build/senders"
    )
)
struct LibrarySenderTests {
    /// A library, the source that its deliveries go to, and its secret.
    struct Sender: Sendable, CustomStringConvertible {
        let library: String
        let source: String
        let secret: String
        var description: String { library }
    }

    private static let encoded = "whsec_" + Data("a0b1c2d3e4f5061728394a5b6c7d8e9f".utf8).base64EncodedString()

    private static let senders = [
        Sender(library: "standardwebhooks", source: "preset: standard", secret: encoded),
        Sender(library: "svix", source: "signature: {scheme: svix, SECRET}", secret: encoded),
        Sender(library: "stripe", source: "preset: stripe", secret: "whsec_text0123456789abcdef01234567"),
        Sender(library: "slack_sdk", source: "preset: slack", secret: "8f742231b10e8888abcd99yyyzzz85a5"),
        Sender(
            library: "twilio",
            source: "signature: {scheme: twilio, url: {base: \"https://hooks.example.com\"}, SECRET}",
            secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
        ),
        Sender(
            library: "http-message-signatures",
            source: message("hmac-sha256", key: "utf8"),
            secret: "0123456789abcdef0123456789abcdef-rfc9421"
        ),
    ]

    private static func message(_ algorithm: String, key: String) -> String {
        """
        signature: {scheme: declared, alg: http-message-signatures, url: {base: "https://hooks.example.com"}, \
        message_signature: {algorithm: \(algorithm), components: ['"@method"', '"@authority"', '"@path"', \
        '"content-digest"']}, key: {encoding: \(key)}, SECRET}
        """
    }

    @Test(
        "What a library signs is admitted byte for byte; tampered, stale, of a stranger or unsigned it is refused",
        arguments: senders
    )
    func library(sender: Sender) throws {
        try hold(sender, signing: sender.secret, verifying: sender.secret)
    }

    @Test(
        "The same with a public key: http-message-signatures and Ed25519",
        .enabled(if: ChildProcess.isInstalled("openssl"), "openssl is not installed")
    )
    func publicKey() throws {
        let directory = try TestDirectory()
        let pem = try ChildProcess.run(["openssl", "genpkey", "-algorithm", "ed25519"]).output
        let file = try directory.write("private", pem)
        let public_ = try ChildProcess.run(["openssl", "pkey", "-in", file, "-pubout"]).output
        let sender = Sender(
            library: "http-message-signatures-ed25519",
            source: Self.message("ed25519", key: "pem"),
            secret: pem
        )
        try hold(sender, signing: pem, verifying: public_)
    }

    private func hold(_ sender: Sender, signing: String, verifying: String) throws {
        let isForm = sender.library == "twilio"
        let media = isForm ? ", media_types: [application/x-www-form-urlencoded]" : ""
        var source =
            "path: /hooks/sender, allow: {ips: [127.0.0.0/8]\(media)}, schema: none, forward: {to: UPSTREAM/in}, "
        source += sender.source.replacing("SECRET", with: "secret: \"file:sender.key\"")
        if sender.source.hasPrefix("preset") { source += ", signature: {secret: \"file:sender.key\"}" }
        if isForm { source += ", payload: {form: opaque}" }
        if !sender.source.hasPrefix("preset") { source += ", replay: {key: content, retry: identical, ttl: 7d}" }
        let upstream = try RecordingUpstream { _ in .ok }
        let directory = try TestDirectory()
        try directory.write("sender.key", verifying)
        try Setup(sources: [("sender", source)]).write(to: directory, upstream: upstream.port)
        let gateway = try GatewayProcess(in: directory)
        let key = try directory.write("signing.key", signing)
        let python = try #require(SenderLibraries.python)
        let result = try ChildProcess.run(
            [python, HandlerProgram.path("libraries.py"), sender.library, String(gateway.port), "/hooks/sender", key],
            seconds: 120
        )
        #expect(result.ending == .exited(0), "\(result.errors)")
        #expect(result.output == "200\n401\n401\n401\n401\n", "\(sender.library) \(result.errors)")
        #expect(upstream.requests.count == 1)
        upstream.stop()
        #expect(gateway.stop() == .exited(0), "\(gateway.log)")
    }
}
