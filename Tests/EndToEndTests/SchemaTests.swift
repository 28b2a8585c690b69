import Foundation
import GatewayTestSupport
import Testing

@Suite("Schemas", .enabled(if: SchemaEngine.isBuilt, "this build does not judge schemas"))
struct SchemaTests {
    private static let orders = """
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {"data": {
        "type": "object", "required": ["id", "total"], "properties": {"id": {"type": "string", "pattern": "^o-[0-9]+$"},
        "total": {"type": "number", "minimum": 0, "multipleOf": 0.01}}}}}
        """

    private func run(_ setup: Setup, _ test: (Fixture) throws -> Void) throws {
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        try setup.write(to: directory, upstream: upstream.port)
        try directory.write("orders.json", SchemaTests.orders)
        let gateway = try GatewayProcess(in: directory)
        try test(Fixture(gateway: gateway, upstream: upstream, directory: directory))
        let ending = gateway.stop()
        #expect(ending == .exited(0))
        #expect(upstream.complaints == [])
    }

    @Test("the envelope of 01.software is held against its built-in schema; unknown members pass (R-JSN-14)")
    func envelope() throws {
        try run(Setup(sources: [("cms", Setup.cms(schema: "builtin:01software"))])) { fixture in
            let good = [
                Fixture.body("e1"), Fixture.body("e2", operation: "update"),
                #"{"collection":"posts","operation":"create","data":{},"timestamp":"2026-11-24T00:00:00Z","new":[1]}"#
                    .replacing("2026-11-24T00:00:00Z", with: SchemaTests.now),
                #"{"collection":"posts","operation":"update","data":{},"change":{"scope":{},"moved":{}}}"#,
            ]
            for body in good { try fixture.send(TestSender.cms.cms(body), expecting: 200) }
            #expect(fixture.upstream.requests.map(\.body) == good.map { Array($0.utf8) })
            for (index, body) in [
                "{}", "[]", "null", #"{"collection":"orders","operation":"create"}"#,
                #"{"collection":"orders","operation":"delete","data":{}}"#,
                #"{"collection":"","operation":"create","data":{}}"#,
                #"{"collection":1,"operation":"create","data":{}}"#,
                #"{"collection":"orders","operation":"create","data":[]}"#,
                #"{"collection":"orders","operation":"create","data":{},"eventType":7}"#,
                #"{"collection":"orders","operation":"create","data":{},"change":{"scope":"s3cret-value"}}"#,
            ].enumerated() {
                let response = try fixture.send(TestSender.cms.cms(body), from: "127.9.\(index).1", expecting: 422)
                #expect(response.member("error") == "Invalid webhook event")
                let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
                #expect(entry?.reason == "payload.schema", "\(body)")
                #expect(entry?.detail?.isEmpty == false, "\(body)")
                #expect(entry?.detail?.contains("s3cret-value") == false)
            }
            #expect(fixture.upstream.requests.count == good.count)
            let metrics = try fixture.gateway.adminAnswer("/metrics").text
            #expect(metrics.contains("postern_schema_violations_total{source=\"cms\"} 10\n"))
        }
    }

    @Test("an event without the members that its type is made of has no type, not one of punctuation")
    func namelessEvent() throws {
        try run(Setup(sources: [("cms", Setup.cms(schema: "builtin:01software"))])) { fixture in
            try fixture.send(TestSender.cms.cms("[]"), expecting: 422)
            try fixture.send(TestSender.cms.cms(#"{"collection":"orders"}"#), expecting: 422)
            let types = Deadline.wait {
                let found = fixture.gateway.entries.filter { $0.kind == "request.deny" }
                return found.count == 2 ? found.map { $0.event?.type } : nil
            }
            #expect(types == [nil, "orders."])
        }
    }

    @Test("the time in schemas is measured for one delivery in sixteen or so")
    func time() throws {
        try run(Setup(sources: [("cms", Setup.cms(schema: "builtin:01software"))])) { fixture in
            for number in 0..<200 {
                try fixture.send(TestSender.cms.cms(Fixture.body("m\(number)")), expecting: 200)
            }
            let metrics = try fixture.gateway.adminAnswer("/metrics").text
            let name = "postern_stage_duration_seconds_count{source=\"cms\",stage=\"schema\"} "
            let line = try #require(metrics.split(separator: "\n").first { $0.hasPrefix(name) })
            let count = try #require(Int(line.dropFirst(name.count)))
            #expect(count > 0 && count < 100)
            #expect(metrics.contains("postern_schema_violations_total{source=\"cms\"} 0\n"))
        }
    }

    private static var now: String { ISO8601DateFormatter().string(from: Date()) }

    @Test("a rule can have a schema of its own, for its payloads only; numbers are compared exactly")
    func perRule() throws {
        let forward = """
            rules: [{when: {/collection: orders}, to: UPSTREAM/orders, schema: orders.json}], otherwise: UPSTREAM/rest
            """
        try run(Setup(sources: [("cms", Setup.cms(forward: forward))])) { fixture in
            for (data, status) in [
                (#"{"id":"o-1","total":19.99}"#, 200), (#"{"id":"o-2","total":0}"#, 200),
                (#"{"id":"o-3","total":1234567890123456789.25}"#, 200), (#"{"id":"o-4","total":19.999}"#, 422),
                (#"{"id":"x","total":1}"#, 422), (#"{"id":"o-5","total":-0.01}"#, 422), (#"{"id":"o-6"}"#, 422),
                (#"{"id":"o-7","total":"1"}"#, 422),
            ] {
                let body = #"{"collection":"orders","operation":"create","data":\#(data)}"#
                try fixture.send(TestSender.cms.cms(body), expecting: status)
            }
            try fixture.send(TestSender.cms.cms(Fixture.body("free", collection: "posts")), expecting: 200)
            #expect(fixture.upstream.requests.map(\.target) == ["/orders", "/orders", "/orders", "/rest"])
        }
    }

    @Test(
        "a schema that cannot be used is refused when it is loaded, with its place",
        arguments: [
            #"{"type":"nonsense"}"#, #"{"$ref":"https://example.test/other.json"}"#, #"{"pattern":"("}"#,
            #"{"minimum":"1"}"#, "{", "",
        ]
    )
    func unusable(schema: String) throws {
        let directory = try TestDirectory()
        try Setup(sources: [("cms", Setup.cms(schema: "own.json"))]).write(to: directory, upstream: 9)
        try directory.write("own.json", schema)
        let file = directory.path + "/postern.yaml"
        let result = try ChildProcess.run([GatewayProcess.binary, "check", "-c", file])
        #expect(result.ending == .exited(78), "\(schema): \(result.output)")
        #expect(result.errors.contains("own.json"), "\(result.errors)")
    }
}
