import Foundation
import GatewayTestSupport
import Testing

@Suite("Existing handlers")
struct HandlerTests {
    /// Starts a gateway in front of a handler, whose place stands in `setup` as PORT.
    private func run(
        _ setup: Setup,
        port: Int,
        in directory: TestDirectory,
        _ test: (GatewayProcess) throws -> Void
    ) throws {
        try setup.write(to: directory, upstream: port)
        let gateway = try GatewayProcess(in: directory)
        try test(gateway)
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }

    private func holdNode(_ gateway: GatewayProcess) throws {
        let body = "{\"collection\":\"orders\", \"operation\":\"create\",\n \"data\":{\"id\":\"o-1\",\"name\":\"Zoë\"}}"
        let first = try gateway.answer(to: TestSender.cms.cms(body))
        #expect(first.complaints == [])
        #expect(first.status == 200)
        #expect(first.text == #"{"success":true,"message":"Webhook processed successfully"}"#)
        #expect(first.fields["x-effects"] == "1")
        let again = try gateway.answer(to: TestSender.cms.cms(body).changed { $0.framing = .chunked(10) })
        #expect(again.fields["postern-duplicate"] == "1")
        let next = try gateway.answer(to: TestSender.cms.cms(Fixture.body("o-2")))
        #expect(next.fields["x-effects"] == "2")
        let unknown = try gateway.answer(to: TestSender.cms.cms(Fixture.body("u-1", collection: "unknown")))
        #expect(unknown.status == 400)
        #expect(unknown.text == #"{"success":false,"error":"Invalid webhook event"}"#)
        let forged = try gateway.answer(to: TestSender.other.cms(Fixture.body("o-3")))
        #expect(forged.status == 401)
        #expect(forged.member("requestId") != nil)
    }

    @Test(
        "a Fetch API route as Next.js has it passes its own check behind the gateway, and its answers come through",
        .enabled(if: HandlerProgram.hasNode, "node is not installed")
    )
    func node() throws {
        let directory = try TestDirectory()
        let (child, port) = try HandlerProgram.start(
            ["node", HandlerProgram.path("serve.mjs")],
            secret: TestSender.cms.secret,
            in: directory
        )
        try run(Setup(), port: port, in: directory, holdNode)
        child.kill(SIGTERM)
    }

    @Test(
        "the same route on a unix socket",
        .enabled(if: HandlerProgram.hasNode, "node is not installed")
    )
    func unixSocket() throws {
        let directory = try TestDirectory()
        let socket = directory.path + "/h.sock"
        let (child, _) = try HandlerProgram.start(
            ["node", HandlerProgram.path("serve.mjs"), socket],
            secret: TestSender.cms.secret,
            in: directory
        )
        let setup = Setup(sources: [("cms", Setup.cms(forward: "to: \"unix:\(socket):/api/webhook\""))])
        try run(setup, port: 9, in: directory, holdNode)
        child.kill(SIGTERM)
    }

    @Test(
        "a Python handler for GitHub passes its own check behind the gateway, and its answers come through",
        .enabled(if: HandlerProgram.hasPython, "python3 is not installed")
    )
    func python() throws {
        let directory = try TestDirectory()
        let (child, port) = try HandlerProgram.start(
            ["python3", HandlerProgram.path("handler.py")],
            secret: TestSender.github.secret,
            in: directory
        )
        try run(Setup(sources: [("github", Setup.github())]), port: port, in: directory) { gateway in
            let body = Array(#"{"action":"opened", "number":7}"#.utf8)
            let delivery = TestSender.github.github(body, event: "pull_request", id: "d-1")
            let first = try gateway.answer(to: delivery)
            #expect(first.complaints == [])
            #expect(first.text == #"{"success": true, "event": "pull_request", "action": "opened", "seen": 1}"#)
            let redelivered = try gateway.answer(to: delivery.with("X-GitHub-Delivery", "d-2"))
            #expect(redelivered.fields["postern-duplicate"] == "1")
            let forged = try gateway.answer(to: delivery.changed { $0.body += [0x20] })
            #expect(forged.status == 401)
        }
        child.kill(SIGTERM)
    }
}
