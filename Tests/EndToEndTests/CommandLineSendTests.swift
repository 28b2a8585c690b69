import Foundation
import GatewayTestSupport
import Testing

@Suite("Command line: send")
struct CommandLineSendTests {
    /// The configuration of a running gateway, with the port that the system chose written into it.
    private func send(_ fixture: Fixture, _ arguments: [String]) throws -> ChildProcess.Result {
        let to = ["--to", "http://127.0.0.1:\(fixture.gateway.port)/"]
        let file = ["-c", fixture.directory.path + "/" + GatewayProcess.configurationName]
        return try ChildProcess.run([GatewayProcess.binary, "send"] + file + to + arguments)
    }

    private func setup() -> Setup {
        Setup(sources: [
            ("cms", Setup.cms(allow: "ips: [127.0.0.1/32]", schema: "builtin:01software")),
            ("standard", Setup.standard()),
        ])
    }

    @Test("A good event is admitted by every source, and its answer is shown")
    func good() throws {
        try Fixture.run(setup()) { fixture in
            for source in ["cms", "standard"] {
                let result = try send(fixture, ["--source", source])
                #expect(result.ending == .exited(0), "\(result.output)\(result.errors)")
                #expect(result.output.hasPrefix("curl -X POST -H "))
                #expect(result.output.contains("\nresult     admitted, as it has to be\n"))
            }
            #expect(fixture.upstream.requests(atLeast: 2).count == 2)
            let repeated = try send(fixture, ["--source", "standard", "--id", "evt_1", "--json"])
            #expect(repeated.output.hasPrefix("{\"status\":200,\"requestId\":\""))
        }
    }

    @Test(
        "A bad event is refused for the reason that was asked for",
        arguments: [
            ("sig", "signature.mismatch"), ("time", "timestamp.stale"), ("schema", "payload.schema"),
            ("body", "signature.mismatch"), ("address", "address.denied"),
        ]
    )
    func bad(fault: String, reason: String) throws {
        try Fixture.run(setup()) { fixture in
            let result = try send(fixture, ["--source", "cms", "--bad", fault, "--json"])
            #expect(result.ending == .exited(0), "\(result.output)\(result.errors)")
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            let id = try #require(object?["requestId"] as? String)
            #expect(fixture.gateway.entries(of: id, until: "request.deny").first?.reason == reason)
            #expect(fixture.upstream.requests.isEmpty)
        }
    }

    @Test("An event that is sent twice is known as a repeat the second time")
    func replay() throws {
        try Fixture.run(setup()) { fixture in
            for source in ["cms", "standard"] {
                let result = try send(fixture, ["--source", source, "--bad", "replay"])
                #expect(result.ending == .exited(0), "\(result.output)")
                #expect(result.output.contains("result     known as a repeat, as it has to be"))
            }
            #expect(fixture.upstream.requests(atLeast: 2).count == 2)
        }
    }

    @Test("An answer that is not as it has to be ends with 1, no answer with 69, and what cannot be made with 78")
    func failures() throws {
        try Fixture.run(setup()) { fixture in
            let key = fixture.directory.path + "/other.key"
            let file = ["--scheme", "01software", "--secret-file", key, "--to"]
            let wrong = try ChildProcess.run(
                [GatewayProcess.binary, "send"] + file + ["http://127.0.0.1:\(fixture.gateway.port)/hooks/cms"]
            )
            #expect(wrong.ending == .exited(1))
            #expect(wrong.output.contains("result     NOT admitted"))
            #expect(
                try ChildProcess.run([GatewayProcess.binary, "send"] + file + ["http://127.0.0.1:1/"]).ending
                    == .exited(69)
            )
            #expect(try send(fixture, ["--source", "standard", "--bad", "schema"]).ending == .exited(78))
            #expect(try send(fixture, ["--source", "cms", "--key", "nobody"]).ending == .exited(78))
            #expect(try send(fixture, ["--source", "cms", "--bad", "luck"]).ending == .exited(64))
            #expect(try ChildProcess.run([GatewayProcess.binary, "send", "--scheme", "github"]).ending == .exited(64))
        }
    }

    @Test("Credentials are not shown in the curl line")
    func credentials() throws {
        let source = """
            path: /hooks/token, allow: {ips: [127.0.0.0/8]}, signature: {scheme: gitlab-token, secret: "file:other.key"}, \
            schema: none, replay: {key: content, retry: identical, ttl: 7d}, forward: {to: UPSTREAM/x}
            """
        try Fixture.run(Setup(sources: [("token", source)])) { fixture in
            let result = try send(fixture, ["--source", "token"])
            #expect(result.ending == .exited(0), "\(result.output)\(result.errors)")
            #expect(result.output.contains("'x-gitlab-token: <secret>'"))
            #expect(!result.output.contains(TestSender.other.secret))
        }
    }
}
