import GatewayTestSupport
import Testing

@Suite("Connections")
struct ConnectionTests {
    private func good(_ id: String) -> TestDelivery { TestSender.cms.cms(Fixture.body(id)) }

    @Test("pipelined requests are answered in order, refusals among them, one at a time upstream (R-H1-39)")
    func pipelining() throws {
        try Fixture.run(script: { request in
            .answer(status: 200, body: String(decoding: request.body, as: UTF8.self))
        }) { fixture in
            let client = try fixture.gateway.connect()
            var bytes: [UInt8] = []
            for index in 0..<30 {
                switch index % 3 {
                case 0: bytes += good("pipelined \(index)").bytes
                case 1: bytes += good("x").changed { $0.target = "/nowhere" }.bytes
                default: bytes += good("pipelined \(index)").changed { $0.framing = .chunked(11) }.bytes
                }
            }
            client.send(bytes)
            for index in 0..<30 {
                let response = try client.readResponse()
                #expect(response.complaints == [])
                if index % 3 == 1 {
                    #expect(response.status == 404)
                } else {
                    #expect(response.status == 200)
                    #expect(response.text == Fixture.body("pipelined \(index)"))
                }
            }
            #expect(fixture.upstream.requests.count == 20)
            #expect(fixture.upstream.connectionCount == 1)
        }
    }

