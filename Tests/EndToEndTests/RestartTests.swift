import Foundation
import GatewayTestSupport
import Testing

@Suite("Restart")
struct RestartTests {
    /// Two lives of a gateway on one directory.
    private func run(
        _ setup: Setup,
        script: @escaping @Sendable (RecordedRequest) -> RecordingUpstream.Reply = { _ in .ok },
        crashes: Bool,
        between: (TestDirectory) throws -> Void = { _ in },
        first: (Fixture) throws -> Void,
        second: (Fixture) throws -> Void
    ) throws {
        let upstream = try RecordingUpstream(script)
        let directory = try TestDirectory()
        try setup.write(to: directory, upstream: upstream.port)
        let before = try GatewayProcess(in: directory)
        try first(Fixture(gateway: before, upstream: upstream, directory: directory))
        if crashes {
            before.crash()
        } else {
            let ending = before.stop()
            #expect(ending == .exited(0))
        }
        try between(directory)
        let after = try GatewayProcess(in: directory)
        try second(Fixture(gateway: after, upstream: upstream, directory: directory))
        let ending = after.stop()
        #expect(ending == .exited(0), "\(after.log)")
        #expect(upstream.complaints == [])
    }

    private static let setup = Setup(sources: [("cms", Setup.cms()), ("standard", Setup.standard())])

    @Test("what was delivered is remembered over a restart and over kill -9 (R-RPL-07)", arguments: [false, true])
    func remembered(crashes: Bool) throws {
        let cms = (0..<20).map { TestSender.cms.cms(Fixture.body("before \($0)")) }
        let signed = TestSender.standard.standard(#"{"type":"a","data":{}}"#, id: "msg_restart", offset: -10)
        try run(RestartTests.setup, crashes: crashes) { fixture in
            for delivery in cms { try fixture.send(delivery, expecting: 200) }
            try fixture.send(signed, expecting: 200)
            // The outcome of the last is on its way to the file when its sender has the answer.
            let outcome = fixture.gateway.entry { $0.kind == "request.outcome" && $0.source == "standard" }
            #expect(outcome != nil)
        } second: { fixture in
            for delivery in cms {
                let again = try fixture.send(delivery, expecting: 200)
                #expect(again.fields["postern-duplicate"] == "1")
            }
            let again = TestSender.standard.standard(#"{"type":"a","data":{}}"#, id: "msg_restart")
            let response = try fixture.send(again, expecting: 200)
            #expect(response.fields["postern-duplicate"] == "1")
            #expect(fixture.upstream.requests.count == cms.count + 1)
            try fixture.send(TestSender.cms.cms(Fixture.body("after")), expecting: 200)
        }
    }

    @Test(
        "after a restart an exact copy is still a replay (409), and an id with another body a conflict",
        arguments: [false, true]
    )
    func marks(crashes: Bool) throws {
        let body = #"{"type":"a","data":{"n":1}}"#
        let delivery = TestSender.standard.standard(body, id: "msg_marks", offset: -10)
        try run(RestartTests.setup, crashes: crashes) { fixture in
            let response = try fixture.send(delivery, expecting: 200)
            #expect(!fixture.gateway.entries(of: response.requestID, until: "request.outcome").isEmpty)
        } second: { fixture in
            let copy = try fixture.send(delivery, expecting: 409)
            let reason = fixture.gateway.entries(of: copy.requestID, until: "request.deny").first?.reason
            #expect(reason == "replay.exact")
            let other = TestSender.standard.standard(#"{"type":"a","data":{"n":2}}"#, id: "msg_marks", offset: -9)
            let refused = try fixture.send(other, expecting: 409)
            let conflict = fixture.gateway.entries(of: refused.requestID, until: "request.deny").first?.reason
            #expect(conflict == "replay.id_conflict")
            let again = try fixture.send(TestSender.standard.standard(body, id: "msg_marks"), expecting: 200)
            #expect(again.fields["postern-duplicate"] == "1")
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("an admission whose outcome nobody knows is forwarded again after a crash, marked uncertain")
    func unknown() throws {
        let delivery = TestSender.cms.cms(Fixture.body("in flight at the crash"))
        try run(RestartTests.setup, script: { $0.fields["postern-attempt"] == "1" ? .silence : .ok }, crashes: true) {
            fixture in
            let client = try fixture.gateway.connect()
            client.send(delivery.bytes)
            #expect(fixture.upstream.requests(atLeast: 1).count == 1)
        } second: { fixture in
            let response = try fixture.send(delivery, expecting: 200)
            #expect(response.fields["postern-duplicate"] == nil)
            let last = fixture.upstream.requests.last
            #expect(last?.fields["postern-attempt"] == "2")
            #expect(last?.fields["postern-uncertain"] == "1")
        }
    }

    @Test("a delivery that failed before the restart is forwarded after it")
    func failed() throws {
        let delivery = TestSender.cms.cms(Fixture.body("failed before"))
        let counter = Guarded(0)
        try run(
            RestartTests.setup,
            script: { _ in
                counter.withLock { $0 += 1 }
                return counter.withLock { $0 } == 1 ? .answer(status: 500, body: "no") : .ok
            },
            crashes: false
        ) { fixture in
            let response = try fixture.send(delivery, expecting: 500)
            let outcome = fixture.gateway.entries(of: response.requestID, until: "request.outcome").last
            #expect(outcome?.up?.state == "failed")
        } second: { fixture in
            try fixture.send(delivery, expecting: 200)
            #expect(fixture.upstream.requests.count == 2)
        }
    }

    @Test("the log goes on with the next number after a crash, and a torn last line is cut and recorded (R-AUD-12)")
    func tornLine() throws {
        func tear(_ directory: TestDirectory) throws {
            let segments = directory.path + "/audit/node-1/segments/"
            let name = try #require(FileManager.default.contentsOfDirectory(atPath: segments).max())
            let file = try #require(FileHandle(forWritingAtPath: segments + name))
            try file.seekToEnd()
            try file.write(contentsOf: Data(#"{"body":{"bytes":6"#.utf8))
            try file.close()
        }
        try run(RestartTests.setup, crashes: true, between: tear) { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("torn")), expecting: 200)
            _ = fixture.gateway.entry { $0.kind == "request.outcome" }
        } second: { fixture in
            try fixture.send(TestSender.cms.cms(Fixture.body("torn 2")), expecting: 200)
            let entries = fixture.gateway.entries
            #expect(entries.map(\.seq) == Array(0..<entries.count))
            #expect(entries.contains { $0.kind == "system.recovered" })
        }
    }

    @Test("a second gateway on the same audit log does not start (exit 75)")
    func locked() throws {
        try Fixture.run { fixture in
            let configuration = fixture.directory.path + "/postern.yaml"
            let second = try ChildProcess.run([GatewayProcess.binary, "serve", "--allow-root", "-c", configuration])
            #expect(second.ending == .exited(75), "\(second.errors)")
            try fixture.expectAlive("a second gateway")
        }
    }
}
