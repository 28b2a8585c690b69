import GatewayTestSupport
import Testing

/// Unknown outcomes that wait for an operator, and the commands by which he decides.
@Suite("Held deliveries")
struct HoldTests {
    /// A gateway with an admin socket, in front of an upstream that answers nothing to first attempts.
    private final class Site {
        let upstream: RecordingUpstream
        let directory: TestDirectory
        private(set) var gateway: GatewayProcess

        init(_ setup: Setup, script: @escaping @Sendable (RecordedRequest) -> RecordingUpstream.Reply) throws {
            upstream = try RecordingUpstream(script)
            directory = try TestDirectory()
            try setup.write(to: directory, upstream: upstream.port)
            let text = setup.text(upstream: upstream.port).replacing(
                "admin: {address: 127.0.0.1:0}",
                with: "admin: {address: 127.0.0.1:0, socket: \(directory.path)/a.sock}"
            )
            try directory.write("postern.yaml", text)
            gateway = try GatewayProcess(in: directory)
        }

        func restart(crash: Bool) throws {
            if crash {
                gateway.crash()
            } else {
                let ending = gateway.stop()
                #expect(ending == .exited(0))
            }
            gateway = try GatewayProcess(in: directory)
        }

        func send(_ delivery: TestDelivery, expecting status: Int) throws -> TestResponse {
            let response = try gateway.answer(to: delivery)
            #expect(response.status == status, "\(response.text)")
            #expect(response.complaints == [])
            return response
        }

        func postern(_ arguments: String...) throws -> ChildProcess.Result {
            try ChildProcess.run(
                [GatewayProcess.binary, "replay", arguments[0], "-c", directory.path + "/postern.yaml"]
                    + arguments.dropFirst()
            )
        }
    }

    private static let setup = Setup(sources: [
        ("cms", Setup.cms(forward: "to: UPSTREAM/api/webhook, on_unknown: hold")), ("standard", Setup.standard()),
    ])

