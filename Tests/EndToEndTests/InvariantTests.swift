import Foundation
import GatewayTestSupport
import Testing

/// The invariants of the architecture page, by number, as far as they show from outside.
///
/// I6 is held by `LifecycleTests.noSecrets` as well, I9 by `ReloadTests.inFlight`.
@Suite("Invariants")
struct InvariantTests {
    @Test("I1: only a verified delivery is forwarded")
    func i1() throws {
        let setup = Setup(sources: [("cms", Setup.cms()), ("standard", Setup.standard())])
        try Fixture.run(setup) { fixture in
            var good = 0
            for index in 0..<60 {
                let delivery = TestSender.cms.cms(Fixture.body("i1 \(index)"))
                let source = "127.6.\(index).1"
                switch index % 6 {
                case 0:
                    good += 1
                    try fixture.send(delivery, from: source, expecting: 200)
                case 1: try fixture.send(delivery.changed { $0.body[3] ^= 1 }, from: source, expecting: 401)
                case 2: try fixture.send(delivery.with("X-Webhook-Signature", "00"), from: source, expecting: 401)
                case 3: try fixture.send(TestSender.cms.cms("{\"i1\":\(index)"), from: source, expecting: 400)
                case 4:
                    let stale = TestSender.standard.standard("{}", id: "msg_\(index)", offset: -301 - index)
                    try fixture.send(stale, from: source, expecting: 401)
                default:
                    let repeated = TestSender.cms.cms(Fixture.body("i1 \(index - 5)"))
                    try fixture.send(repeated, from: source, expecting: 200)
                }
            }
            #expect(fixture.upstream.requests.count == good)
            let expected = stride(from: 0, to: 60, by: 6).map { Array(Fixture.body("i1 \($0)").utf8) }
            #expect(fixture.upstream.requests.map(\.body) == expected)
        }
    }

    @Test(
        "I2: the forwarded body is the signed body, byte for byte",
        arguments: [
            "{\"a\" : 1.0e+2 ,\r\n\t\"b\":[ ]}  \n", "{\"\\u0061\":\"\\/\\u00e9\"}", "[1,2,3]", "\"text\"",
            "12345678901234567890123",
            "{\"z\":1,\"a\":2}", "{\"n\":-0}", "true",
        ]
    )
    func i2(body: String) throws {
        try Fixture.run { fixture in
            for (index, framing) in [TestDelivery.Framing.length, .chunked(1)].enumerated() {
                let text = body + String(repeating: " ", count: index)
                try fixture.send(TestSender.cms.cms(text).changed { $0.framing = framing }, expecting: 200)
                #expect(fixture.upstream.requests.last?.body == Array(text.utf8))
            }
        }
    }

    @Test("I3: nothing unauthentic writes shared state")
    func i3() throws {
        try Fixture.run(Setup(cms: "rate: {unverified: 1000000}")) { fixture in
            for index in 0..<200 {
                let forged = TestSender.other.cms(Fixture.body("i3 \(index)"))
                try fixture.send(forged, expecting: 401)
            }
            let entries = try fixture.gateway.metric("postern_replay_entries")
            #expect(entries == 0)
            #expect(fixture.upstream.connectionCount == 0)
        }
    }

