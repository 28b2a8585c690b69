import Foundation
import GatewayTestSupport
import Testing

@Suite("TLS")
struct TLSTests {
    private static let hasTools = ChildProcess.isInstalled("openssl") && ChildProcess.isInstalled("bash")

    private struct Certificates {
        let directory: TestDirectory

        init() throws {
            directory = try TestDirectory()
            let script = SharedData.repositoryRoot + "/.ci/make-certs"
            let result = try ChildProcess.run(["bash", script, directory.path])
            #expect(result.ending == .exited(0), "\(result.errors)")
        }

        var authority: String { directory.path + "/dev-ca.pem" }

        func listener(_ extra: String = "") -> String {
            "address: 127.0.0.1:0, tls: {certificate: \(directory.path)/dev.pem, key: \(directory.path)/dev.key\(extra)}"
        }
    }

    private func run(
        _ extra: String = "",
        sources: [(name: String, text: String)] = [("cms", Setup.cms())],
        _ test: (Fixture, Certificates) throws -> Void
    ) throws {
        let certificates = try Certificates()
        let setup = Setup(sources: sources).changed {
            $0.listeners = [certificates.listener(extra)]
            $0.arguments = ["--dev"]
            $0.limits = "handshake_timeout: 2s, header_timeout: 2s"
        }
        try Fixture.run(setup) { try test($0, certificates) }
    }

    private func client(
        _ fixture: Fixture,
        _ certificates: Certificates,
        _ arguments: [String],
        _ input: [UInt8] = []
    )
        throws -> ChildProcess.Result
    {
        try ChildProcess.run(
            [
                "openssl", "s_client", "-connect", "127.0.0.1:\(fixture.gateway.port)", "-CAfile",
                certificates.authority, "-verify_return_error", "-servername", "localhost", "-ign_eof",
            ] + arguments,
            input: input
        )
    }

    private func delivery(_ id: String) -> TestDelivery {
        TestSender.cms.cms(Fixture.body(id)).with("Host", "localhost").with("Connection", "close")
    }

    @Test(
        "deliveries go through TLS 1.2 and 1.3, and the handler is told",
        .enabled(if: hasTools),
        arguments: ["1_2", "1_3"]
    )
    func versions(version: String) throws {
        try run { fixture, certificates in
            let result = try client(fixture, certificates, ["-tls\(version)"], delivery(version).bytes)
            #expect(result.output.contains("HTTP/1.1 200"), "\(result.errors)")
            #expect(result.output.contains("Verify return code: 0 (ok)"))
            let request = try #require(fixture.upstream.requests.first)
            #expect(request.fields["x-forwarded-proto"] == "https")
            #expect(request.body == delivery(version).body)
            let admit = fixture.gateway.entry { $0.kind == "request.admit" }
            #expect(admit?.client?.tls == version.replacing("_", with: "."))
        }
    }

