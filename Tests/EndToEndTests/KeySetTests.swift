import Foundation
import GatewayTestSupport
import Testing

@Suite("Fetched key sets")
struct KeySetTests {
    /// A sender with an Ed25519 key made by openssl.
    private struct Sender {
        let directory: TestDirectory
        let name: String

        init(_ name: String, in directory: TestDirectory) throws {
            self.directory = directory
            self.name = name
            try Sender.openssl("genpkey", "-algorithm", "ED25519", "-out", directory.path + "/\(name).pem")
            try Sender.openssl(
                "pkey",
                "-in",
                directory.path + "/\(name).pem",
                "-pubout",
                "-outform",
                "DER",
                "-out",
                directory.path + "/\(name).der"
            )
        }

        static func openssl(_ arguments: String...) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
        }

        /// The member of a key set.
        var member: String {
            let der = (try? Data(contentsOf: URL(fileURLWithPath: directory.path + "/\(name).der"))) ?? Data()
            let x = der.suffix(32).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
            return #"{"kty":"OKP","crv":"Ed25519","kid":"\#(name)","use":"sig","x":"\#(x)"}"#
        }

        func delivery(_ body: String) throws -> TestDelivery {
            let time = String(Int(Date().timeIntervalSince1970))
            try directory.write("content", time + body)
            try Sender.openssl(
                "pkeyutl",
                "-sign",
                "-rawin",
                "-inkey",
                directory.path + "/\(name).pem",
                "-in",
                directory.path + "/content",
                "-out",
                directory.path + "/signature"
            )
            let signature = Array(try Data(contentsOf: URL(fileURLWithPath: directory.path + "/signature")))
            return TestDelivery("/hooks/k", body: Array(body.utf8)).with("X-Signature-Timestamp", time)
                .with("X-Signature-Ed25519", signature.hexText)
        }
    }

    private func setup(_ port: Int) -> Setup {
        let source = """
            path: /hooks/k, allow: {ips: [127.0.0.0/8]}, schema: none, forward: {to: UPSTREAM/k}, \
            replay: {key: content, retry: identical, ttl: 7d}, signature: {scheme: discord, keys: [{id: d, \
            secret: "file:d.jwks.json", fetch: {url: "http://127.0.0.1:\(port)/jwks.json", every: 60s}}]}
            """
        return Setup(sources: [("k", source)])
    }

    @Test("A set is fetched once, judged, kept in its file, and its keys are in force; a broken one changes nothing")
    func fetched() throws {
        let keys = try TestDirectory()
        let sender = try Sender("k-1", in: keys)
        let other = try Sender("k-2", in: keys)
        let set = #"{"keys":[\#(sender.member)]}"#
        let publisher = try RecordingUpstream { _ in .answer(status: 200, body: set) }
        try Fixture.run(setup(publisher.port)) { fixture in
            #expect(Deadline.holds(seconds: 30) { fixture.gateway.entries.contains { $0.kind == "config.reload" } })
            #expect(fixture.directory.read("d.jwks.json") == set)
            let response = try fixture.send(try sender.delivery(#"{"id":"1"}"#), expecting: 200)
            let admit = fixture.gateway.entries(of: response.requestID, until: "request.admit").first
            #expect(admit?.sig?.key == "d.k-1")
            try fixture.send(try other.delivery(#"{"id":"2"}"#), expecting: 401)
            #expect(publisher.requests.map(\.target) == ["/jwks.json"])
            let imported = fixture.gateway.entry { $0.kind == "key.import" }
            #expect(imported?.detail == "1 keys from http://127.0.0.1:\(publisher.port)/jwks.json")
        }
        publisher.stop()
    }

    @Test(
        "An answer that is no key set leaves no file, and the source refuses everything",
        arguments: [
            RecordingUpstream.Reply.answer(status: 200, body: "{}"), .answer(status: 404, body: "{}"),
            .answer(status: 302, fields: ["Location: http://127.0.0.1:1/"], body: ""), .close,
        ]
    )
    func refused(reply: RecordingUpstream.Reply) throws {
        let keys = try TestDirectory()
        let sender = try Sender("k-1", in: keys)
        let publisher = try RecordingUpstream { _ in reply }
        try Fixture.run(setup(publisher.port)) { fixture in
            #expect(Deadline.holds(seconds: 30) { fixture.gateway.log.contains("key set not fetched") })
            #expect(fixture.directory.read("d.jwks.json") == "")
            let refused = try fixture.send(try sender.delivery(#"{"id":"1"}"#), expecting: 401)
            let entry = fixture.gateway.entries(of: refused.requestID, until: "request.deny").first
            #expect(entry?.detail?.hasPrefix("unknown_key") == true)
            // The negative cache: what failed is not asked for again at once.
            #expect(publisher.requests.count == 1)
        }
        publisher.stop()
    }
}