    @Test("I4: every request gives exactly one final audit entry, forwarded ones an admit and an outcome")
    func i4() throws {
        try Fixture.run(script: { String(decoding: $0.body, as: UTF8.self).contains("close") ? .close : .ok }) {
            fixture in
            var ids: [String] = []
            for index in 0..<12 {
                let source = "127.7.\(index).1"
                let bodies = [Fixture.body("i4 \(index)"), Fixture.body("i4 close \(index)")]
                for body in bodies { ids.append(try fixture.send(TestSender.cms.cms(body), from: source).requestID) }
                ids.append(try fixture.send(TestSender.cms.cms(bodies[0]), from: source).requestID)
                ids.append(try fixture.send(TestSender.other.cms(bodies[0]), from: source).requestID)
                ids.append(try fixture.send(TestSender.cms.cms(bodies[0], to: "/none"), from: source).requestID)
                ids.append(
                    try fixture.send(TestSender.cms.cms(bodies[0]).with("Content-Length", "x"), from: source).requestID
                )
                let aborted = try fixture.gateway.connect(from: source)
                aborted.send(Array(TestSender.cms.cms(bodies[0]).bytes.dropLast(index + 1)))
                // Reset only when the gateway has taken the connection.
                let isTaken = try Deadline.holds { try fixture.gateway.metric("postern_connections_open") == 1 }
                #expect(isTaken)
                aborted.resetOnClose()
            }
            #expect(Set(ids).count == ids.count)
            let isComplete = Deadline.holds {
                let entries = fixture.gateway.entries
                return ids.allSatisfy { id in entries.contains { $0.rid == id && $0.kind != "request.admit" } }
                    && entries.filter { $0.kind.hasPrefix("request.") }.count >= ids.count + 24 + 12
            }
            #expect(isComplete)
            let requests = fixture.gateway.entries.filter { $0.kind.hasPrefix("request.") && $0.rid != nil }
            for (id, entries) in Dictionary(grouping: requests, by: \.rid) {
                let kinds = entries.map(\.kind)
                let allowed = [["request.admit", "request.outcome"], ["request.deny"], ["request.duplicate"]]
                #expect(allowed.contains(kinds), "\(id ?? "") \(kinds)")
            }
            #expect(requests.filter { $0.kind == "request.outcome" }.count == 24)
            #expect(requests.filter { $0.kind == "request.duplicate" }.count == 12)
            // 12 each: forged, no route, framing, and those that were cut off.
            #expect(requests.filter { $0.kind == "request.deny" }.count == 48)
        }
    }

