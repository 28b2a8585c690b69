import Foundation
import GatewayConfig
import Testing
import WebhookVerification

/// Certificates in the place of a key, as a configuration names them.
@Suite("Senders' certificates")
struct SenderCertificateSettingTests {
    private func directory() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let script = """
            set -e
            openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=root -keyout root.key -out root.pem
            openssl req -newkey rsa:2048 -nodes -subj /CN=leaf -keyout leaf.key -out leaf.csr
            echo subjectAltName=DNS:messageverificationcerts.paypal.com > leaf.ext
            openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -days 10 -extfile leaf.ext -out leaf.pem
            chmod 600 leaf.pem root.pem
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return directory
    }

    private func load(_ directory: TemporaryDirectory, key: String) -> ConfigurationLoader.Result {
        ConfigurationSample.load(
            ConfigurationSample.withSource(
                """
                path: /hooks/cms
                allow: {ips: [192.0.2.0/24]}
                signature: {scheme: paypal, secret: "file:leaf.pem", settings: {webhook_id: W1}\(key)}
                replay: {key: content, retry: identical, ttl: 7d}
                schema: none
                forward: {to: "http://127.0.0.1:3000/"}
                """
            ),
            file: directory.path + "/postern.yaml"
        )
    }

    @Test("A certificate that leads to the configured anchors is accepted while it is valid")
    func accepted() throws {
        let directory = try directory()
        let result = load(directory, key: ", key: {trust: root.pem}")
        #expect(result.mistakes.map(\.description) == [])
        #expect(result.warnings.map(\.description) == [])
        guard case .scheme(_, let keys)? = result.configuration?.sources.first?.signature, let key = keys.first else {
            Issue.record("a key is expected")
            return
        }
        let start = try #require(key.notBefore)
        let end = try #require(key.notAfter)
        #expect((9 * 86_400...10 * 86_400).contains(end.seconds - start.seconds))
        #expect(key.isAccepted(at: end, now: end))
        let late = try #require(Timestamp(seconds: end.seconds + 1))
        #expect(!key.isAccepted(at: late, now: late))
        let early = try #require(Timestamp(seconds: start.seconds - 1))
        #expect(!key.isAccepted(at: early, now: early))
    }

    @Test("One that does not lead to them is refused, and so are anchors that cannot be read")
    func refused() throws {
        let directory = try directory()
        func text(_ key: String) -> String {
            load(directory, key: key).mistakes.map(\.description).joined(separator: "\n")
                .replacing(directory.path + "/", with: "")
        }
        #expect(
            text("")
                == "postern.yaml:8:41: 'secret': the certificate does not lead to a trust anchor: unable to get local issuer certificate"
        )
        let missing = text(", key: {trust: none.pem}")
        #expect(missing.contains("postern.yaml:8:99: 'trust': 'none.pem' "))
        #expect(missing.contains("'secret': there are no trust anchors to judge the certificate by"))
    }
}