    @Test("an error that closes discards what is pipelined behind it")
    func pipelinedError() throws {
        try Fixture.run { fixture in
            let client = try fixture.gateway.connect()
            client.send(good("1").bytes + Array("POST / HTTP/1.1\nHost: a\n\n".utf8) + good("2").bytes)
            let responses = try client.readAllResponses()
            #expect(responses.map(\.status) == [200, 400])
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("Connection: close in any position, case and spacing ends the connection after the answer (R-H1-35)")
    func close() throws {
        try Fixture.run { fixture in
            for (index, value) in ["close", "CLOSE", "x, close", "close,x", "x ,\tClose\t", "keep-alive, close"]
                .enumerated()
            {
                let client = try fixture.gateway.connect()
                client.send(good("close \(index)").with("Connection", value).bytes + good("behind \(index)").bytes)
                let responses = try client.readAllResponses()
                #expect(responses.map(\.status) == [200], "\(value)")
                #expect(responses.first?.closes == true, "\(value)")
            }
            #expect(fixture.upstream.requests.count == 6)
        }
    }

    @Test("HTTP/1.0 is served, without Host too, and never persistent (R-H1-34)")
    func http10() throws {
        try Fixture.run { fixture in
            for (index, change) in [
                { $0["Host"] = nil }, { $0["Connection"] = "keep-alive" }, { _ in },
            ].enumerated() as EnumeratedSequence<[(inout TestDelivery) -> Void]> {
                let client = try fixture.gateway.connect()
                let delivery = good("old \(index)").changed {
                    $0.version = "HTTP/1.0"
                    change(&$0)
                }
                client.send(delivery.bytes + good("behind").bytes)
                let responses = try client.readAllResponses()
                #expect(responses.map(\.status) == [200])
            }
            #expect(fixture.upstream.requests.count == 3)
        }
    }

    @Test("100 Continue comes only after the head passed every check that needs no body (R-H1-38)")
    func expectContinue() throws {
        try Fixture.run(Setup(cms: "limits: {body: 4KiB}")) { fixture in
            let client = try fixture.gateway.connect()
            let delivery = good("expected").with("Expect", "100-continue")
            client.send(delivery.head)
            let interim = try client.readResponse()
            #expect(interim.status == 100)
            #expect(interim.fields.all.isEmpty)
            client.send(delivery.body)
            let response = try client.readResponse()
            #expect(response.status == 200)

            for (status, change) in [
                (401, { $0["X-Webhook-Signature"] = nil }), (401, { $0["X-Webhook-Signature"] = "zz" }),
                (404, { $0.target = "/nowhere" }), (405, { $0.method = "PUT" }),
                (415, { $0["Content-Type"] = "text/plain" }), (413, { $0.framing = .announced(5_000) }),
                (417, { $0["Expect"] = "100-continue, x" }), (417, { $0.fields.append(("Expect", "100-continue")) }),
            ] as [(Int, (inout TestDelivery) -> Void)] {
                let refused = try fixture.gateway.connect()
                refused.send(delivery.changed(change).head)
                let answer = try refused.readResponse()
                #expect(answer.status == status)
            }
            let other = Setup(sources: [("cms", Setup.cms(allow: "ips: [127.0.0.1/32]"))])
            try Fixture.run(other) { second in
                let denied = try second.gateway.connect(from: "127.0.0.9")
                denied.send(delivery.head)
                let answer = try denied.readResponse()
                #expect(answer.status == 403)
            }
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("a sender that is still sending a large body can read its 413 (R-H1-43), announced or counted")
    func lingeringClose() throws {
        try Fixture.run(Setup(cms: "limits: {body: 64KiB}")) { fixture in
            for framing in [TestDelivery.Framing.announced(4 << 20), .chunked(16_000)] {
                let body = [UInt8](repeating: 0x20, count: 4 << 20)
                let delivery = TestSender.cms.cms(body).changed { $0.framing = framing }
                let client = try fixture.gateway.connect()
                let bytes = delivery.bytes
                let accepted = client.send(bytes)
                #expect(accepted)
                let response = try client.readResponse()
                #expect(response.status == 413)
                #expect(client.isClosed())
                try fixture.expectAlive("a large body")
            }
        }
    }

    @Test("a body announced as too large is refused before it is sent (R-H1-08)")
    func refusedEarly() throws {
        try Fixture.run { fixture in
            let client = try fixture.gateway.connect()
            client.send(good("large").changed { $0.framing = .announced((1 << 20) + 1) }.head)
            let response = try client.readResponse(seconds: 5)
            #expect(response.status == 413)
        }
    }

    @Test("a body that ends early is refused, never forwarded (R-H1-09, R-H1-18), and leaves no trace (R-RPL-12)")
    func truncated() throws {
        try Fixture.run { fixture in
            for framing in [TestDelivery.Framing.length, .chunked(16)] {
                let delivery = good("truncated \(framing)").changed { $0.framing = framing }
                let bytes = delivery.bytes
                for missing in [1, 3, 20] {
                    let client = try fixture.gateway.connect()
                    client.send(Array(bytes.dropLast(missing)))
                    client.finishWriting()
                    let responses = try client.readAllResponses()
                    #expect(responses.map(\.status) == [400], "\(missing) bytes missing")
                }
                #expect(!fixture.upstream.requests.contains { $0.body == delivery.body })
                try fixture.send(delivery, expecting: 200)
            }
            #expect(fixture.upstream.requests.count == 2)
        }
    }

    @Test(
        "head, body and idle connections have deadlines that trickling does not extend (R-DOS-01, R-DOS-02, R-DOS-03)"
    )
    func deadlines() throws {
        let setup = Setup().changed { $0.limits = "header_timeout: 1s, request_timeout: 1s, idle_timeout: 1s" }
        try Fixture.run(setup) { fixture in
            let delivery = good("slow")
            let port = fixture.gateway.port
            let answers = inParallel(4) { index -> (statuses: [Int], seconds: Double) in
                let limit = Deadline(seconds: 15)
                guard let client = try? RawClient(port: port) else { return ([], 0) }
                switch index {
                case 0: client.send(Array(delivery.head.prefix(30)))
                case 1: client.send(delivery.head + delivery.body.prefix(10))
                case 2: break
                default:
                    // One byte every 0.1 s: progress, but not enough.
                    for byte in delivery.bytes where client.isSilent(for: 0.1) { client.send([byte]) }
                }
                let responses = (try? client.readAllResponses(seconds: 15)) ?? []
                return (responses.map(\.status), 15 - limit.seconds)
            }
            #expect(answers.map(\.statuses) == [[408], [408], [], [408]])
            for answer in answers { #expect(answer.seconds < 8) }
            #expect(fixture.upstream.requests.isEmpty)
            let timeouts = fixture.gateway.entry { $0.reason == "http.timeout" }
            #expect(timeouts?.status == 408)
            try fixture.expectAlive("slow senders")
        }
    }

    @Test("a connection ends after its allotted number of requests (R-DOS-08)")
    func requestsPerConnection() throws {
        let setup = Setup().changed { $0.limits = "requests_per_connection: 3" }
        try Fixture.run(setup) { fixture in
            let client = try fixture.gateway.connect()
            client.send((0..<5).flatMap { good("count \($0)").bytes })
            let responses = try client.readAllResponses()
            #expect(responses.map(\.status) == [200, 200, 200])
            #expect(responses.map(\.closes) == [false, false, true])
            #expect(fixture.upstream.requests.count == 3)
        }
    }

    @Test("connections of one address are bounded, and those that exist are not disturbed (R-DOS-05)")
    func connectionsPerAddress() throws {
        let setup = Setup().changed { $0.limits = "connections_per_address: 4" }
        try Fixture.run(setup) { fixture in
            let clients = try (0..<4).map { index -> RawClient in
                let client = try fixture.gateway.connect(from: "127.0.0.5")
                client.send(good("held \(index)").bytes)
                _ = try client.readResponse()
                return client
            }
            let fifth = try fixture.gateway.connect(from: "127.0.0.5")
            #expect(fifth.isClosed(within: 5))
            try fixture.send(good("another address"), from: "127.0.0.6", expecting: 200)
            for (index, client) in clients.enumerated() {
                client.send(good("again \(index)").bytes)
                let response = try client.readResponse()
                #expect(response.status == 200)
            }
        }
    }

    @Test(
        "a sender that leaves while its event is forwarded is not an error: the exchange is finished once and recorded (R-FWD-19)"
    )
    func senderLeaves() throws {
        let gate = Gate()
        try Fixture.run(script: { _ in .wait(gate, then: .ok) }) { fixture in
            let delivery = good("left")
            do {
                let client = try fixture.gateway.connect()
                client.send(delivery.bytes)
                _ = fixture.upstream.requests(atLeast: 1)
                client.resetOnClose()
            }
            gate.open()
            let outcome = fixture.gateway.entry { $0.kind == "request.outcome" }
            #expect(outcome?.up?.state == "done")
            #expect(outcome?.up?.status == 200)
            let again = try fixture.send(delivery, expecting: 200)
            #expect(again.fields["postern-duplicate"] == "1")
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("a sender that does not read its answers is cut off after the answer deadline (R-DOS-04)")
    func slowReader() throws {
        let setup = Setup(sources: [("cms", Setup.cms(forward: "to: UPSTREAM/api/webhook, response: 4MiB"))])
            .changed { $0.limits = "answer_timeout: 1s, idle_timeout: 300s" }
        let large = String(repeating: "x", count: 3 << 20)
        try Fixture.run(setup, script: { _ in .answer(status: 200, fields: [], body: large) }) { fixture in
            let client = try fixture.gateway.connect()
            for index in 0..<4 { client.send(good("unread \(index)").bytes) }
            // Once the gateway has given up, what the client can still read ends early.
            let isCut = Deadline.holds(seconds: 15) {
                (try? fixture.gateway.metric("postern_connections_open")) == 0
            }
            #expect(isCut)
            _ = client
        }
    }
}