    @Test("TLS 1.1 and older are refused (R-TLS-01)", .enabled(if: hasTools), arguments: ["1", "1_1"])
    func oldVersions(version: String) throws {
        try run { fixture, certificates in
            let arguments = ["-tls\(version)", "-cipher", "ALL:@SECLEVEL=0"]
            let result = try client(fixture, certificates, arguments, delivery("old").bytes)
            #expect(result.ending != .exited(0))
            #expect(!result.output.contains("HTTP/1.1"))
            #expect((result.errors + result.output).contains("protocol version"), "\(result.errors)")
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test("'min: 1.3' refuses TLS 1.2", .enabled(if: hasTools))
    func minimum() throws {
        try run(#", min: "1.3""#) { fixture, certificates in
            let old = try client(fixture, certificates, ["-tls1_2"], delivery("1.2").bytes)
            #expect(old.ending != .exited(0))
            let new = try client(fixture, certificates, ["-tls1_3"], delivery("1.3").bytes)
            #expect(new.output.contains("HTTP/1.1 200"))
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("suites without forward secrecy or without AEAD are refused (R-TLS-02)", .enabled(if: hasTools))
    func suites() throws {
        try run { fixture, certificates in
            for suite in [
                "AES128-SHA", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "NULL",
            ] {
                let arguments = ["-tls1_2", "-cipher", "\(suite):@SECLEVEL=0"]
                let result = try client(fixture, certificates, arguments, delivery(suite).bytes)
                #expect(result.ending != .exited(0), "\(suite)")
            }
            let good = try client(
                fixture,
                certificates,
                ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"],
                delivery("good").bytes
            )
            #expect(good.output.contains("HTTP/1.1 200"), "\(good.errors)")
        }
    }

    @Test(
        "ALPN: http/1.1 is chosen; a client that only speaks something else is refused (R-TLS-05)",
        .enabled(if: hasTools)
    )
    func alpn() throws {
        try run { fixture, certificates in
            let good = try client(fixture, certificates, ["-alpn", "h2,http/1.1"], delivery("alpn").bytes)
            #expect(good.output.contains("ALPN protocol: http/1.1"))
            #expect(good.output.contains("HTTP/1.1 200"))
            let other = try client(fixture, certificates, ["-alpn", "ftp"], delivery("other").bytes)
            #expect(other.ending != .exited(0))
            #expect(!other.output.contains("HTTP/1.1 200"))
            #expect((other.errors + other.output).contains("application protocol"), "\(other.errors)")
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test(
        "plain text on the TLS port and TLS on a plain port end soon, and nobody else notices (R-TLS-08)",
        .enabled(if: hasTools)
    )
    func plainText() throws {
        try run { fixture, certificates in
            let plain = try fixture.gateway.connect()
            plain.send(delivery("plain").bytes)
            #expect(
                (try? plain.readToEnd(seconds: 8)).map { !String(decoding: $0, as: UTF8.self).contains("HTTP/1.1 200") }
                    ?? true
            )
            let silent = try fixture.gateway.connect()
            #expect(silent.isClosed(within: 8))
            let result = try client(fixture, certificates, [], delivery("alive").bytes)
            #expect(result.output.contains("HTTP/1.1 200"))
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("a refusal over TLS can be read, and closes with a close_notify", .enabled(if: hasTools))
    func refusals() throws {
        try run { fixture, certificates in
            let large = TestSender.cms.cms([UInt8](repeating: 0x20, count: 3 << 20)).with("Host", "localhost")
            let tooLarge = try client(fixture, certificates, ["-quiet"], large.bytes)
            #expect(tooLarge.output.contains("HTTP/1.1 413"), "\(tooLarge.errors)")
            let framing = try client(fixture, certificates, ["-quiet"], Array("POST / HTTP/1.1\nHost: a\n\n".utf8))
            #expect(framing.output.contains("HTTP/1.1 400"))
            #expect(!framing.errors.contains("unexpected eof"), "\(framing.errors)")
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test(
        "a path of another authority is misdirected over TLS (421), and unknown without (404)",
        .enabled(if: hasTools)
    )
    func misdirected() throws {
        let sources = [("cms", Setup.cms("host: hooks.test"))]
        try run(sources: sources) { fixture, certificates in
            let result = try client(fixture, certificates, ["-quiet"], delivery("other host").bytes)
            #expect(result.output.contains("HTTP/1.1 421"))
            #expect(result.output.contains("Misdirected request"))
            let entry = fixture.gateway.entry { $0.kind == "request.deny" }
            #expect(entry?.reason == "route.misdirected")
            let good = delivery("own host").with("Host", "hooks.test")
            let served = try client(fixture, certificates, ["-quiet"], good.bytes)
            #expect(served.output.contains("HTTP/1.1 200"))
        }
        try Fixture.run(Setup(sources: sources)) { fixture in
            try fixture.send(delivery("clear"), expecting: 404)
            try fixture.send(delivery("clear").with("Host", "HOOKS.test"), expecting: 200)
        }
    }

    @Test(
        "curl delivers over TLS, with the certificate verified",
        .enabled(if: hasTools && ChildProcess.isInstalled("curl"))
    )
    func curl() throws {
        try run { fixture, certificates in
            let body = Fixture.body("curl")
            let result = try ChildProcess.run([
                "curl", "-sS", "--max-time", "20", "--cacert", certificates.authority, "-H",
                "Content-Type: application/json",
                "-H", "X-Webhook-Signature: \(TestSender.cms.mac(Array(body.utf8)))", "-d", body, "-w",
                "%{http_code} %{http_version}",
                "https://localhost:\(fixture.gateway.port)/hooks/cms", "--connect-to", "localhost::127.0.0.1:",
            ])
            #expect(result.output.hasSuffix("200 1.1"), "\(result.errors)")
            #expect(fixture.upstream.requests.first?.body == Array(body.utf8))
        }
    }

    @Test("development certificates and readable keys are refused in production (R-TLS-10)", .enabled(if: hasTools))
    func keyFiles() throws {
        let certificates = try Certificates()
        let directory = try TestDirectory()
        try Setup().changed { $0.listeners = [certificates.listener()] }.write(to: directory, upstream: 9)
        let check = [GatewayProcess.binary, "check", "-c", directory.path + "/postern.yaml"]
        let production = try ChildProcess.run(check)
        #expect(production.ending == .exited(78))
        let development = try ChildProcess.run(check + ["--dev"])
        #expect(development.ending == .exited(0), "\(development.errors)")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644],
            ofItemAtPath: certificates.directory.path + "/dev.key"
        )
        let readable = try ChildProcess.run(check + ["--dev"])
        #expect(readable.ending == .exited(78))
        #expect(readable.errors.contains("dev.key"))
    }
}

extension TLSTests {
    @Test(
        "over TLS the verdicts are the same: the corpus of the request line and of codings (R-H1-45)",
        .enabled(if: hasTools)
    )
    func corpus() throws {
        try run { fixture, certificates in
            let inner = TestSender.cms.cms(Fixture.body("inner")).with("Host", "localhost").bytes
            for item in SmugglingCorpus.codings.prefix(12) + SmugglingCorpus.lines.prefix(8) {
                let result = try client(fixture, certificates, ["-quiet"], item.bytes + inner)
                let statuses = result.output.components(separatedBy: "HTTP/1.1 ").dropFirst().map {
                    Int($0.prefix(3)) ?? 0
                }
                #expect(statuses.count <= 1, "\(item.name): \(statuses)")
                #expect(statuses.allSatisfy(item.statuses.contains), "\(item.name): \(statuses)")
                #expect(fixture.upstream.requests.isEmpty, "\(item.name)")
            }
        }
    }
}
