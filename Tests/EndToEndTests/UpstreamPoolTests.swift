import Foundation
import GatewayTestSupport
import Testing

/// How much of an upstream is used at once, and when it is left alone.
@Suite("Upstream pool")
struct UpstreamPoolTests {
    private func setup(_ forward: String) -> Setup {
        Setup(sources: [("cms", Setup.cms(forward: "to: UPSTREAM/api/webhook, \(forward)"))])
    }

    @Test("exchanges above max_connections wait, beyond the queue they get 503 at once, nothing is lost (R-FWD-17)")
    func queue() throws {
        let gate = Gate()
        try Fixture.run(
            setup("max_connections: 2, queue: 1, queue_timeout: 30s"),
            script: { _ in .wait(gate, then: .ok) }
        ) { fixture in
            let busy = try (0..<3).map { index in
                let client = try fixture.gateway.connect()
                client.send(TestSender.cms.cms(Fixture.body("busy \(index)")).bytes)
                if index < 2 { _ = fixture.upstream.requests(atLeast: index + 1) }
                return client
            }
            // The third is in the queue once its admission is recorded.
            let admitted = Deadline.holds { fixture.gateway.entries.filter { $0.kind == "request.admit" }.count == 3 }
            #expect(admitted)
            let delivery = TestSender.cms.cms(Fixture.body("too many"))
            let refused = try fixture.send(delivery, expecting: 503)
            #expect(refused.member("error") == "Try again later")
            #expect(refused.fields["retry-after"] != nil)
            let outcome = fixture.gateway.entries(of: refused.requestID, until: "request.outcome").last
            #expect(outcome?.reason == "limit.concurrency")
            #expect(outcome?.up?.state == "failed")
            #expect(fixture.upstream.requests.count == 2)
            gate.open()
            for client in busy {
                let response = try client.readResponse()
                #expect(response.status == 200)
            }
            // Refused means not delivered: the sender's next attempt is forwarded.
            try fixture.send(delivery, expecting: 200)
            #expect(fixture.upstream.requests.count == 4)
        }
    }

    @Test("who waits longer than queue_timeout gets 503, although no connection becomes free (R-FWD-17)")
    func queueTimeout() throws {
        let gate = Gate()
        try Fixture.run(
            setup("max_connections: 1, queue: 8, queue_timeout: 500ms"),
            script: { _ in .wait(gate, then: .ok) }
        ) { fixture in
            let busy = try fixture.gateway.connect()
            busy.send(TestSender.cms.cms(Fixture.body("busy")).bytes)
            _ = fixture.upstream.requests(atLeast: 1)
            let limit = Deadline(seconds: 20)
            let refused = try fixture.send(TestSender.cms.cms(Fixture.body("waits")), expecting: 503)
            let waited = 20 - limit.seconds
            #expect(waited > 0.4 && waited < 5, "\(waited)")
            let outcome = fixture.gateway.entries(of: refused.requestID, until: "request.outcome").last
            #expect(outcome?.reason == "limit.concurrency")
            gate.open()
            let response = try busy.readResponse()
            #expect(response.status == 200)
        }
    }

    @Test("after so many refused connections nothing is tried, then one delivery tries, then all (R-FWD-18)")
    func circuit() throws {
        let socket = try TestSocket.bound()
        let forward = "to: http://127.0.0.1:\(socket.port)/a, circuit: {failures: 3, pause: 1s}"
        try Fixture.run(Setup(sources: [("cms", Setup.cms(forward: forward))])) { fixture in
            var errors: [String] = []
            for index in 0..<6 {
                let delivery = TestSender.cms.cms(Fixture.body("refused \(index)"))
                let response = try fixture.send(delivery, expecting: 502)
                let outcome = fixture.gateway.entries(of: response.requestID, until: "request.outcome").last
                #expect(outcome?.reason == "upstream.connect")
                errors.append(outcome?.up?.err ?? "")
            }
            #expect(errors.prefix(3).allSatisfy { $0 == "connection refused or unreachable" }, "\(errors)")
            #expect(errors.last == "not tried: the upstream refused too many connections in a row", "\(errors)")
            // The handler comes back: within the pause and a little more, deliveries get through.
            let upstream = try RecordingUpstream(on: socket)
            let isBack = Deadline.holds(seconds: 10) {
                let body = Fixture.body("back \(upstream.requests.count)")
                return (try? fixture.gateway.answer(to: TestSender.cms.cms(body)))?.status == 200
            }
            #expect(isBack)
            for index in 0..<5 { try fixture.send(TestSender.cms.cms(Fixture.body("after \(index)")), expecting: 200) }
            upstream.stop()
        }
    }

    @Test("an https upstream that never answers the handshake is given up at the connect deadline (502)")
    func handshake() throws {
        let silent = try RecordingUpstream { _ in .silence }
        let forward = "to: https://127.0.0.1:\(silent.port)/a, connect: 500ms"
        try Fixture.run(Setup(sources: [("cms", Setup.cms(forward: forward))])) { fixture in
            let limit = Deadline(seconds: 20)
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("handshake")), expecting: 502)
            #expect(20 - limit.seconds < 5)
            let outcome = fixture.gateway.entries(of: response.requestID, until: "request.outcome").last
            #expect(outcome?.reason == "upstream.connect")
            #expect(outcome?.up?.state == "failed")
        }
        silent.stop()
    }

    @Test("an https upstream that speaks before its handshake is refused, whatever it says (R-TLS-14)")
    func early() throws {
        let socket = try TestSocket.bound()
        try socket.startListening()
        Thread {
            guard let peer = socket.accept(within: Deadline(seconds: 20)) else { return }
            _ = peer.write(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8))
            _ = peer.read(within: Deadline(seconds: 5))
        }.start()
        let forward = "to: https://127.0.0.1:\(socket.port)/a, connect: 2s"
        try Fixture.run(Setup(sources: [("cms", Setup.cms(forward: forward))])) { fixture in
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("early")), expecting: 502)
            let outcome = fixture.gateway.entries(of: response.requestID, until: "request.outcome").last
            #expect(outcome?.reason == "upstream.connect")
            #expect(outcome?.up?.state == "failed")
        }
    }
}