    @Test("after an unknown outcome copies get 202 and are not forwarded, until an operator says --retry")
    func retry() throws {
        let site = try Site(HoldTests.setup, script: { $0.fields["postern-attempt"] == "1" ? .close : .ok })
        let delivery = TestSender.cms.cms(Fixture.body("held"))
        let first = try site.send(delivery, expecting: 502)
        for _ in 0..<2 {
            let held = try site.send(delivery, expecting: 202)
            #expect(
                held.text == #"{"success":true,"message":"Held for review","requestId":"\#(held.requestID)"}"#
            )
            #expect(held.fields["postern-duplicate"] == nil)
            let entry = site.gateway.entries(of: held.requestID, until: "request.deny").first
            #expect(entry?.reason == "replay.held")
            #expect(entry?.status == 202)
        }
        #expect(site.upstream.requests.count == 1)
        let status = try site.postern("status", first.requestID)
        #expect(status.ending == .exited(0), "\(status.errors)")
        #expect(status.output.contains("state         held"))
        #expect(status.output.contains("source        cms"))
        #expect(status.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
        let resolved = try site.postern("resolve", first.requestID, "--retry")
        #expect(resolved.ending == .exited(0), "\(resolved.errors)")
        #expect(resolved.output.contains("state         released"))
        let served = try site.send(delivery, expecting: 200)
        #expect(served.fields["postern-duplicate"] == nil)
        #expect(site.upstream.requests.last?.fields["postern-attempt"] == "2")
        #expect(site.upstream.requests.last?.fields["postern-uncertain"] == "1")
        #expect(site.upstream.requests.count == 2)
    }

    @Test("--done makes copies duplicates; what is held and what was decided outlives a restart and kill -9")
    func done() throws {
        let site = try Site(
            HoldTests.setup,
            script: { String(decoding: $0.body, as: UTF8.self).contains("lost") ? .close : .ok }
        )
        let one = TestSender.cms.cms(Fixture.body("lost 1"))
        let two = TestSender.cms.cms(Fixture.body("lost 2"))
        let first = try site.send(one, expecting: 502)
        _ = try site.send(two, expecting: 502)
        try site.restart(crash: true)
        _ = try site.send(one, expecting: 202)
        let resolved = try site.postern("resolve", first.requestID, "--done")
        #expect(resolved.ending == .exited(0), "\(resolved.errors)")
        let again = try site.send(one, expecting: 200)
        #expect(again.fields["postern-duplicate"] == "1")
        // The entry of the decision is durable before anything else is.
        #expect(site.gateway.entry { $0.kind == "admin.action" && $0.rid != nil } != nil)
        try site.restart(crash: true)
        let still = try site.send(one, expecting: 200)
        #expect(still.fields["postern-duplicate"] == "1")
        _ = try site.send(two, expecting: 202)
        #expect(site.upstream.requests.count == 2)
        let stats = try site.postern("stats", "--json")
        #expect(stats.output.hasPrefix(#"{"done":1,"held":1,"in_flight":0,"#), "\(stats.output)")
    }

    @Test("'replay allow' lets a finished event through once, by event id or replay key, also after a restart")
    func allow() throws {
        let site = try Site(HoldTests.setup, script: { _ in .ok })
        let delivery = TestSender.standard.standard(#"{"type":"a","data":{}}"#, id: "msg_allow")
        func again(_ offset: Int) -> TestDelivery {
            TestSender.standard.standard(#"{"type":"a","data":{}}"#, id: "msg_allow", offset: offset)
        }
        _ = try site.send(delivery, expecting: 200)
        let key = site.upstream.requests.first?.fields["idempotency-key"] ?? ""
        let byKey = try site.postern("status", "--", key)
        #expect(byKey.output.contains("state         done (200)"), "\(byKey.errors)")
        let allowed = try site.postern("allow", "msg_allow")
        #expect(allowed.ending == .exited(0), "\(allowed.errors)")
        #expect(site.gateway.entry { $0.kind == "admin.action" } != nil)
        try site.restart(crash: false)
        let second = try site.send(again(-1), expecting: 200)
        #expect(second.fields["postern-duplicate"] == nil)
        let third = try site.send(again(-2), expecting: 200)
        #expect(third.fields["postern-duplicate"] == "1")
        #expect(site.upstream.requests.count == 2)
    }

    @Test("what cannot be decided is refused with what would be right, and over TCP nothing is shown")
    func refusals() throws {
        let site = try Site(HoldTests.setup, script: { _ in .ok })
        _ = try site.send(TestSender.standard.standard(#"{"type":"a","data":{}}"#, id: "msg_done"), expecting: 200)
        let unknown = try site.postern("status", "msg_nothing")
        #expect(unknown.ending == .exited(1))
        #expect(unknown.errors.contains("no delivery that may be remembered has this id"))
        let done = try site.postern("resolve", "msg_done", "--retry")
        #expect(done.ending == .exited(1))
        #expect(done.errors.contains("it is done already"))
        let both = try site.postern("resolve", "msg_done", "--retry", "--done")
        #expect(both.ending == .exited(64))
        let other = try site.postern("allow", "msg_done", "--source", "cms")
        #expect(other.ending == .exited(1))
        let overTCP = try site.gateway.adminAnswer("/v1/replay/stats")
        #expect(overTCP.status == 403)
        let ending = site.gateway.stop()
        #expect(ending == .exited(0))
        let gone = try site.postern("stats")
        #expect(gone.ending == .exited(69))
    }

    @Test("a status of its own may replace the 202, and 'hold' needs replay protection")
    func configuration() throws {
        let forward = "to: UPSTREAM/api/webhook, on_unknown: hold"
        let setup = Setup(sources: [("cms", Setup.cms("statuses: {replay.held: 503}", forward: forward))])
        let site = try Site(setup, script: { _ in .close })
        let delivery = TestSender.cms.cms(Fixture.body("held 503"))
        _ = try site.send(delivery, expecting: 502)
        let held = try site.send(delivery, expecting: 503)
        #expect(held.member("error") == "Held for review")
        let off = Setup(sources: [("cms", Setup.cms("replay: {off: idempotent}", forward: forward))])
        try off.write(to: site.directory, upstream: 1)
        let check = try ChildProcess.run(
            [GatewayProcess.binary, "check", "-c", site.directory.path + "/postern.yaml"]
        )
        #expect(check.ending == .exited(78))
        #expect(check.errors.contains("'on_unknown: hold' needs replay protection"))
    }

    @Test("an unsigned id, as GitHub sends it, finds the event and is in its entries, and is no key of it")
    func unsignedID() throws {
        let site = try Site(Setup(sources: [("github", Setup.github())]), script: { _ in .ok })
        let body = Array(#"{"zen":"a"}"#.utf8)
        _ = try site.send(TestSender.github.github(body, event: "ping", id: "gh-1"), expecting: 200)
        let again = try site.send(TestSender.github.github(body, event: "ping", id: "gh-2"), expecting: 200)
        #expect(again.fields["postern-duplicate"] == "1")
        let admit = site.gateway.entry { $0.kind == "request.admit" }
        #expect(admit?.event?.id == "gh-1")
        let status = try site.postern("status", "gh-1")
        #expect(status.output.contains("state         done (200)"), "\(status.errors)")
        let allowed = try site.postern("allow", "gh-2")
        #expect(allowed.ending == .exited(0), "\(allowed.errors)")
        let served = try site.send(TestSender.github.github(body, event: "ping", id: "gh-1"), expecting: 200)
        #expect(served.fields["postern-duplicate"] == nil)
        #expect(site.upstream.requests.count == 2)
    }
}