    @Test("I4: a sender that resets at once leaves one entry at most, and every entry has an address")
    func i4Reset() throws {
        try Fixture.run { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("i4 reset"))
            for index in 0..<40 {
                let client = try fixture.gateway.connect(from: "127.8.\(index).1")
                client.send(Array(delivery.bytes.dropLast(10)))
                client.resetOnClose()
            }
            try fixture.expectAlive("resets")
            let denials = fixture.gateway.entries.filter { $0.kind == "request.deny" }
            #expect(denials.count <= 40)
            #expect(denials.allSatisfy { $0.client?.peer != nil })
        }
    }

    @Test(
        "I5: while the audit log cannot be written nothing is forwarded, and it goes on when it can",
        .enabled(if: SmallDisk.isAvailable, "needs the right to mount a small file system")
    )
    func i5() throws {
        let disk = try SmallDisk(kibibytes: 1_024)
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        let setup = Setup().text(upstream: upstream.port).replacing("dir: audit", with: "dir: \(disk.path)/audit")
        try Setup().write(to: directory, upstream: upstream.port)
        try directory.write("postern.yaml", setup)
        let gateway = try GatewayProcess(in: directory)
        let fixture = Fixture(gateway: gateway, upstream: upstream, directory: directory)
        var refused: TestResponse?
        var served = 0
        for index in 0..<5_000 where refused == nil {
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("i5 \(index)")))
            if response.status == 200 { served += 1 } else { refused = response }
        }
        #expect(refused?.status == 503)
        #expect(refused?.fields["retry-after"] != nil)
        #expect(refused?.closes == true)
        #expect(upstream.requests.count == served)
        let unready = try gateway.adminAnswer("/readyz")
        #expect(unready.status == 503)
        for index in 0..<5 {
            try fixture.send(TestSender.cms.cms(Fixture.body("i5 full \(index)")), expecting: 503)
        }
        #expect(upstream.requests.count == served)
        try disk.grow(kibibytes: 65_536)
        let recovers = try Deadline.holds(seconds: 30) {
            try fixture.gateway.answer(to: TestSender.cms.cms(Fixture.body("i5 recovered"))).status == 200
        }
        #expect(recovers)
        let received = Set(upstream.requests.map(\.requestID))
        let admitted = Set(
            AuditLogReader.entries(in: disk.path + "/audit/node-1").filter { $0.kind == "request.admit" }.compactMap(
                \.rid
            )
        )
        #expect(received.subtracting(admitted).isEmpty)
        _ = gateway.stop()
    }

    @Test("I6: no secret in argv or environment of the process")
    func i6() throws {
        try Fixture.run { fixture in
            for file in ["cmdline", "environ"] {
                let text = try fixture.gateway.processFile(file)
                #expect(!text.contains(TestSender.cms.secret))
            }
        }
    }

    @Test("I7: what one peer can make the gateway hold is bounded: pipelined bytes wait in the socket")
    func i7() throws {
        let gate = Gate()
        try Fixture.run(script: { _ in .wait(gate, then: .ok) }) { fixture in
            try startOne(fixture)
            let before = fixture.gateway.residentBytes
            let port = fixture.gateway.port
            let flood = [UInt8](repeating: 0x41, count: 32 << 20)
            let isDone = Guarded(false)
            _ = inParallel(2) { index -> Int in
                if index == 0 {
                    guard let client = try? RawClient(port: port) else { return 0 }
                    client.send(TestSender.cms.cms(Fixture.body("i7")).bytes)
                    client.send(flood)
                    isDone.withLock { $0 = true }
                    return 0
                }
                _ = fixture.upstream.requests(atLeast: 2)
                // The flood must not be taken while the request is in flight.
                let isTaken = Deadline.holds(seconds: 1) { isDone.withLock { $0 } }
                #expect(!isTaken)
                #expect(fixture.gateway.residentBytes - before < 8 << 20)
                gate.open()
                return 0
            }
        }
    }

    private func startOne(_ fixture: Fixture) throws {
        let client = try fixture.gateway.connect()
        client.send(TestSender.cms.cms(Fixture.body("first")).bytes)
        #expect(fixture.upstream.requests(atLeast: 1).count == 1)
    }

    @Test("I8: the window is judged at the time the request arrives: both edges hold")
    func i8() throws {
        try Fixture.run(Setup(sources: [("cms", Setup.cms()), ("standard", Setup.standard())])) { fixture in
            for (offset, status) in [(-290, 200), (-310, 401), (50, 200), (70, 401), (0, 200)] {
                let delivery = TestSender.standard.standard(#"{"type":"t"}"#, id: "msg_\(offset)", offset: offset)
                try fixture.send(delivery, expecting: status)
            }
            // An event's own time has a window of its own.
            let formatter = ISO8601DateFormatter()
            for (age, status) in [(60.0, 200), (71 * 3_600, 200), (73 * 3_600, 401), (-30, 200), (-120, 401)] {
                let time = formatter.string(from: Date(timeIntervalSinceNow: -age))
                let body = #"{"collection":"a","operation":"create","data":{},"timestamp":"\#(time)"}"#
                try fixture.send(TestSender.cms.cms(body), expecting: status)
            }
        }
    }

    @Test("I9: every entry of a request names one configuration")
    func i9() throws {
        try Fixture.run { fixture in
            let response = try fixture.send(TestSender.cms.cms(Fixture.body("i9")), expecting: 200)
            let entries = fixture.gateway.entries(of: response.requestID, until: "request.outcome")
            let load = fixture.gateway.entry { $0.kind == "config.load" }
            #expect(load?.cfg?.utf8.count == 16)
            #expect(entries.map(\.cfg) == [load?.cfg, load?.cfg])
        }
    }

    @Test(
        "I10: 2xx only when the upstream acknowledged: for every status that it can give",
        arguments: [
            200, 201, 202, 204, 299, 300, 301, 304, 400, 401, 403, 409, 410, 422, 429, 500, 502, 503, 504, 599,
        ]
    )
    func i10(status: Int) throws {
        let text = "HTTP/1.1 \(status) X\r\n" + (status == 204 || status == 304 ? "\r\n" : "Content-Length: 0\r\n\r\n")
        try Fixture.run(script: { _ in .raw(Array(text.utf8), closes: false) }) { fixture in
            let delivery = TestSender.cms.cms(Fixture.body("i10 \(status)"))
            let expected = (300..<400).contains(status) ? 502 : status
            try fixture.send(delivery, expecting: expected)
            let again = try fixture.send(delivery)
            if status < 300 {
                #expect(again.fields["postern-duplicate"] == "1")
                #expect(fixture.upstream.requests.count == 1)
            } else {
                #expect(again.status == expected)
                #expect(fixture.upstream.requests.count == 2)
            }
        }
    }
}
